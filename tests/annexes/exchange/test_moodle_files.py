"""Moodle XML of others: files shaped like the exports of Moodle 1.9 to 4.5, and broken ones."""

from itertools import count
from pathlib import Path

import pytest

from lessons_lib.annexes.exchange.foreign import ForeignFileError, Found
from lessons_lib.annexes.exchange.moodle import read
from lessons_lib.classroom.quiz.bank import read_quiz
from lessons_lib.classroom.quiz.markdown import render
from lessons_lib.classroom.quiz.question import NumberQuestion, Question, SingleQuestion
from lessons_lib.classroom.tables.yaml_file import YamlFile
from lessons_lib.cli import main
from tests.annexes.exchange.conftest import FILES
from tests.support.shell import Lessons

Captured = pytest.CaptureFixture[str]
HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'

# Moodle 4: an id per question, an idnumber, CDATA, empty feedback, combined feedback.
MOODLE_4 = (FILES / "moodle_4.xml").read_text(encoding="utf-8")

# Moodle 1.9: no format on answers, no <text> around an answer, 0/1 for a flag, an image element.
MOODLE_1_9 = (FILES / "moodle_1_9.xml").read_text(encoding="utf-8")

TRUE_FALSE = (FILES / "true_false.xml").read_text(encoding="utf-8")

KINDS = ("description", "essay", "shortanswer", "matching", "cloze", "calculated", "coderunner")


def question(kind: str, *parts: str, name: str = "q") -> str:
    stem = "" if "<questiontext" in "".join(parts) else _html("questiontext", "<p>Why?</p>")
    named = f"<name><text>{name}</text></name>"
    return f'<question type="{kind}">{named}{stem}{"".join(parts)}</question>'


def _html(tag: str, page: str) -> str:
    return f'<{tag} format="html"><text><![CDATA[{page}]]></text></{tag}>'


IMAGE = _html("generalfeedback", '<img src="@@PLUGINFILE@@/a.png">')


def choice(*fractions: float, single: str = "true") -> str:
    answer = '<answer fraction="{}"><text>a{}</text></answer>'.format
    return f"<single>{single}</single>{''.join(map(answer, fractions, count()))}"


def numbers(*answers: tuple[str, float, float]) -> str:
    return "".join(
        f'<answer fraction="{fraction}"><text>{text}</text><tolerance>{tolerance}</tolerance>'
        "<feedback><text>about</text></feedback></answer>"
        for text, fraction, tolerance in answers
    )


def found_in(*questions: str) -> list[Found]:
    return list(read(f"{HEADER}<quiz>{''.join(questions)}</quiz>".encode()))


def imported(folder: Path, content: bytes) -> list[Question]:
    (folder / "theirs.xml").write_bytes(content)
    assert main(["import", str(folder / "theirs.xml"), "--out", str(folder / "theirs.yaml")]) == 0
    assert main(["quiz", "check", str(folder / "theirs.yaml")]) == 0
    quiz = read_quiz(YamlFile(folder / "theirs.yaml"))
    assert quiz is not None
    return list(quiz.questions)


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_choice_of_moodle_4(tmp_path: Path, capsys: Captured, start: bytes, newline: str) -> None:
    content = start + (HEADER + MOODLE_4).replace("\n", newline).encode()
    (one,) = imported(tmp_path, content)
    assert isinstance(one, SingleQuestion)
    assert (one.id, one.answer) == ("bio-17", "B")
    assert one.tags == ("chapter-3", "zelle", "todo-difficulty")
    assert one.stem == "What do **ribosomes**\xa0make?"
    assert one.hints == ("Think of *translation*.",)
    assert one.solution[0].text == "mRNA → protein"
    assert [option.text for option in one.options.values()] == ["Fat", "Protein", "Peptides"]
    assert one.options["B"].feedback == "Yes & always."
    assert one.options["A"].feedback.startswith("TODO: ")
    said = capsys.readouterr().out
    assert "theirs.xml:11: bio-17: Not kept as in the file: partial credit." in said


