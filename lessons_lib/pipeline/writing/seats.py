"""Who writes next: the seats of an engine, shared by the real one and its simulation."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from lessons_lib.arguments import checked_integer

MOST_SEATS = 64
Text = TypeVar("Text")


class Seats(Generic[Text]):
    """Texts that wait, in order of arrival, and the seats in which the others are written.

    Parameters
    ----------
    seats : int
        How many texts are written at the same time at most, from 1 to 64.
    is_static : bool
        Whether a group leaves together: nobody boards until its last text has ended. Otherwise
        whoever waits takes a seat as soon as one is free (continuous batching).

    Raises
    ------
    TypeError, ValueError
        If `seats` is not an integer from 1 to 64.
    """

    def __init__(self, seats: int, *, is_static: bool = False) -> None:
        self.number = checked_integer("seats", seats, at_most=MOST_SEATS)
        self.is_static = is_static
        self.waiting: deque[Text] = deque()
        self.taken: dict[int, Text] = {}
        self._has_left = False  # whether the group of a static batch is on its way
        self._ended: set[int] = set()  # the seats of that group whose texts have ended

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits or writes."""
        return not (self.waiting or self.taken)

    def everybody(self) -> list[Text]:
        """Return all who write or wait."""
        return [*self.taken.values(), *self.waiting]

    def next_pass(self) -> tuple[list[int], bool]:
        """Return the seats of the next pass, and whether it reads the prompt of a newcomer.

        The first who waits gets the lowest free seat. If nobody may board, all who are seated write
        a token each. After that, a static group is closed: its later steps also compute the seats
        whose texts have ended, in vain.
        """
        if self.waiting and len(self.taken) < self.number and not self._has_left:
            seat = next(seat for seat in range(self.number) if seat not in self.taken)
            self.taken[seat] = self.waiting.popleft()
            return [seat], True
        self._has_left = self.is_static and bool(self.taken)
        return sorted(self._ended.union(self.taken)), False

    def leave(self, text: Text) -> None:
        """Free the seat of a text that has ended, or take it out of the queue."""
        if text in self.waiting:
            self.waiting.remove(text)
        left = {seat for seat, one in self.taken.items() if one == text}
        self.taken = {seat: one for seat, one in self.taken.items() if seat not in left}
        self._has_left = self._has_left and bool(self.taken)
        self._ended = self._ended | left if self._has_left else set()
