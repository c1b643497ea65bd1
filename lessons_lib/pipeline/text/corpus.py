"""The human-rated corpus: short labeled texts, their splits, and archives sampled from them.

It also says what may be shown in a classroom: texts without strong swear words, and decent words.
"""

import codecs
import functools
import hashlib
import html
import random
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lessons_lib.arguments import checked_integer
from lessons_lib.files import shipped_asset
from lessons_lib.pipeline.text.corpus_files import CorpusMissingError, corpus_files
from lessons_lib.pipeline.text.label import Label

# rot13 keeps this file classroom-safe. Texts with these stems are trained on but never shown.
_STEMS = codecs.decode(
    "shpx shxva fuvg ovgpu phag avttre avttn snttbg juber fyhg nffubyr chffl ergneq qvpxurnq "
    "onfgneq pbpxfhpx",
    "rot13",
).split()
# Further words that are never shown alone, or written.
_WORDS = codecs.decode(
    "nefr nff oybjwbo obbof pbpx pbpxf phag phz qvpx qvpxf qvyqb qbhpur shxrq xxx anmv ahqrf "
    "betnfz cvff cbea cbeab cevpx chffl encr encrq encvfg enccvat ergneq fyhg fyhggl gvg gvgf "
    "gheq gjng jnaxre",
    "rot13",
).split()

# People would be insulted by chance in what a small model adds to these.
_GROUPS = (
    "jew|jews|jewish|muslims?|islam|christians?|catholics?|hindus?|gays?|lesbians?|homosexuals?|"
    "transgender|blacks|whites|asians?|africans?|arabs?|mexicans?|immigrants?|refugees?|people"
)


def is_showable(text: str) -> bool:
    """Return whether a text may be shown in a lesson: it contains no strong swear words."""
    lowered = text.lower()
    return not any(stem in lowered for stem in _STEMS)


def is_decent(word: str) -> bool:
    """Return whether a lowercase word may be shown alone, or written by a model of ours."""
    return word not in _WORDS and is_showable(word)


def may_begin(text: str) -> bool:
    """Return whether a text may be continued by a model of ours.

    Words are also found if they are written with marks or spaces between letters, in the plural,
    or in letters of another width. Names of groups of people are refused, too.
    """
    plain = re.sub(r"[^a-z0-9\s]", "", unicodedata.normalize("NFKC", text).lower())
    joined = re.sub(r"\b(\w)\s+(?=\w\b)", r"\1", plain)
    words = re.findall("[a-z0-9]+", f"{text.lower()} {joined}")
    singular = [word.removesuffix(end) for word in words for end in ("s", "es")]
    return all(map(is_decent, words + singular)) and not re.search(rf"\b({_GROUPS})\b", joined)


def has_decent_words(text: str) -> bool:
    """Return whether each run of letters and digits in a text is decent."""
    return all(map(is_decent, re.findall("[a-z0-9]+", text.lower())))


ARCHIVE_SIZE = 10_000
Split = Literal["train", "validation", "test"]


@dataclass(frozen=True, slots=True)
class LabelledText:
    """One rated text; `rating` is the mean of its human ratings, from −4 to 4."""

    text: str
    label: Label
    rating: float
    source: str


@dataclass(frozen=True, slots=True, repr=False)
class Corpus:
    """The rated texts, split about 80/10/10; no text is in more than one split."""

    train: Sequence[LabelledText]
    validation: Sequence[LabelledText]
    test: Sequence[LabelledText]

    def __repr__(self) -> str:
        sizes = f"{len(self.train):,} / {len(self.validation):,} / {len(self.test):,}"
        return f"Corpus(train / validation / test = {sizes})"

    def __len__(self) -> int:
        return len(self.train) + len(self.validation) + len(self.test)

    def archive(self, n: int = ARCHIVE_SIZE, *, seed: int = 0) -> list[str]:
        """Return texts sampled from all three splits, as an archive that needs labels.

        Parameters
        ----------
        n : int
            The number of texts. Beyond the corpus size, texts repeat in a different order.
        seed : int
            The same seed gives the same archive.

        Raises
        ------
        TypeError
            If `n` is not an integer.
        ValueError
            If `n` is negative, or if there are no texts to sample.

        Notes
        -----
        An archive includes training texts, so never report an accuracy on it. Texts with strong
        swear words (about 150) are excluded, because the lessons display archives.
        """
        n = checked_integer("archive(n=...)", n, at_least=0)
        pool = [
            one.text for one in (*self.train, *self.validation, *self.test) if is_showable(one.text)
        ]
        if not pool and n:
            raise ValueError("archive() needs a corpus with at least one text, got an empty one.")
        rng = random.Random(seed)
        drawn: list[str] = []
        while len(drawn) < n:
            drawn += rng.sample(pool, min(len(pool), n - len(drawn)))
        return drawn


