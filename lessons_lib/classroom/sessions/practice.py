"""Practice: what is due today, questions in order, then as many more as the learner wants."""

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

from lessons_lib.classroom.course import course
from lessons_lib.classroom.practice import up_next
from lessons_lib.classroom.practice.flashcards import day_around, rated_event, schedule
from lessons_lib.classroom.practice.modes import today
from lessons_lib.classroom.practice.up_next import Due, left_of
from lessons_lib.classroom.quiz.bank import QuizBank
from lessons_lib.classroom.quiz.question import Quiz
from lessons_lib.classroom.quiz.regrade import GradedRecord, position_event, verdict_on
from lessons_lib.classroom.record.event import Event, utc_now
from lessons_lib.classroom.record.kinds import Answer, BegunDay, Position, payload_of, payloads
from lessons_lib.classroom.sessions.flashcards import card_page
from lessons_lib.classroom.sessions.page import NO_REPLY, LearnerRecord, Page, Reply, target
from lessons_lib.classroom.sessions.quiz_run import REVIEW, QuizAction, QuizRun, QuizSession
from lessons_lib.formats import in_words

TITLE = "Endless practice"


def first_answers(events: Iterable[Event], bank: QuizBank) -> list[bool]:
    """Return whether the first answer of each turn of endless practice was right."""
    found, due = list[bool](), ""  # the question of the turn, until its first answer
    for event in events:
        if up_next.is_turn(event):
            position = payload_of(event, Position)
            due = position.question if position else ""
        elif event.subject == due and (answer := payload_of(event, Answer)):
            verdict = verdict_on(bank, event.subject, answer)
            if verdict is not None and answer.quiz == up_next.endless_quiz():
                found.append(verdict.is_right)
                due = ""
    return found


def streak(answers: Sequence[bool]) -> int:
    """Return how many answers at the end were right."""
    return sum(1 for _ in takewhile(bool, reversed(answers)))


def _tally_in_words(answers: Sequence[bool]) -> str:
    if not answers:
        return "After every two new questions comes one that you missed."
    row = f", {streak(answers)} in a row" if streak(answers) > 1 else ""
    return f"{sum(answers)} of {len(answers)} right on the first try here{row}."


