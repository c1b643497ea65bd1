"""Replay the golden record: a learner's record of this edition, and what follows from it.

`record/` holds what the sessions of this edition wrote in five days, with a torn last line and some
foreign lines; `quizzes/` five quizzes as they were, so that a better wording changes nothing here.
What the library makes of it, numbers, ids and verdicts, is compared with `facts/` and must never
change. All calls into the library are in this module.

After changes that are meant, write the facts again, by name, and read the difference line by line::

    python -m tests.golden.replay tests flashcards ...

If a fact differs that should not, learners lose what they have reached: fix the code and leave the
facts. The record itself is never rewritten.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from difflib import unified_diff
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import to_builtins

from lessons_lib.classroom.copy.news import news, shipped_marks
from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice.exercises.catalog import exercise, exercise_states
from lessons_lib.classroom.practice.flashcards import deck, schedule
from lessons_lib.classroom.practice.modes import standings
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.exam import judge, last_test
from lessons_lib.classroom.quiz.progress import state_of, summarise
from lessons_lib.classroom.quiz.regrade import verdict_on
from lessons_lib.classroom.quiz.variants import personalize
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Answer, Code, Position, latest_choices, payloads
from lessons_lib.classroom.record.log import InMemoryLog, JsonlEventLog
from lessons_lib.classroom.sessions.practice import first_answers, streak
from lessons_lib.classroom.widgets.modes import latest_wish

Json = dict[str, Any]

HERE = Path(__file__).parent
MOST_LINES = 60
LEARNER = "golden-learner"
NOW = datetime(2026, 3, 13, 9, 30, tzinfo=UTC)
MEASURED = {"fixed_ms": 2.4, "per_text_ms": 0.05, "p50_ms": 0.3, "p99_ms": 0.9}
DATA = ".local/share/lessons-lib"


class Golden:
    """A copy of the golden record in a class's home, and the questions it is graded by."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.homes = folder / "homes"
        self.data = self.homes / LEARNER / DATA
        self.bank = load_bank(HERE / "quizzes")
        shutil.copytree(HERE / "record", self.data / "record")
        (self.homes / "not-begun").mkdir()
        log = self.log()
        self.events = list(log.events())
        self.notices = log.notices()

    def log(self) -> JsonlEventLog:
        """Return a log of its own for one card, as a restarted kernel has it."""
        return JsonlEventLog(self.data / "record")

    def memory(self, events: Iterable[Event] | None = None) -> InMemoryLog:
        """Return a log that may be added to."""
        return InMemoryLog(self.events if events is None else events)

    def until(self, moment: datetime) -> list[Event]:
        """Return the record as it stood at a moment."""
        return [one for one in self.events if one.time_utc <= moment]


# Facts ------------------------------------------------------------------------------------------


def facts_events(golden: Golden) -> Json:
    """Return every event in the order in which all else reads them."""
    return {"events": [f"{one.id} {one.kind} {one.subject}" for one in golden.events]}


def facts_progress(golden: Golden) -> Json:
    """Return what was reached, for each question and over groups of them."""
    progress = summarise(golden.events, golden.bank)
    viewed = [(event.subject, one.question) for event, one in payloads(golden.events, Position)]
    rows = {one.id: to_builtins(one) for one in progress.questions if one.last_time}
    return {
        "questions": rows,
        "untouched": [one.id for one in progress.questions if not one.last_time],
        "overall": to_builtins(progress.overall),
        "by_quiz": to_builtins(progress.by("quiz")),
        "by_objective": to_builtins(progress.by("objective")),
        "by_stage": to_builtins(progress.by("stage")),
        "by_difficulty": to_builtins(progress.by("difficulty")),
        "positions": dict(viewed),
        "last_quiz": viewed[-1][0],
        "not_counted": progress.not_counted,
    }


def facts_answers(golden: Golden) -> Json:
    """Return the verdict on every answer, None where it does not count."""
    rows = []
    for event, answer in payloads(golden.events, Answer):
        verdict = verdict_on(golden.bank, event.subject, answer)
        rows.append({"question": event.subject, "verdict": to_builtins(verdict)})
    return {"answers": rows}


def facts_quizzes(golden: Golden) -> Json:
    """Return where the learner stands in each question, and with which figures it is shown."""
    found: Json = {}
    for quiz in golden.bank.quizzes:
        state = state_of(quiz, golden.events)
        rows = {}
        for question in quiz.questions:
            own = state.of(question)
            measured = dict(own.figures) if own.attempts else MEASURED
            shown = personalize(question, LEARNER, variant=own.variant, measured=measured)
            rows[question.id] = [*to_builtins(own).values(), shown.variant, *shown.figures]
        found[quiz.name] = {"position": state.position, "questions": rows}
    return found


