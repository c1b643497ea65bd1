"""Which mode fits a project: six yes-or-no questions in a tree, and the exploration that asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from lessons_lib.classroom.sessions.controls import Choice
from lessons_lib.classroom.widgets.explore.explore import Explore, Table


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A mode for a project, the reason for it, and the answers that led to it."""

    mode: str
    reason: str
    path: tuple[tuple[str, bool], ...]


QUESTIONS = {
    "waiting": "Does someone wait for each answer?",
    "known": "Are the texts known before their answers are needed?",
    "hours": "May an answer be a few hours old?",
    "minutes": "Is an answer within minutes soon enough?",
    "together": "Do many requests arrive at the same moment?",
    "peaks": "Can the load rise above what you can answer?",
}
OFFLINE, LOOK_UP, NEARLINE = "offline batch", "offline batch and a lookup", "nearline"
STREAMING, ONLINE, SHARED = "streaming", "online, real-time", "online, micro-batching"
REASONS = {
    OFFLINE: "Nobody waits and hours are fine, so label everything in one job, in large batches. "
    "This is the cheapest and simplest way.",
    LOOK_UP: "Someone waits, but the texts are known and last night's answers will do. Label them "
    "in one job, store the labels, and look them up when they are asked for.",
    NEARLINE: "Nobody is waiting, but hours would be too long. Every few minutes, a job labels "
    "what has arrived since the last one, as one batch.",
    STREAMING: "Nobody is waiting, but minutes would be too long. Texts go into a queue, and a "
    "worker that always runs labels them as they arrive, in small batches if there are several.",
    ONLINE: "Someone waits, and the text is known only when the request arrives. Few requests come "
    "at the same moment, so run each one immediately.",
    SHARED: "Someone waits, and many requests arrive at the same moment. Let them share passes, "
    "with a timeout that is short compared with your latency limit.",
}
PEAKS = {
    STREAMING: " During a peak, the queue grows, so watch how old its oldest text is.",
    ONLINE: " For peaks, limit the queue and refuse early those requests that would be late.",
}
PEAKS[SHARED] = PEAKS[ONLINE]


Branch: TypeAlias = "str | tuple[str, Branch, Branch]"  # a mode; or a question, its no, its yes
ALONE_OR_SHARED: Branch = ("together", ONLINE, SHARED)
TREE: Branch = (
    "waiting",
    ("hours", ("minutes", STREAMING, NEARLINE), OFFLINE),
    ("known", ALONE_OR_SHARED, ("hours", ALONE_OR_SHARED, LOOK_UP)),
)


def recommend(answers: Mapping[str, bool]) -> Recommendation:
    """Return the mode that fits a project, by up to six yes-or-no questions.

    Parameters
    ----------
    answers : mapping of str to bool
        An answer to each of `QUESTIONS`; those that are not asked do not matter.
    """
    branch, asked = TREE, []
    while not isinstance(branch, str):
        name, no, yes = branch
        asked.append(name)
        branch = yes if answers[name] else no
    reason = REASONS[branch]
    if branch in PEAKS:
        asked.append("peaks")
        reason += PEAKS[branch] if answers["peaks"] else ""
    return Recommendation(branch, reason, tuple((name, answers[name]) for name in asked))


def show_mode_tree() -> Explore:
    """Return an exploration that recommends a mode for the learner's own project."""
    return Explore(
        {name: Choice(text, options=("no", "yes")) for name, text in QUESTIONS.items()},
        _recommended,
        title="Which mode for your project?",
        lead="Answer for a project of your own. Then change one answer and see if it matters.",
    )


def _recommended(**answers: str) -> list[str | Table]:
    found = recommend({name: answer == "yes" for name, answer in answers.items()})
    rows = [(QUESTIONS[name], "yes" if is_so else "no") for name, is_so in found.path]
    return [
        f"{found.mode.capitalize()}. {found.reason}",
        Table(("asked", "your answer"), rows, caption="The path; other answers don't matter here."),
    ]