def test_questions_of_moodle_1_9(tmp_path: Path, capsys: Captured) -> None:
    number, several = imported(tmp_path, (HEADER + MOODLE_1_9).encode())
    assert isinstance(number, NumberQuestion)
    assert number.answer is not None
    assert number.feedback is not None
    assert number.stem == "How far does it fall in 1 s?\\\nGive a number in m."
    assert (number.answer.value, number.answer.tolerance, number.answer.unit) == (4.9, 0.1, "m")
    assert [(one.value, one.feedback) for one in number.feedback.known] == [(9.8, "That is g.")]
    assert (number.feedback.right, number.feedback.wrong) == ("Right.", "No.")
    assert several.kind == "several" and not isinstance(several, NumberQuestion)
    assert several.stem == "Which are <b> vitamins?\\\n\\* all that fit"
    assert several.options["C"].text == "Fe_2"
    assert several.options["C"].feedback == "an \\*element\\*"
    said = capsys.readouterr().out
    assert said.count("Not kept as in the file") == 2
    assert "The unit cm was not kept." in said
    assert "Files and images were not kept." in said


def test_true_or_false_is_a_choice_of_two(tmp_path: Path) -> None:
    (one,) = imported(tmp_path, TRUE_FALSE.encode())
    assert isinstance(one, SingleQuestion)
    assert [option.text for option in one.options.values()] == ["True", "False"]
    assert one.answer == "B"
    assert one.stem == "Water boils at *100 °C* at sea level."
    assert one.options["A"].feedback == "At sea level?"


def test_other_types_are_named_and_counted(tmp_path: Path, lessons: Lessons) -> None:
    others = [question(kind, choice(100, 0), name=kind) for kind in KINDS]
    lines = "\n".join(["<quiz>", *others, question("multichoice", choice(100, 0)), "</quiz>"])
    (tmp_path / "a.xml").write_text(lines)
    said = lessons("import", tmp_path / "a.xml", "--out", tmp_path / "a.yaml")
    for line, kind in enumerate(KINDS, start=2):
        assert f"a.xml:{line}: skipped '{kind}' ({kind}): only choices" in said
        assert f"{kind} (1)" in said
    assert "1 question." in said


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (("multichoice", choice(50, 0)), "0 of 2 answers are right"),
        (("multichoice", choice(100, 100)), "2 of 2 answers are right"),
        (("numerical", numbers(("1", 100, 0), ("2", 100, 0))), "2 of 2 answers are right"),
        (("numerical", numbers(("*", 100, 0))), "must be a number"),
        (("numerical", numbers(("{x}", 100, 0))), "'{x}'"),
        (("multichoice", _html("questiontext", "<em>" * 2000), choice(100, 0)), "recursion"),
    ],
)
def test_a_question_without_a_usable_key_is_skipped_with_the_reason(
    parts: tuple[str, ...], reason: str
) -> None:
    (found,) = found_in(question(*parts))
    assert found.data == {}
    assert reason in found.note


@pytest.mark.parametrize(
    ("parts", "note"),
    [
        (("multichoice", choice(100, 0, 25)), "Not kept as in the file"),
        (("multichoice", choice(50, 50, -50, single="false")), ""),
        (("multichoice", choice(75, 25, -100, single="false")), "Not kept as in the file"),
        (("multichoice", choice(33.33333, 33.33333, 33.33333, -33.33333, single="false")), ""),
        (("numerical", numbers(("1", 100, 0.5), ("1.2", 0, 0.5))), "Not kept as in the file"),
        (("multichoice", choice(100, 0), IMAGE), "images"),
        (("numerical", numbers(("1", 100, 0)), "<unitgradingtype>1</unitgradingtype>"), "unit"),
        (("multichoice", choice(100, 0), _html("hint", "<video src='a'></video>x")), "images"),
    ],
)
def test_what_is_not_kept_is_noted(parts: tuple[str, ...], note: str) -> None:
    (found,) = found_in(question(*parts))
    assert found.data
    assert (note in found.note) if note else found.note == ""


