"""Fresh cases: what only some solutions get wrong is in them."""

from random import Random

from lessons_lib.lesson.fresh_cases import FRESH_CASES


def test_every_answer_that_workers_return_twice_is_also_in_one_of_two_parts() -> None:
    for seed in range(50):
        *_, late, early = FRESH_CASES["merge-the-answers"](Random(seed))["parts"]
        assert [key for key, _ in early + late] == list(range(len(early) + len(late)))
