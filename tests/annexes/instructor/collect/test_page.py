"""The results page of a class: what it shows, what it leaves out, and that it can be trusted."""

import dataclasses
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from msgspec import structs
from nbformat.sign import NotebookNotary

from lessons_lib.annexes.authoring.build import run
from lessons_lib.annexes.instructor.collect import demo
from lessons_lib.annexes.instructor.collect.collect import (
    FEWEST_ANSWERED,
    ClassResults,
    collect,
    guess_rows,
    question_rows,
)
from lessons_lib.annexes.instructor.collect.homes import HomeRecord, list_homes
from lessons_lib.annexes.instructor.collect.learner import Learner, day_of, graded_learner
from lessons_lib.annexes.instructor.collect.page import FEWEST_WRONG, class_notebook, results_page
from lessons_lib.classroom.practice.guesses import GuessTask
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.grading import Response
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import SingleQuestion
from lessons_lib.classroom.quiz.regrade import answer_event
from lessons_lib.classroom.quiz.variants import personalize
from lessons_lib.classroom.record.event import Event
from lessons_lib.classroom.record.kinds import Guess, event_of
from tests.classroom.widgets.pretend_browser import Outline
from tests.support.synthetic_class import BANK

COURSE = load_bank(BANK)
HOSTILE = "<img src=x onerror=alert(1)>&amp;\"'"
QUESTION = next(
    one
    for one in COURSE.questions
    if isinstance(one, SingleQuestion) and one.place not in ("pool", "end") and not one.variants
)
WRONG = next(letter for letter in QUESTION.options if letter != QUESTION.answer)
YESTERDAY = demo.END - timedelta(days=1)
SECTIONS = ["The class so far", "Discuss this", "Guesses", "The test, before and after"]
SECTIONS += ["Learners", "All questions"]


def invented(folder: Path, seed: int = 0) -> ClassResults:
    """Return the results of the invented class of a seed, under a hostile name among others."""
    folder.mkdir()
    demo.write_class(folder, COURSE, seed)
    names = {f"{demo.NAMES[0]}.jsonl": HOSTILE}
    return collect(list_homes(folder), COURSE, now=demo.END, names=names)


def page_of(results: ClassResults, note: str = "") -> str:
    return results_page(results, COURSE, BANK, note)


def section(page: str, name: str) -> str:
    return page.split(f"<h2>{name}</h2>")[1].split("</section>")[0]


@pytest.fixture(scope="module")
def demo_class(tmp_path_factory: pytest.TempPathFactory) -> ClassResults:
    return invented(tmp_path_factory.mktemp("demo") / "homes")


@pytest.fixture(scope="module")
def page(demo_class: ClassResults) -> str:
    return page_of(demo_class, demo.INVENTED)


def learner(name: str, *events: Event, days: int = 1) -> Learner:
    """Return a learner who did something some days before the class is collected."""
    time = demo.END - timedelta(days=days)
    timed = [structs.replace(one, time_utc=time) for one in events]
    record = HomeRecord("read", timed, {one.id: ("a.jsonl", 1) for one in timed})
    return graded_learner(name, record, COURSE, demo.END, TASKS)


def answered(letter: str | None) -> Event:
    response = Response((str(letter),))
    return answer_event(personalize(QUESTION, "ada"), response, COURSE.quiz_of(QUESTION.id).name)


TASK = GuessTask("share", "What <b>share</b>?", slider=tuple(range(0, 101, 5)), unit="%")
TYPED = GuessTask("speed", "How fast?", unit="texts/s")
CHOICE = GuessTask("label", HOSTILE, options=("negative", HOSTILE))
TASKS = (TASK, TYPED, CHOICE)


def guessed(task: GuessTask, made: Sequence[Any], result: Any) -> str:
    """Return the figure of a class's guesses."""
    class_ = [learner(f"{n}", event_of(task.id, Guess(one, result))) for n, one in enumerate(made)]
    return section(page_of(results_of(*class_)), "Guesses")


def figure(page: str) -> dict[str, tuple[int, str]]:
    """Return how many there are and the mark of each bar, by its name."""
    row = r'<th scope="row">(.*?)</th><td>.*?</span></span>(\d+)</td><td>(.*?)</td>'
    return {unescape(name): (int(n), mark) for name, n, mark in re.findall(row, page)}


# The invented class


def test_the_same_seed_gives_the_same_page(tmp_path: Path, page: str) -> None:
    assert page_of(invented(tmp_path / "again"), demo.INVENTED) == page
    assert page_of(invented(tmp_path / "other", seed=1), demo.INVENTED) != page


