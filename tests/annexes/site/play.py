"""Use every card as learners might, in the library or in the site's half, and print what they show.

``python -m tests.annexes.site.play library|half`` prints one line of JSON for each action: the
message, and what the card shows after it. Ids and random draws are the same in both.
"""

from __future__ import annotations

import json
import secrets
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from types import SimpleNamespace
from typing import Any

Page = Mapping[str, Any]
Do = Callable[[dict[str, Any]], Page]

Play = Callable[[Page, Do], Iterator[tuple[dict[str, Any], Page]]]

NUMBERS = ("1", "0,5", "12", "no number")
FLASHCARDS = 40


def reproducible() -> None:
    """Make ids and draws the same in each run."""
    from lessons_lib.classroom.record import event

    numbers = count(1)
    ids = SimpleNamespace(uuid4=lambda: uuid.UUID(int=next(numbers)))
    event.uuid = ids  # type: ignore[assignment,attr-defined]
    secrets.randbelow = lambda _: 7  # type: ignore[assignment]
    secrets.token_hex = lambda _: "7" * 16  # type: ignore[assignment,misc]


def library() -> Callable[[str, Mapping[str, Any]], tuple[Page, Do]]:
    """Return what opens a card of the library as a notebook does."""
    import lessons_lib

    def opened(show: str, arguments: Mapping[str, Any]) -> tuple[Page, Do]:
        card = getattr(lessons_lib, f"show_{show}")(**arguments)

        def do(content: dict[str, Any]) -> Page:
            card._handle_custom_msg(content, [])
            return dict(card.page)

        return dict(card.page), do

    return opened


def half() -> Callable[[str, Mapping[str, Any]], tuple[Page, Do]]:
    """Return what opens a card of the half as a page does."""
    from lessons_lib.annexes.site.half.serve import serve

    numbers = count()

    def opened(show: str, arguments: Mapping[str, Any]) -> tuple[Page, Do]:
        about = {"place": f"{next(numbers)}", "show": show, "arguments": arguments}
        pages: dict[str, Page] = {}

        def ask(message: Mapping[str, Any]) -> Page:
            reply = json.loads(serve(json.dumps({**about, **message})))
            pages.update(reply["pages"])
            return pages[str(about["place"])]

        return ask({"do": "open"}), lambda content: ask({"do": "send", "content": content})

    return opened


def answers(question: Page) -> Iterator[dict[str, Any]]:
    """Yield answers to a question: every option, all options together, several numbers."""
    letters = [one["letter"] for one in question.get("options", ())]
    for one in letters:
        yield {"letters": [one]}
    if question["kind"] == "several":
        yield {"letters": letters}
    if question["kind"] == "number":
        for number in NUMBERS:
            yield {"number": number}


def play_quiz(page: Page, do: Do) -> Iterator[tuple[dict[str, Any], Page]]:
    """Yield actions and pages: hints, answers and the solution of every question, the review."""
    for _ in range(int(page.get("of", 0))):
        question = page["question"]
        about = {"question": question["id"]}
        tried = ({"do": "answer", **about, **one} for one in answers(question))
        more = ({"do": "hint", **about}, {"do": "solution", **about}, {"do": "next"})
        for action in ({"do": "hint", **about}, *tried, *more):
            page = do(action)
            yield action, page
    for action in ({"do": "missed"}, {"do": "review"}, {"do": "go", "to": 1}):
        yield action, do(action)


def play_guess(page: Page, do: Do) -> Iterator[tuple[dict[str, Any], Page]]:
    """Yield actions and pages of a guess: nothing, nonsense, and an answer."""
    kind = page["control"]["kind"]
    value = {"choice": page["control"].get("options", ("",))[-1], "slider": 0, "number": "2.5"}
    for one in ("", "nonsense", value[kind]):
        action = {"do": "commit", "value": one}
        yield action, do(action)


def play_flashcards(page: Page, do: Do) -> Iterator[tuple[dict[str, Any], Page]]:
    """Yield actions and pages of forty flashcards, rated in turn, with one change of mind."""
    ratings = ("again", "hard", "good", "easy")
    for number in range(FLASHCARDS):
        card = page.get("id", "")
        rated = {"do": "rate", "card": card, "rating": ratings[number % 4]}
        more = {"do": "more"} if not card else {"do": "show", "card": card}
        for action in (more, rated, *[{"do": "undo"}, rated][: 2 * (number == 5)]):
            page = do(action)
            yield action, page


def play_test(page: Page, do: Do) -> Iterator[tuple[dict[str, Any], Page]]:
    """Yield actions and pages of a test: every question answered, the end, and five more."""
    begin = {"do": "start"}
    page = do(begin)
    yield begin, page
    yield from play_quiz(page, do)
    for action in ({"do": "end"}, {"do": "five"}, {"do": "end"}):
        yield action, do(action)


def play_nothing(page: Page, do: Do) -> Iterator[tuple[dict[str, Any], Page]]:
    """Yield nothing: the card only shows what another one did."""
    yield from ()


def main(mode: str) -> None:
    """Play every card of the course."""
    from lessons_lib.classroom.practice.guesses import guess_table
    from lessons_lib.classroom.quiz.bank import load_bank

    reproducible()
    opened = half() if mode == "half" else library()
    cards: list[tuple[str, dict[str, Any], Play]] = [
        ("quiz", {"name": quiz.name, "place": place}, play_quiz)
        for quiz in load_bank().quizzes
        for place in dict.fromkeys(one.place for one in quiz.questions)
        if place != "pool"
    ]
    for task in guess_table().guesses:
        result = task.typical if task.options else float(task.typical or 0)
        cards.append(("guess", {"name": task.id}, play_guess))
        cards.append(("outcome", {"name": task.id, "result": result}, play_nothing))
    cards += [("practice", {}, play_quiz), ("test", {}, play_test)]
    cards.append(("flashcards", {}, play_flashcards))
    for show, arguments, play in cards:
        page, do = opened(show, arguments)
        print(json.dumps([show, arguments, "open", page]))
        for action, after in play(page, do):
            print(json.dumps([show, arguments, action, after]))


if __name__ == "__main__":
    main(sys.argv[1])