class PracticeSession:
    """A learner in what is due today, in the questions in order, or in a turn of endless practice.

    A turn is a run through one question, which begins with the event that shows it. What is due
    begins with an event, too, from here or from the start page, and is asked in such turns.
    """

    title = "Practice"

    def __init__(self, bank: QuizBank, record: LearnerRecord, seed: Callable[[], int]) -> None:
        if not course().practice:
            raise ValueError("Practice needs a quiz: name it as `practice` in course.yaml.")
        quiz = bank.quiz(course().practice)
        self._bank, self._record, self._seed = bank, record, seed
        self._in_words = in_words(len(quiz.questions), "question")
        self.label = f"practice: run this cell for {self._in_words}, then as many more as you like"
        self._in_order = QuizSession(quiz, record)
        self._reason = ""  # why the question of the turn comes now
        self._turn: QuizRun | None = None
        self._begun: Event | None = None  # if the learner is in what is due
        self._card, self._is_shown = "", False  # its id, and whether its back is shown
        self._resume()

    @property
    def stored(self) -> str:
        """The questions in order, and what comes after them."""
        asks = f"Practice begins with {self._in_words}, and continues with those of all notebooks."
        return f"<p>{asks}</p>{self._in_order.stored}"

    def submit(self, action: QuizAction) -> Page:
        """Do what the learner requested, after reading what other kernels recorded."""
        self._record.read()
        return self.page(self._perform(action))

    def page(self, reply: Reply = NO_REPLY) -> Page:
        """Return the page of the current card, question or review; it looks for news."""
        page = self._due_page(reply) if self._begun else self._page(reply)
        if page["view"] == "review":
            page["onward"] = {"do": "endless", "text": "Keep practicing"}
        return page | {"looks": True}

    def _page(self, reply: Reply) -> Page:
        if self._turn is None:
            page = self._in_order.page(reply)
            if page["view"] == "review":
                return page
            if page["next"] == REVIEW:
                page["next"] = "See how it went"
            return page | {"doors": [*page["doors"], {"do": "endless", "text": TITLE}]}
        asked, answers = self._turn.asked(), first_answers(self._record.events, self._bank)
        frame = self._turn.frame(asked, reply) | {
            "standings": [],
            "note": f"{self._reason} {_tally_in_words(answers)}".strip(),
            "doors": [{"do": "five", "text": f"Back to the {self._in_words}"}],
        }
        # There is no last question, so the page has no number.
        return frame | self._turn.question_page(asked, last="Next question") | {"of": 0}

    def _due_page(self, reply: Reply) -> Page:
        """Return the page of a card or question that is due, or in the end what comes tomorrow."""
        left, now = self._left(), utc_now()
        frame = {
            "title_html": "Today",
            "reply": dict(reply),
            "notices": self._record.notices,
            "standings": [],
            "note": f"Left for today: {' and '.join(left.words)}." if left.items else "",
            "doors": [{"do": "five", "text": f"Back to the {self._in_words}"}],
        }
        if self._turn:
            return self._page(reply) | frame
        for card in left.cards:
            if card.id == self._card:
                plan = schedule(self._record.events, left.cards, now)
                face = card_page(card, self._bank, plan, is_shown=self._is_shown)
                return frame | face | {"turn": card.id + " shown" * self._is_shown}
        tomorrow = up_next.due_at(self._record.events, self._bank, day_around(now)[1]).words
        following = today(self._record.events, self._bank, Due())  # the rest is for tomorrow
        return frame | {
            "view": "review",
            "heading": "Done for today",
            "summary": f"Tomorrow: {' and '.join(tomorrow) or 'nothing is due'}.",
            "questions": [],
            "following": [{**target(to.link), "title": to.words, "about": ""} for to in following],
        }

    def _perform(self, action: QuizAction) -> Reply:
        is_card = self._card and self._card == action.question
        match action.do:
            case "look":
                self._look()
            case "endless" | "five":
                self._turn, self._begun, self._card = None, None, ""
                self._draw() if action.do == "endless" else self._in_order.resume()
            case "show" if is_card:
                self._is_shown = True
            case "rate" if is_card and self._is_shown and action.rating:
                card = next(one for one in self._left().cards if one.id == self._card)
                self._record.append(rated_event(card, action.rating))
                self._draw()
            case "next" if self._turn:
                self._draw()
            case "answer" | "hint" | "solution" if self._turn:
                return self._turn.perform(action)
            case _ if not (self._turn or self._begun):
                return self._in_order.perform(action)
        return NO_REPLY

    def _left(self) -> Due:
        return left_of(self._begun, self._record.events, self._bank) if self._begun else Due()

    def _draw(self) -> None:
        """Go to the next card or question: of what is due, those that were skipped come last."""
        events, left = self._record.events, self._left()
        self._turn, self._is_shown = None, False
        self._card = left.cards[0].id if left.cards else ""
        if left.cards or (self._begun and not left.questions):
            return
        latest = {one.question: n for n, (_, one) in enumerate(payloads(events, Position))}
        question = min(left.questions, key=lambda one: latest.get(one.id, -1), default=None)
        question = question or up_next.next_question(self._bank, events, self._seed())
        quiz = up_next.due_quiz() if self._begun else up_next.endless_quiz()
        begins = position_event(question, quiz)
        self._record.append(begins)
        self._turn = self._turn_from(begins)

    def _look(self) -> None:
        """Go to what was begun elsewhere, since the learner was here last, or to a new day."""
        if self._begun and up_next.begun_today(self._record.events, utc_now()) is None:
            self._turn, self._begun, self._card = None, None, ""
            return self._resume()
        latest = self._latest()
        if latest and latest.kind == BegunDay.kind and latest != self._begun:
            self._begun = latest
            self._draw()
        elif self._card and self._card not in dict(self._left().items):  # rated elsewhere
            self._draw()

    def _resume(self) -> None:
        """Go to what is due from earlier days, unless it was begun; else where the learner was."""
        events, now = self._record.events, utc_now()
        if up_next.begun_today(events, now) is None:
            earlier = [one for one in events if one.time_utc < day_around(now)[0]]
            if begun := up_next.begin(up_next.due_at(earlier, self._bank, now), events, self._bank):
                self._record.append(begun)
        self._look()
        latest = self._latest()
        if latest and up_next.is_turn(latest):
            self._turn = self._turn_from(latest)

    def _latest(self) -> Event | None:
        """Return the latest event that says where in practice the learner is."""
        begun = up_next.begun_today(self._record.events, utc_now())
        places = [(Position.kind, name) for name in (up_next.endless_quiz(), course().practice)]
        events = reversed(self._record.events)
        return next(
            (one for one in events if one == begun or (one.kind, one.subject) in places), None
        )

    def _turn_from(self, begins: Event) -> QuizRun | None:
        """Return the turn that an event begins, or None if its question no longer exists."""
        position = payload_of(begins, Position)
        if position is None or position.question not in self._bank:
            return None
        question = self._bank.question(position.question)
        before = takewhile(lambda one: one.id != begins.id, self._record.events)
        tries = up_next.first_tries(GradedRecord(before, self._bank), self._bank)
        self._reason = up_next.reason_for(question, tries)
        quiz = Quiz(name=begins.subject, title=TITLE, questions=(question,))
        return QuizRun(quiz, self._record, since=begins.id)