def test_its_page_has_all_parts_and_says_that_it_is_invented(
    page: str, demo_class: ClassResults
) -> None:
    Outline(f"<html><body><div>{page.split('</style>')[1].replace('<br>', '')}")
    assert re.findall("<h2>(.*?)</h2>", page) == SECTIONS
    assert demo.INVENTED in page
    assert page.count('<details class="guess"') == len(demo_class.guesses) > 30
    assert page.count("◀ result: ") == len(demo_class.guesses)
    learners = section(page, "Learners")
    rows = unescape(learners).split("</thead>")[1]
    assert all(rows.count(name) == 1 for name in demo.NAMES[1:])
    helped = [one for one in demo_class.learners if one.help_reason]
    assert learners.count('class="help"') == len(helped) > 2
    assert section(page, "Discuss this").count("<details") > 10
    levels = "not yet|developing|strong"
    assert {one.test.split(",")[0] for one in demo_class.learners} <= {"", *levels.split("|")}
    assert all(one.problems == () for one in demo_class.learners)
    assert max(one.solved for one in demo_class.learners) > 5
    assert max(sum(one.cards) for one in demo_class.learners) > 10
    assert demo_class.count("read", "no record") == len(demo.NAMES) == 25
    assert sum(one.changed for one in demo_class.learners) == 0
    facilities = [one["facility"] for one in demo_class.questions if one["n"] > 10]
    assert min(facilities) < 0.5 < max(facilities)


def test_lessons_collect_writes_it_without_numpy_and_figures(tmp_path: Path) -> None:
    program = (
        "import sys; from lessons_lib.cli import main\n"
        "assert main(['collect', '--demo', '--out', 'shown']) == 0\n"
        "assert not {'numpy', 'matplotlib', 'torch', 'pandas'} & sys.modules.keys()"
    )
    environment = os.environ | {"PYTHONPATH": str(BANK.parent)}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True)
    endings = ["class.csv", "class.html", "class.ipynb"]
    assert [one.name for one in sorted((tmp_path / "shown").glob("class.*"))] == endings


# What is shown, and what is not


def results_of(*learners: Learner) -> ClassResults:
    rows, guesses = question_rows(learners, COURSE), guess_rows(learners, TASKS)
    return ClassResults(learners, rows, 0, guesses, 1.0)


def discussed(*letters: str | None) -> str:
    learners = [learner(f"{n}", answered(one)) for n, one in enumerate(letters)]
    return section(page_of(results_of(*learners)), "Discuss this")


@pytest.mark.parametrize(
    ("wrong", "right"), [(FEWEST_ANSWERED - 1, 0), (FEWEST_WRONG - 1, 3), (FEWEST_WRONG, 7)]
)
def test_nothing_is_discussed_that_few_answered_or_got_wrong(wrong: int, right: int) -> None:
    assert "<details" not in discussed(*[WRONG] * wrong, *[QUESTION.answer] * right)


def test_a_question_is_discussed_in_words_with_the_mistake_and_where_it_is_asked() -> None:
    shown = discussed(*[WRONG] * 3, QUESTION.answer, QUESTION.answer)
    assert "<b>3 of 5 wrong</b>" in shown
    chosen, right = QUESTION.options[WRONG], QUESTION.options[QUESTION.answer or "A"]
    assert f"<b>3 learners chose</b> {render(chosen.text)}" in shown
    for text in (QUESTION.stem, chosen.feedback, right.text):
        assert render(text) in shown
    (link,) = re.findall(r'href="\.\./notebooks/(\w+\.ipynb)#cell-id=([\w-]+)"', shown)
    cells = nbformat.read(BANK.parent / "notebooks" / link[0], as_version=4).cells
    (cell,) = [one for one in cells if one.id == link[1]]
    assert f'"{QUESTION.place}")' in cell.source


def test_what_was_met_on_a_day_is_marked_if_enough_learners_met_it() -> None:
    marks = re.compile(r'<details data-notebook="(\w*)" data-day="([ \d-]*)"')
    ((notebook, days),) = marks.findall(discussed(*[WRONG] * FEWEST_ANSWERED))
    assert (notebook, days.split()) == (COURSE.quiz_of(QUESTION.id).name, [day_of(YESTERDAY)])
    class_ = [learner(f"{n}", answered(WRONG), days=1 + (n == 0)) for n in range(FEWEST_ANSWERED)]
    ((_, days),) = marks.findall(section(page_of(results_of(*class_)), "Discuss this"))
    assert days == ""


def test_every_choice_of_a_filter_hides_the_others(page: str) -> None:
    values = [one for one in re.findall(r'<option value="(.*?)"', page) if one]
    assert set(values) == set(re.findall(r"\[value='(.*?)'\]:checked", page))
    assert {"06_batch_inference", day_of(demo.MEETINGS[0])} <= set(values)


