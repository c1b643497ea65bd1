from tests.classroom.practice.exercises.conftest import interrupts_are_not_ignored

__all__ = ["interrupts_are_not_ignored"]