@pytest.mark.parametrize(
    ("form", "stem", "kept"),
    [
        ("html", '<p><a href="@@PLUGINFILE@@/b.mp3">Listen</a>: what?</p>', "Listen: what?"),
        ("html", '<img src="@@PLUGINFILE@@/a.png" alt="A cat"> Which?', "A cat Which?"),
        ("markdown", "[Listen](@@PLUGINFILE@@/b%20c.mp3): *what*?", "Listen: *what*?"),
        ("markdown", '![A cat](@@PLUGINFILE@@/a.png "A cat") Which?', "A cat Which?"),
        ("html", '<audio controls><source src="@@PLUGINFILE@@/a.mp3">Listen.</audio>', "Listen."),
        ("markdown", "[a [b]](@@PLUGINFILE@@/a(1).pdf)", "a [b]"),
        ("moodle_auto_format", '<a href="@@PLUGINFILE@@/b.mp3">Listen</a>', "Listen"),
    ],
)
def test_a_link_to_a_file_that_is_not_kept_is_its_text(form: str, stem: str, kept: str) -> None:
    text = f'<questiontext format="{form}"><text><![CDATA[{stem}]]></text></questiontext>'
    (found,) = found_in(question("multichoice", text, choice(100, 0)))
    assert render(found.data["stem"]) == render(kept)
    assert "Files" in found.note


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("3,5", 3.5), ("-2", -2), ("1,000", 1000), (" .5 ", 0.5), ("1e-05", 1e-5), ("19.0", 19)),
        *(("3.14159265358979", 3.14159265358979), ("0.30000000000000004", 0.3)),
    ],
)
def test_a_number_stays_the_same_as_far_as_our_files_may_have_it(
    tmp_path: Path, text: str, value: float
) -> None:
    content = f"<quiz>{question('numerical', numbers((text, 100, 0)))}</quiz>"
    (one,) = imported(tmp_path, content.encode())
    assert isinstance(one, NumberQuestion)
    assert one.answer is not None
    assert (one.answer.value, one.answer.tolerance) == (value, 0)


def test_only_labels_of_our_form_are_labels() -> None:
    tags = "".join(
        f"<tag><text>{tag}</text></tag>"
        for tag in ("difficulty:hard", "stage:batch", "objective:Ümlaut", "difficulty:5", "x", "x")
    )
    (found,) = found_in(question("multichoice", choice(100, 0), f"<tags>{tags}</tags>"))
    assert (found.data["difficulty"], found.data["stage"]) == ("hard", "batch")
    assert "objective" not in found.data
    assert found.data["tags"] == ["objective-umlaut", "difficulty-5", "x"]


def test_characters_that_our_files_refuse_are_left_out(tmp_path: Path) -> None:
    stem = _html("questiontext", "<p>a\u2028b\ufeffc\u202ed</p>")
    content = f"<quiz>{question('multichoice', stem, choice(100, 0))}</quiz>"
    (one,) = imported(tmp_path, content.encode())
    assert one.stem == "abcd"


LAUGHS = (FILES / "laughs.xml").read_text(encoding="utf-8")
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<quiz><question type="essay"><name><text>&x;</text></name></question></quiz>"""


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"", 1, "no element found"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff", 1, "not UTF-8"),
        ((HEADER + MOODLE_4)[:900].encode(), 27, "unclosed"),
        ((HEADER + MOODLE_4).replace("</name>", "</nam>").encode(), 12, "mismatched tag"),
        ((HEADER + TRUE_FALSE).encode("cp1252"), 6, "not UTF-8"),
        (LAUGHS.encode(), 2, "DTD"),
        (OUTSIDE.encode(), 2, "DTD"),
        (b'<!DOCTYPE quiz SYSTEM "http://localhost/x.dtd"><quiz/>', 1, "DTD"),
        (b"\n<html>\n<body/></html>", 2, "expected <quiz>, got <html>"),
        (b'<?xml version="1.0" encoding="klingon"?><quiz/>', 1, "encoding"),
    ],
)
def test_a_broken_file_is_refused_with_line_and_reason(
    content: bytes, line: int, reason: str
) -> None:
    with pytest.raises(ForeignFileError, match=rf"^{line}: .*{reason}"):
        list(read(content))


def test_a_file_in_another_encoding_is_read_if_it_says_so() -> None:
    text = '<?xml version="1.0" encoding="windows-1252"?>' + TRUE_FALSE
    (found,) = read(text.encode("cp1252"))
    assert "°" in found.data["stem"]
