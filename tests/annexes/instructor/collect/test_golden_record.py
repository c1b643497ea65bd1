"""What is collected from the golden record, of one learner, never changes."""

from pathlib import Path

from msgspec import to_builtins

from lessons_lib.annexes.instructor.collect.collect import collect
from lessons_lib.annexes.instructor.collect.homes import list_homes
from tests.golden.replay import NOW, Golden, Json, differences, iso, replay, rounded

STATISTICS = {
    "id": "question",
    "quiz": "notebook",
    "n": "n",
    "facility": "facility",
    "wrong_option": "most_chosen_wrong",
    "median_hints": "median_hints",
}


def facts_hub(golden: Golden) -> Json:
    """Return what collecting a class gives: results by learner, and statistics by question."""
    results = collect(list_homes(golden.homes), golden.bank, now=NOW)
    learners = {}
    for one in results.learners:
        learners[one.directory] = {
            "status": one.status,
            "overall": to_builtins(one.progress.overall),
            "first": {
                name: {"is_right": first.is_right, "wrong": list(first.wrong)}
                for name, first in one.first.items()
            },
            "answers": one.answers,
            "changed": one.changed,
            "opened_before": one.opened_before,
            "last_active": iso(one.last_active) if one.last_active else None,
            "may_need_help": bool(one.help_reason),
            "problems": len(one.problems),
        }
    questions = [
        {name: rounded(one[column]) for name, column in STATISTICS.items()}
        | {"wrong_share": rounded(one["most_chosen_wrong_share"] or None)}
        for one in results.questions
    ]
    return {"learners": learners, "questions": questions, "median": results.median_answered}


def test_the_golden_record_is_collected_the_same(tmp_path: Path) -> None:
    found = differences("hub", replay(tmp_path, {"hub": facts_hub})["hub"])
    assert not found, "\n".join(["The golden record is collected differently:", *found])