def test_the_bar_of_the_result_is_marked() -> None:
    shown = figure(guessed(TASK, [20, 20, 25, 60, 100], 31.4))
    assert len(shown) == 11  # of 21 stops, two share a bar
    counts = {name: count for name, (count, mark) in shown.items() if count or mark}
    assert counts == {"20–25\xa0%": 3, "30–35\xa0%": 0, "60–65\xa0%": 1, "100\xa0%": 1}
    assert shown["30–35\xa0%"] == (0, "◀ result: 31\xa0%")


def test_typed_guesses_share_bars_that_a_joke_cannot_stretch() -> None:
    few = figure(guessed(TYPED, [3, 4, 4, 6, 1e300], 4.2))
    assert [count for count, _ in few.values()] == [1, 2, 0, 1, 1]
    assert few["4.2\xa0texts/s"] == (0, "◀ result: 4.2\xa0texts/s")
    many = figure(guessed(TYPED, [0, *range(90, 400, 10), 1e300], 287))
    assert len(many) == 7  # the numbers that are left with one digit
    assert sum(count for count, _ in many.values()) == 33
    assert many["300\xa0texts/s"] == (10, "◀ result: 287\xa0texts/s")


def test_few_guesses_are_not_shown_and_those_without_a_result_come_last() -> None:
    assert "<details" not in guessed(TASK, [20] * (FEWEST_ANSWERED - 1), 30)
    assert "result" not in figure(guessed(TASK, [20] * FEWEST_ANSWERED, None))
    options = figure(guessed(CHOICE, ["negative", *[HOSTILE] * 4], "negative"))
    assert options == {"negative": (1, "◀ result: negative"), HOSTILE: (4, "")}


def test_the_tests_show_who_moved_where() -> None:
    def one(name: str, *verdicts: str) -> Learner:
        return structs.replace(learner(name), ended_tests=verdicts)

    low, middle, high = "not yet, 2 of 10", "developing, 6 of 10", "strong, 9 of 10"
    class_ = [one("a", low, high), one("b", low, high), one("c", middle, middle), one("d", high)]
    shown = section(page_of(results_of(*class_, one("e", high, low))), "The test, before and after")
    numbers = re.findall(r"\d+", shown.split("</p>")[0])
    assert numbers == ["4", "2", "1", "1", "1"]  # two tests; up, same, down; one test
    rows = re.findall(r'<th scope="row">first: .*?</th>(.*?)</tr>', shown)
    cells = [re.findall(r"<td>(?:<b>)?(\d)", row) for row in rows]
    assert cells == [["0", "0", "2", "2"], ["0", "1", "0", "1"], ["1", "0", "0", "1"]]


def test_an_empty_class_has_a_page_and_nothing_is_said_about_an_unreadable_record() -> None:
    unreadable = structs.replace(learner("eve"), status="unreadable")
    shown = page_of(results_of(learner("ada"), unreadable))
    assert re.findall("<h2>(.*?)</h2>", shown) == SECTIONS
    ada, eve = section(shown, "Learners").split("<tr")[-2:]
    assert "<td>never</td>" in ada
    assert "cannot be read" in eve
    assert not re.search(r"<td>\d", eve)


def test_statistics_are_shown_and_na_in_a_class_too_small_for_them(
    page: str, demo_class: ClassResults
) -> None:
    small = section(page, "All questions")
    assert small.count("<td>n/a</td>") == len(demo_class.questions)
    assert "This class has 25" in small
    questions = [demo_class.questions[0] | {"discrimination": -0.123}]
    many = demo_class.learners * 2
    large = dataclasses.replace(demo_class, learners=many, questions=questions)
    shown = section(page_of(large), "All questions")
    assert "<td>−0.12</td>" in shown
    assert "This class has" not in shown


# Safe and trusted


def test_names_and_texts_are_escaped(page: str) -> None:
    for shown in (page, guessed(CHOICE, ["negative"] * 5, HOSTILE)):
        assert "<img" not in shown
        assert "&lt;img src=x onerror=alert(1)&gt;&amp;amp;&#34;&#39;" in shown
    assert re.search(r"<script|<[^>]*\son\w+=", page) is None


def test_the_notebook_is_executed_trusted_and_the_same_when_it_runs_again(
    tmp_path: Path, page: str
) -> None:
    (tmp_path / "class.html").write_text(page, encoding="utf-8")
    content, problem = class_notebook(tmp_path / "class.html", page)
    notebook = nbformat.reads(content, as_version=4)
    assert (problem, NotebookNotary().check_signature(notebook)) == ("", True)
    (code,) = [one for one in notebook.cells if one.cell_type == "code"]
    before = code.outputs[0].data["text/html"]
    assert (code.execution_count, before) == (1, page)
    run(notebook, tmp_path)
    assert code.outputs[0].data["text/html"] == page
    code.outputs[0].data["text/html"] += HOSTILE
    assert not NotebookNotary().check_signature(notebook)
