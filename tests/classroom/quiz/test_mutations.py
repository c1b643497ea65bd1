"""Good quiz files, broken at random: each is rejected with line and reason, or loaded correctly."""

import random
import re
from pathlib import Path

import msgspec
import pytest
import yaml

from lessons_lib.classroom.quiz.question import Quiz
from lessons_lib.classroom.tables.problems import QuizBankError
from tests.classroom.quiz.conftest import load_file

PROBLEM = re.compile(r"01_sample\.yaml:[1-9]\d*: (question \d+( \([^\n]*\))?: )?\S[^\n]{9,}")
JUNK = [
    b"\0", b"\xff", b"\t", b"  ", b"\n", b"- ", b": ", b"#", b"'", b'"', b"{", b"}", b"[", b"]",
    b"&a ", b"*a", b"!!int ", b"|\n", b"?", b"---\n", b"%", b"no", b"1_0", b"2024-01-01", b"~",
    b"${x}", b"${", b"$\\foo$", b"\xc2\x85", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"<<: *a\n", b"\r",
    b"A: {text: B}\n", b"\xf0\x9f\x98\x80", b"-1", b"1e999", b".nan", b"x" * 5000,
]  # fmt: skip


def _splice(content: bytes, rng: random.Random) -> bytes:
    """Insert some junk, or delete some bytes, or both."""
    place = rng.randrange(len(content) or 1)
    deleted = rng.choice([0, 12, 60, len(content)])
    return content[:place] + rng.choice([b"", *JUNK]) + content[place + rng.randint(0, deleted) :]


def _move_lines(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True) + [b"\n"] * 5
    start = rng.randrange(len(lines))
    moved = [lines.pop(min(start, len(lines) - 1)) for _ in range(rng.randrange(1, 4))]
    place = rng.randrange(len(lines))
    return b"".join(lines[:place] + moved * rng.randrange(1, 3) + lines[place:])


def _swap_value(content: bytes, rng: random.Random) -> bytes:
    values = [b"no", b"[]", b"{}", b"3", b"-2.5", b"''", b"B", b"[A]", b"2024-01-01", b"", b"null"]
    lines = content.splitlines(keepends=True) or [b""]
    place = rng.randrange(len(lines))
    lines[place] = re.sub(rb": .*", b": " + rng.choice(values), lines[place], count=1)
    return b"".join(lines)


MUTATIONS = (_splice, _splice, _splice, _move_lines, _swap_value)


def _as_yaml_reads_it(content: bytes) -> Quiz:
    """Return the quiz as PyYAML's own loader and msgspec alone read it."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return msgspec.convert(yaml.load(content.decode("utf-8-sig"), Loader=loader), Quiz)


@pytest.mark.parametrize("seed", range(10))
def test_a_mutated_file_is_rejected_with_a_reason_or_loaded_correctly(
    seed: int, tmp_path: Path, sample_path: Path
) -> None:
    rng = random.Random(seed)
    good = sample_path.read_bytes()
    path = tmp_path / "01_sample.yaml"
    rejected = 0
    for _ in range(50):
        content = good
        for mutate in rng.choices(MUTATIONS, k=rng.randrange(1, 3)):
            content = mutate(content, rng)
        path.write_bytes(content)
        try:
            quiz = load_file(path)
        except QuizBankError as error:
            rejected += 1
            assert error.problems
            for line in str(error).splitlines():
                assert PROBLEM.fullmatch(line) or line.startswith("… and "), line
        else:
            assert quiz == _as_yaml_reads_it(content)
    assert rejected > 20
