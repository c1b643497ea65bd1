"""Our bank through the formats that are written and read: all that they carry comes back."""

from pathlib import Path
from types import ModuleType

import pytest

from lessons_lib.annexes.exchange import jupyterquiz, moodle
from lessons_lib.annexes.exchange.commands.export_bank import EXPORTS
from lessons_lib.annexes.exchange.commands.import_bank import draft_of
from lessons_lib.annexes.exchange.foreign import own_id
from lessons_lib.annexes.exchange.items import items_of
from lessons_lib.classroom.quiz.bank import QuizBank, load_bank
from lessons_lib.classroom.quiz.markdown import render
from tests.annexes.exchange.kept import assert_kept

BANK = load_bank()
ITEMS = items_of(BANK)
FORMATS = {"moodle": (moodle, "xml"), "jupyterquiz": (jupyterquiz, "json")}


@pytest.mark.parametrize(("name", "module"), [(name, one) for name, (one, _) in FORMATS.items()])
def test_every_item_comes_back_with_what_the_format_carries(name: str, module: ModuleType) -> None:
    lacks = EXPORTS[name].lacks
    for item, found in zip(ITEMS, module.read(module.write(BANK)), strict=True):
        question, data = item.question, found.data
        assert_kept(question, data, with_unit="units" not in lacks)
        assert (data["id"], found.note) == (own_id(item.id), "")
        if "hints" not in lacks:
            assert [*map(render, data["hints"])] == [*map(render, question.hints)]
        if "solutions" not in lacks:
            assert render(data["solution"][0]["text"]) == render(item.explanation)
            for label in ("difficulty", "objective", "stage"):
                assert data[label] == getattr(question, label)
            assert tuple(data["tags"]) == question.tags


@pytest.mark.parametrize(("module", "ending"), FORMATS.values(), ids=FORMATS)
def test_a_draft_of_it_is_a_valid_quiz_file_and_a_second_one_repeats_no_id(
    tmp_path: Path, module: ModuleType, ending: str
) -> None:
    some = QuizBank((BANK.quiz("06"), BANK.quiz("10")))
    content, number = module.write(some), len(items_of(some))
    for name in ("one", "two"):
        draft = draft_of(content, Path(f"ours.{ending}"), tmp_path / f"{name}.yaml")
        assert (draft.questions, draft.skipped, draft.notes) == (number, {}, [])
        (tmp_path / f"{name}.yaml").write_text(draft.text, encoding="utf-8")
    back = load_bank(tmp_path)
    assert not back.broken
    assert len({one.id for one in back.questions}) == 2 * number


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("knee.r1.v0", "knee"),
        ("knee.r12.v3", "knee.v3"),
        ("knee.v0", "knee.v0"),
        ("a.r1.v1.r1.v0", "a.r1.v1"),
        ("BIO-17", "BIO-17"),
    ],
)
def test_an_item_goes_back_to_the_id_of_its_question(name: str, own: str) -> None:
    assert own_id(name) == own
