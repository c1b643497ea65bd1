"""Which word moved the answer from one text to another, in sentences made from the figures."""

from __future__ import annotations

from collections.abc import Sequence

from lessons_lib.widgets.safe_text import shown
from lessons_lib.widgets.text_pair.moves import Comparison, WordMove, strongest
from lessons_lib.widgets.trace.layers import UNEVEN

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def what_moved(comparison: Comparison, first: Sequence[str], second: Sequence[str]) -> str:
    """Say whether the label changed, which word moved it most, and what the others did."""
    if not first and not second:
        label = comparison.labels[0]
        return f"No token is left in either text: the bias alone decides, twice for {label}."
    if sorted(first) == sorted(second):
        return _same_words(list(first) == list(second))
    if not comparison.words or comparison.words[0].moved == 0:
        return f"{_label(comparison)} No word moved it: the figures are the same to the last digit."
    most = strongest(comparison.words)
    is_one = all(_is_like(most[0], one) for one in most)
    told = most if is_one else most[:1]
    sentences = [
        _label(comparison),
        _strongest(comparison, told, " most," if is_one else ""),
        _rest(comparison, told),
        UNEVEN if comparison.is_uneven else "",
    ]
    return " ".join(filter(None, sentences))


def figure(thousandths: int) -> str:
    """Return a figure in two decimals, without its sign."""
    return f"{abs(thousandths) / 1000:.2f}"


def _same_words(is_same_order: bool) -> str:
    if is_same_order:
        return "Both texts come to the same tokens, so both get the same answer."
    return (
        "The same words in another order. The model takes their mean, and a mean knows no order: "
        "nothing moved."
    )


def _label(comparison: Comparison) -> str:
    before, after = comparison.labels
    ahead, behind = comparison.ahead, comparison.behind
    one, other = comparison.leads
    if before is not after:
        return (
            f"The label went from {before} to {after}: {ahead} was {figure(one)} behind {behind}, "
            f"and is now {figure(other)} ahead."
        )
    if comparison.moved == 0:
        return f"The label stays {after}, and its lead over {behind} stays {figure(other)}."
    but, verb = ("and", "grew") if comparison.moved > 0 else ("but", "shrank")
    return (
        f"The label stays {after}, {but} its lead over {behind} {verb} from {figure(one)} to "
        f"{figure(other)}."
    )


def _strongest(comparison: Comparison, told: Sequence[WordMove], superlative: str) -> str:
    word = told[0]
    names, verb = _named(told), f"moved it{superlative} {_by(comparison, word.moved)}"
    verb += " each" if len(told) > 1 else ""
    if word.is_new:
        return f"Adding {names} {verb}."
    if word.is_gone:
        return f"Taking {names} away {verb}."
    if len(told) > 1:
        return f"{names} {verb}, though both texts have them."
    return f"{names} {verb}, though both texts have it: {_how(word, comparison)}."


def _is_like(word: WordMove, other: WordMove) -> bool:
    """Say whether two words that moved the lead as far as each other can be told as one."""
    came = (word.is_new, word.is_gone) == (other.is_new, other.is_gone)
    return came and (word.exact > 0) == (other.exact > 0)


def _how(word: WordMove, comparison: Comparison) -> str:
    before, after = word.times
    if before != after:
        one, other = comparison.counts
        return (
            f"it makes up {_count(after)} of {_words(other)} there, instead of {_count(before)} "
            f"of {_count(one)}"
        )
    return f"it counts {_less(comparison)}, as one of {_among(comparison)}"


def _rest(comparison: Comparison, told: Sequence[WordMove]) -> str:
    """Return a sentence about the words that both texts have, or about those that came and went."""
    shared = [one for one in comparison.words if not one.is_new and not one.is_gone]
    others = [one for one in comparison.words if one.is_new or one.is_gone]
    if told[0] in shared:
        return _of_others(comparison, others)
    stayed = sum(one.moved for one in shared)
    if stayed == 0:
        left = [one for one in others if one not in told]
        return _of_others(comparison, [one for one in left[:1] if one.moved])
    most = strongest(shared)
    most_of_all = f", ‘{shown(most[0].word)}’ most of all" if len(most) == 1 < len(shared) else ""
    moved = f"{_by(comparison, stayed)}{most_of_all}."
    if any(one.times[0] != one.times[1] for one in shared):
        return f"The words that both texts have moved it {moved}"
    return (
        f"The words of both texts count {_less(comparison)}, as each is one of "
        f"{_among(comparison)}: that moved it {moved}"
    )


def _of_others(comparison: Comparison, others: Sequence[WordMove]) -> str:
    if not others:
        return ""
    moved = sum(one.moved for one in others)
    verbs = [
        ("Adding", [one for one in others if one.is_new]),
        ("taking away", [one for one in others if one.is_gone]),
    ]
    told = " and ".join(f"{verb} {_named(words)}" for verb, words in verbs if words)
    told = told[:1].upper() + told[1:]
    return f"{told} moved it {_by(comparison, moved)}."


def _named(words: Sequence[WordMove]) -> str:
    names = [f"‘{shown(one.word)}’" for one in words[:2]]
    if len(words) > 2:
        names = [names[0], f"{_count(len(words) - 1)} other words"]
    return " and ".join(names)


def _among(comparison: Comparison) -> str:
    before, after = comparison.counts
    return f"{_words(after)} instead of {_count(before)}"


def _words(number: int) -> str:
    return f"{_count(number)} word{'' if number == 1 else 's'}"


def _by(comparison: Comparison, moved: int) -> str:
    if moved == 0:
        return "nowhere"
    return f"by {figure(moved)} towards {comparison.ahead if moved > 0 else comparison.behind}"


def _less(comparison: Comparison) -> str:
    return "less" if comparison.counts[1] > comparison.counts[0] else "more"


def _count(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else str(number)