def facts_practice(golden: Golden) -> Json:
    """Return how endless practice went."""
    answers = first_answers(golden.events, golden.bank)
    return {"answered": len(answers), "right": sum(answers), "streak": streak(answers)}


def facts_tests(golden: Golden) -> Json:
    """Return what each test showed, and its result."""
    starts = [index for index, one in enumerate(golden.events) if one.kind == "test"]
    found = []
    for start, end in zip(starts, [*starts[1:], len(golden.events)], strict=True):
        test = last_test(golden.events[:end], golden.bank)
        if test is None:
            raise LookupError(f"test {golden.events[start].subject} is no longer found")
        following = next((one for one in test.questions if one.id not in test.answers), None)
        judgment = judge(test, golden.bank)
        missed = [one.objective for one in test.questions if not judgment.right[one.id]]
        found.append(
            {
                "id": test.id,
                "questions": [one.id for one in test.questions],
                "answers": to_builtins(test.answers),
                "has_ended": test.has_ended,
                "next_question": following.id if following else None,
                "judgement": to_builtins(judgment)
                | {"objectives_missed": list(dict.fromkeys(missed))},
            }
        )
    return {"tests": found}


def facts_flashcards(golden: Golden) -> Json:
    """Return the schedule at some moments, and how long each next card would rest."""
    cards = deck(golden.bank)
    found: Json = {}
    for moment in _moments(golden):
        plan = schedule(golden.until(moment), cards, moment, zone=UTC)
        following = plan.next_card(early=True)
        rests = {
            rating: plan.after(following, rating).total_seconds()
            for rating in ("again", "hard", "good", "easy")
            if following
        }
        found[iso(moment)] = {
            "due": [one.id for one in plan.due],
            "later": [one.id for one in plan.later],
            "new_today": len(plan.new),
            "next_due": iso(plan.next_due) if plan.next_due else None,
            "next_card": following.id if following else None,
            "rests_s": rests,
            "may_undo": plan.may_undo,
            "last": [plan.last.event, plan.last.card_id, iso(plan.last.at)] if plan.last else None,
            "cards": {
                name: {
                    "state": card.state.name.lower(),
                    "step": card.step,
                    "stability": rounded(card.stability),
                    "difficulty": rounded(card.difficulty),
                    "due": iso(card.due),
                    "last_review": iso(card.last_review) if card.last_review else None,
                }
                for name, card in plan.cards.items()
            },
        }
    return found


def facts_modes(golden: Golden) -> Json:
    """Return how far the learner is in each mode, and what the finder remembers."""
    names = ("done", "is_begun", "is_done", "next_lesson")
    wish = latest_wish(golden.events)
    answers = " ".join(wish.values())
    proposed = [one.mode for one in course().finder.proposals if answers in one.fits]
    return {
        "modes": {
            slug: {name: getattr(one, name) for name in names}
            for slug, one in standings(golden.events, golden.bank).items()
        },
        "wish": wish,
        "proposed": proposed[0] if proposed else None,
    }


def facts_exercises(golden: Golden) -> Json:
    """Return the record of every exercise that was started, with its latest code."""
    touched = {one.subject for one in golden.events}
    states = exercise_states(golden.events)
    codes = {event.subject: one.code for event, one in payloads(golden.events, Code)}
    return {
        "solved": sum(one.is_solved for one in states.values()),
        "exercises": {
            name: {
                "code": codes.get(name, exercise(name).start),
                "tries": state.tries,
                "is_solved": state.is_solved,
                "hints": sorted(state.hints),
                "solution_opened": state.solution_opened,
                "standing": "solved" if state.is_solved else "tried" if state.tries else "open",
            }
            for name, state in states.items()
            if name in touched
        },
    }


def facts_choices(golden: Golden) -> Json:
    """Return the modes chosen for tasks."""
    return {"choices": latest_choices(golden.events)}


def facts_course_news(golden: Golden) -> Json:
    """Return which lessons are new to the learner, for courses that changed or did not."""
    changed = {name: f"{mark[:-1]}x" for name, mark in _marks(golden, 2).items()}
    seen_again = golden.memory()
    return {
        "marks_of_a_copy": _marks(golden, 2),
        "marks_of_a_clone": _marks_of_a_clone(golden),
        "last_seen": [one.payload for one in golden.events if one.kind == "course"][-1],
        "while_it_is_news": _news(_marks(golden, 2), golden.memory(), datetime(2026, 3, 12, 16)),
        "half_a_day_later": _news(_marks(golden, 2), golden.memory(), datetime(2026, 3, 13, 16)),
        "all_changed": _news(changed, seen_again, NOW),
        "all_changed_seen_again": _news(changed, seen_again, NOW + timedelta(hours=11)),
        "events_written": len(list(seen_again.events())) - len(golden.events),
    }


