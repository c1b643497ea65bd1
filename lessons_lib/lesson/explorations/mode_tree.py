"""Which mode fits a project: six yes-or-no questions in a tree, and the exploration that asks."""

from collections.abc import Mapping
from typing import TypeAlias

from lessons_lib.classroom.sessions.controls import Choice
from lessons_lib.classroom.widgets.explore.explore import Dialogue, Explore

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


def asked_so_far(answers: Mapping[str, bool]) -> tuple[list[str], str]:
    """Return the questions to ask, in order, and the mode, which is empty until all have answers.

    Parameters
    ----------
    answers : mapping of str to bool
        An answer to some of `QUESTIONS`; those that are not asked do not matter.
    """
    branch, asked = TREE, list[str]()
    while not isinstance(branch, str):
        name, no, yes = branch
        asked.append(name)
        if name not in answers:
            return asked, ""
        branch = yes if answers[name] else no
    if branch in PEAKS:
        asked.append("peaks")
    return asked, branch if asked[-1] in answers else ""


def reason_for(mode: str, *, has_peaks: bool) -> str:
    """Return why a mode fits, with advice for peaks where they can do harm."""
    return REASONS[mode] + (PEAKS.get(mode, "") if has_peaks else "")


def show_mode_tree() -> Explore:
    """Return an exploration that recommends a mode for the learner's own project."""
    return Explore(
        {name: Choice(text, ("no", "yes"), "") for name, text in QUESTIONS.items()},
        _recommended,
        title="Which mode for your project?",
        lead="Answer for a project of your own. Then change one answer and see if it matters.",
    )


def _recommended(**answers: str) -> list[str | Dialogue]:
    known = {name: answer == "yes" for name, answer in answers.items() if answer}
    asked, mode = asked_so_far(known)
    if not mode:
        return [Dialogue(asked)]
    reason = reason_for(mode, has_peaks=known.get("peaks", False))
    return [Dialogue(asked), f"Your answers lead to {mode}.", reason]
