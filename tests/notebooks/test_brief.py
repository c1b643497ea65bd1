"""What the lesson must carry, in the stored pages: shapes, rows, options, and the parts in order.

Everything here is typed by hand from what the course's user asked for, not computed by our code.
"""

import re
from html import unescape
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from lessons_lib.classroom.course import course_folder
from lessons_lib.classroom.quiz.bank import load_bank
from lessons_lib.classroom.quiz.question import SingleQuestion
from lessons_lib.pipeline.inference.batch import BatchPredictor
from lessons_lib.pipeline.inference.folded import FoldedPipeline
from lessons_lib.pipeline.inference.realtime import RealTimePredictor

LESSON = "00_twelve_minutes"
PARTS = (
    "Two ways to run one model",
    "Six stages from text to label",
    "Call it yourself",
    "How the model learned",
    "One prediction in five layers",
    "Test your understanding",
    "The key insight",
    "Practice",
    "And now?",
)
SHAPES = (
    ("Input text data", "10,000 texts × variable length", "10,000 texts × variable length"),
    ("Text preprocessing", "10,000 texts × variable length", "10,000 texts × 20 tokens (max)"),
    ("Feature extraction", "10,000 × 20 tokens", "10,000 × 20 tokens × 50 features"),
    ("Model inference (batch)", "10,000 × 20 × 50", "10,000 × 3 classes"),
    ("Model inference (real-time)", "1 × 20 × 50", "1 × 3 classes"),
    ("Output predictions", "batch or single × 3 classes", "batch or single × 1 label"),
)
TRACE = ((1, 1.20, 0.45), (3, 0.80, 0.65), (5, 0.50, 0.78), (7, 0.35, 0.85), (10, 0.30, 0.88))
LAYERS = "input text, preprocessing, feature extraction, model inference, prediction output"
DIFFICULTIES = ["easy", "easy", "medium", "medium", "hard"]
RIGHT = (
    "many inputs together",
    "model.predict(['text1', 'text2', 'text3'])",
    "a list of predictions",
    "string, not a list",
    "batch",
)
MOST_WORDS = 900


@pytest.fixture(scope="module")
def lesson() -> NotebookNode:
    path = course_folder() / "notebooks" / f"{LESSON}.ipynb"
    found: NotebookNode = nbformat.read(path, as_version=4)
    return found


def prose(notebook: NotebookNode) -> str:
    return "\n".join(one.source for one in notebook.cells if one.cell_type == "markdown")


def shown(notebook: NotebookNode) -> str:
    """Return the words of all stored outputs, without tags and styles."""
    data = [out.data for cell in notebook.cells for out in cell.get("outputs", []) if "data" in out]
    html = " ".join(one.get("text/html", "") for one in data)
    return unescape(re.sub(r"<(style|svg)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL))


def test_the_parts_of_the_lesson_are_on_one_page_in_order(lesson: NotebookNode) -> None:
    headings = re.findall(r"^## (.+)$", prose(lesson), re.MULTILINE)
    assert headings == list(PARTS)
    words = re.sub(r"<[^>]+>", " ", prose(lesson)).split()
    assert len(words) <= MOST_WORDS
    code = [cell for cell in lesson.cells if cell.cell_type == "code"]
    assert all(cell.metadata.get("jupyter", {}).get("source_hidden") for cell in code)


def test_each_stage_has_the_shapes_that_were_asked_for(lesson: NotebookNode) -> None:
    words = " ".join(shown(lesson).split())
    at = 0
    for title, shape_in, shape_out in SHAPES:
        at = words.index(title, at)
        box = words[at : at + 400]
        assert f"in: {shape_in}" in box and f"out: {shape_out}" in box
    assert "“I love sunny days”" in words
    assert "positive, negative, neutral" in words[at:]


def test_the_training_trace_has_its_five_rows(lesson: NotebookNode) -> None:
    rows = re.findall(r"^\| (\d+) \| (\d\.\d\d) \| (\d\.\d\d) \| (.+) \|$", prose(lesson), re.M)
    assert [(int(n), float(loss), float(share)) for n, loss, share, _ in rows] == list(TRACE)
    assert all(seen.strip() for *_, seen in rows)


def test_the_five_layers_are_named_in_order(lesson: NotebookNode) -> None:
    assert LAYERS in " ".join(prose(lesson).lower().split())


def test_the_quiz_of_three_asks_for_the_main_difference_first(lesson: NotebookNode) -> None:
    quiz = load_bank().quiz("01_concept").at("model-quiz")
    assert len(quiz.questions) == 3
    first = quiz.questions[0]
    assert isinstance(first, SingleQuestion) and first.answer
    right = first.options[first.answer].text.lower()
    assert "batch" in right and "many texts" in right and "real-time" in right
    assert " ".join(first.stem.split())[:40] in " ".join(shown(lesson).split())


def test_the_practice_has_its_five_questions_in_order() -> None:
    questions = load_bank().quiz("11_practice").at("end").questions
    assert [one.difficulty for one in questions] == DIFFICULTIES
    for question, words in zip(questions, RIGHT, strict=True):
        assert isinstance(question, SingleQuestion) and question.answer
        assert len(question.options) == 4
        text = question.options[question.answer].text
        assert words.lower() in text.lower().replace("`", ""), question.id
        assert question.solution and question.common_mistakes and question.final_answer


def test_the_snippets_do_what_the_answers_say() -> None:
    pipeline = FoldedPipeline.load()
    batch, realtime = BatchPredictor(pipeline), RealTimePredictor(pipeline)
    for texts in (["text1", "text2", "text3"], ["hello", "world"]):
        results = batch.predict(texts)
        assert isinstance(results, list) and len(results) == len(texts)
    with pytest.raises(TypeError, match="takes one text"):
        realtime.predict(["Hello world"])  # type: ignore[arg-type]
    assert realtime.predict("Hello world").label == batch.predict(["Hello world"])[0].label


def test_the_lesson_is_the_first_door_of_the_first_page() -> None:
    folder: Path = course_folder() / "notebooks"
    home = prose(nbformat.read(folder / "00_start_here.ipynb", as_version=4))
    first = re.findall(r'\]\((\w+)\.ipynb|href="(\w+)\.ipynb', home)[0]
    assert "".join(first) == LESSON