# Machinery --------------------------------------------------------------------------------------

Part: TypeAlias = Callable[[Golden], Json]
PARTS: Mapping[str, Part] = {
    name.removeprefix("facts_"): function
    for name, function in list(globals().items())
    if name.startswith("facts_")
}


def replay(folder: Path, parts: Mapping[str, Part] = PARTS) -> dict[str, str]:
    """Return what follows from the record as text, by the name of its file of facts.

    Parameters
    ----------
    folder : Path
        An empty folder, for a copy of the record and for what commands write.
    parts : mapping of str to callable
        Some of `PARTS`, or what an annex makes of the record.
    """
    with _fixed_environment(folder):
        golden = Golden(folder)
        return {name: _as_text(part(golden)) for name, part in parts.items()}


def differences(name: str, replayed: str) -> list[str]:
    """Return the first lines in which a part differs from what is expected."""
    expected = path_of(name).read_text(encoding="utf-8").splitlines()
    lines = unified_diff(expected, replayed.splitlines(), name, "replayed", lineterm="")
    return list(islice(lines, MOST_LINES))


def path_of(name: str) -> Path:
    """Return the file of the facts of one part."""
    return HERE / "facts" / f"{name}.txt"


@contextmanager
def _fixed_environment(folder: Path) -> Iterator[None]:
    """Make the learner, the questions, the data folder and the time zone the same everywhere."""
    before = dict(os.environ)
    os.environ |= {
        "LESSONS_DATA_DIR": str(folder / "homes" / LEARNER / DATA),
        "LESSONS_QUIZZES": str(HERE / "quizzes"),
        "JUPYTERHUB_USER": LEARNER,
        "TZ": "UTC",
    }
    _set_zone()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        _set_zone()


def _set_zone() -> None:
    if hasattr(time, "tzset"):  # not on Windows
        time.tzset()


def _moments(golden: Golden) -> list[datetime]:
    """Return the end of each session with the cards, and a moment two days later."""
    times = [one.time_utc for one in golden.events if one.kind == "card" and one.time_utc < NOW]
    pairs = zip(times, [*times[1:], NOW], strict=True)
    hour = timedelta(hours=1)
    return [one + timedelta(minutes=1) for one, after in pairs if after - one > hour] + [NOW]


def _marks(golden: Golden, edition: int) -> dict[str, str]:
    """Return the marks of a copy of the course, as they were in an edition."""
    folder = golden.folder / f"course-{edition}"
    folder.mkdir(exist_ok=True)
    changing = ("05_training", "09_micro_batching", "02_raw_text")
    files = {
        f"notebooks/{name}.ipynb": f"{name}-{edition if name in changing else 1}"
        for name in ("01_concept", "05_training", "09_micro_batching")
    } | {
        f"quizzes/{name}.yaml": f"q-{name}-{edition if name == '02_raw_text' else 1}"
        for name in ("01_concept", "02_raw_text", "05_training")
    }
    (folder / ".lessons-course.json").write_text(json.dumps({"files": files}), encoding="utf-8")
    return shipped_marks(folder)


def _marks_of_a_clone(golden: Golden) -> dict[str, str]:
    for name in ("notebooks/source/01_concept.py", "quizzes/02_raw_text.yaml"):
        path = golden.folder / "clone" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(name.encode())
    return shipped_marks(golden.folder / "clone")


def _news(marks: Mapping[str, str], log: InMemoryLog, now: datetime) -> list[str]:
    return [one.slug for one in news(marks, log, clock=_at(now.replace(tzinfo=UTC)))]


def _at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def rounded(value: Any) -> Any:
    """Return a number without the last digits, which depend on a machine's mathematics."""
    return round(value, 6) if isinstance(value, float) else value


def _as_text(part: Json) -> str:
    """Return facts as text, one to a line."""
    lines = []
    for name, value in part.items():
        several = enumerate(value) if isinstance(value, list) else {"": value}.items()
        rows = value.items() if isinstance(value, dict) else several
        lines += [f"{name} {key}: {_as_json(fact)}" for key, fact in rows]
    return "\n".join(lines) + "\n"


_as_json = partial(json.dumps, sort_keys=True, ensure_ascii=False)


def _main() -> None:
    parser = argparse.ArgumentParser(description="Write the facts again, if a change is meant.")
    parser.add_argument("names", nargs="+", metavar="PART", choices=PARTS)
    names = parser.parse_args().names
    with tempfile.TemporaryDirectory() as folder:
        for name, text in replay(Path(folder), {name: PARTS[name] for name in names}).items():
            path_of(name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    _main()
