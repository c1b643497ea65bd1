"""The exploration in which a learner chooses a mode for each task and checks the choices."""

from collections.abc import Callable, Mapping
from functools import cache

from lessons_lib.classroom.record.event import EventLog
from lessons_lib.classroom.record.kinds import ModeChoice, event_of, latest_choices
from lessons_lib.classroom.sessions.controls import Choice
from lessons_lib.classroom.widgets.explore.explore import Explore, Table
from lessons_lib.classroom.widgets.record import learner_record
from lessons_lib.formats import counted
from lessons_lib.pipeline.timing.decisions import MODES, Demand, ModeCosts, Outcome, outcome

NOT_YET, MINE, EACH = "not yet", "my choices", "every mode"


def verdicts(
    check: str, chosen: Mapping[str, str], outcome_of: Callable[[str, str], Outcome]
) -> list[str | Table]:
    """Return how many choices meet their demand, and what they or all modes would do.

    Parameters
    ----------
    check : str
        MINE or EACH; with NOT_YET, nothing is checked.
    chosen : mapping of str to str
        The mode of each task, "" for none; the table leaves such a task out.
    outcome_of : callable
        Returns the outcome of a task, by its name, in a mode.
    """
    if check == NOT_YET:
        return []
    made = [(number, *one) for number, one in enumerate(chosen.items(), start=1) if one[1]]
    met = sum(outcome_of(name, mine).meets for _, name, mine in made)
    rows = [
        (str(number), mode, _in_words(outcome_of(name, mode)))
        for number, name, mine in made
        for mode in (MODES if check == EACH else (mine,))
    ]
    sentence = f"Your choices meet the demands of {met} of {counted(len(chosen), 'task')}."
    return [sentence, Table(("task", "mode", "verdict"), rows)]


def _in_words(found: Outcome) -> str:
    return f"{'✓ Meets it.' if found.meets else '✗ Does not meet it.'} {found.sentence}"


def show_decisions(
    demands: Mapping[str, Demand], costs: ModeCosts, *, log: EventLog | None = None
) -> Explore:
    """Return an exploration in which the learner chooses a mode for each demand.

    Parameters
    ----------
    demands : mapping of ids to demands
        The id identifies the choice in the learner's record, for instance ``"archive"``.
    costs : ModeCosts
        The cost of a batch in each mode; every choice is simulated with it.
    log : EventLog, optional
        Holds the choices; the session's record if not given.
    """
    record = learner_record(log)
    latest = latest_choices(record.events)
    saved = {name: mode for name, mode in latest.items() if mode in MODES}
    outcome_of = cache(lambda name, mode: outcome(mode, demand=demands[name], costs=costs))

    def checked(check: str, **chosen: str) -> list[str | Table]:
        for name, mode in chosen.items():
            if mode and mode != saved.get(name):
                saved[name] = mode
                record.append(event_of(name, ModeChoice(mode)))
        return [*verdicts(check, chosen, outcome_of), *record.notices]

    tasks = {
        name: Choice(f"Task {number}. {demand}", MODES, saved.get(name, ""))
        for number, (name, demand) in enumerate(demands.items(), start=1)
    }
    return Explore(
        {**tasks, "check": Choice("Check against the measurements", (NOT_YET, MINE, EACH))},
        checked,
        title="Which mode for which task?",
        lead="Choose a mode for each task, then check your choices against the measurements.",
        uses_cells_above=True,
    )