def load_corpus(on_step: Callable[[str], None] = lambda step: None) -> Corpus:
    """Return the corpus, downloaded through pip on first use and cached from then on.

    Parameters
    ----------
    on_step : callable
        Called with a description of each step, for progress bars.

    Raises
    ------
    CorpusMissingError
        If the corpus is not cached and cannot be downloaded; the message says what to do.

    Notes
    -----
    23,703 texts; C.J. Hutto and E.E. Gilbert, ICWSM 2014. The environment variable
    `LESSONS_CORPUS` may name a folder or archive that you downloaded yourself.
    """
    files = corpus_files(on_step)
    on_step("reading the texts")
    return _in_splits(
        one
        for name, content in sorted(files.items())
        for one in read_rated_texts(content, source=re.split("Review|Editorial|_", name)[0])
    )


def load_corpus_or_demo() -> Corpus:
    """Return the corpus, or the demo sentences if it is unavailable.

    Warns
    -----
    UserWarning
        If the corpus is missing; the message says what to do.
    """
    try:
        return load_corpus()
    except CorpusMissingError as error:
        notice = f"Using {len(demo_sentences())} demo sentences, repeated, instead. {error}"
        warnings.warn(notice, stacklevel=2)
        return demo_corpus()


@functools.cache
def demo_sentences() -> tuple[tuple[str, Label], ...]:
    """Return the demo sentences with their labels, in file order."""
    lines = shipped_asset("demo_sentences.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t", maxsplit=1) for line in lines if line)
    return tuple((text, Label(label)) for label, text in pairs)


def demo_texts() -> list[str]:
    """Return the demo sentences without their labels."""
    return [text for text, _ in demo_sentences()]


def demo_corpus() -> Corpus:
    """Return the demo sentences as a small corpus, for use without a network.

    Notes
    -----
    They have no human ratings; each class uses a fixed one instead: −2, 0 or 2.
    """
    return _in_splits(
        LabelledText(text, label, 2.0 * (label.number - 1), "demo")
        for text, label in demo_sentences()
    )


def _in_splits(rated: Iterable[LabelledText]) -> Corpus:
    splits: dict[Split, list[LabelledText]] = {"train": [], "validation": [], "test": []}
    for one in rated:
        splits[split_of(one.text)].append(one)
    return Corpus(**{split: tuple(texts) for split, texts in splits.items()})


def read_rated_texts(content: bytes, source: str) -> Iterator[LabelledText]:
    """Yield the texts of tab-separated lines of id, rating and text, in UTF-8 or Latin-1."""
    for line in content.splitlines():
        fields = _decoded(line).split("\t", maxsplit=2)
        if len(fields) < 3:
            continue
        rating, text = float(fields[1]), html.unescape(fields[2]).strip()
        yield LabelledText(text, Label.from_rating(rating), rating, source)


def split_of(text: str) -> Split:
    """Return the split of a text, by a hash that ignores case and whitespace."""
    digest = hashlib.sha256(_folded(text).encode("utf-8", "surrogatepass")).digest()
    bucket = int.from_bytes(digest[:8], "big") % 10
    return "test" if bucket == 0 else "validation" if bucket == 1 else "train"


def count_shared(some: Iterable[LabelledText], others: Iterable[LabelledText]) -> int:
    """Return how many texts are in both, ignoring case and whitespace."""
    return len({_folded(one.text) for one in some} & {_folded(one.text) for one in others})


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _folded(text: str) -> str:
    return " ".join(text.lower().split())
