"""`lessons class`: check a class that counts, serve it to a hub, and use its record."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import to_builtins

from lessons_lib.annexes.instructor.service.plan import OTHER_USERS, load_class, load_plan
from lessons_lib.classroom.record.event import utc_now
from lessons_lib.classroom.tables.problems import did_you_mean
from lessons_lib.console import CommandError, say
from lessons_lib.extras import require_extra
from lessons_lib.files import write_whole
from lessons_lib.formats import counted, percent

if TYPE_CHECKING:
    from lessons_lib.annexes.instructor.service.results import QuizResults
    from lessons_lib.annexes.instructor.service.store import ClassStore

CREDIT_COLUMNS = "{:>8} {:>4} {:>8} {:>4}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands, each with the class's folder."""
    tasks = parser.add_subparsers(dest="task", metavar="task", title="tasks", required=True)
    for name, (_, about) in TASKS.items():
        task = tasks.add_parser(name, help=about, description=f"{about}.", allow_abbrev=False)
        task.add_argument("folder", metavar="FOLDER", type=Path, help="the folder with plan.yaml")
        if name in ("export", "erase"):
            task.add_argument("name", metavar="NAME", help="the learner's name on the hub")
        if name == "results":
            about = "also write everybody's points, for a gradebook"
            task.add_argument("--csv", metavar="OUT", type=Path, help=about)
        if name != "check":
            about = "the record's database as SQLAlchemy writes it (default: a file in the folder)"
            task.add_argument("--record", metavar="URL", default="", help=about)
        if name == "serve":
            task.add_argument("--trial", action="store_true", help="learners may read the folder")


def run(options: argparse.Namespace) -> int:
    """Run the chosen subcommand and return its exit code."""
    require_extra("A class", "hub")
    from lessons_lib.annexes.instructor.service.store import StoreError

    try:
        TASKS[options.task][0](options)
    except StoreError as error:
        raise CommandError(str(error)) from error
    return 0


def check(folder: Path) -> None:
    """Print each quiz of a plan with its times; faults end the command with their lines.

    Raises
    ------
    QuizBankError
        With every fault.
    """
    found = load_class(folder)
    for one in found.plan.graded:
        questions = counted(len(found.quizzes[one.quiz].questions), "question")
        rule = f"{one.tries} tries each" if one.tries else "answers can be changed"
        late = f", late for {one.late.minutes} min at {one.late.percent}%" if one.late else ""
        extra = "".join(f", {name} {more} min more" for name, more in one.extra_minutes.items())
        times = f"{one.opens} to {one.due} ({found.plan.zone})"
        say(f"{one.quiz}: {questions}, {times}, {rule}{late}{extra}")
    say(*found.plan.reminders(utc_now()))
    if folder.stat().st_mode & OTHER_USERS:
        say(f"Other users of this machine can open {folder}, so a real hub won't serve it.")


def _serve(options: argparse.Namespace) -> None:
    from lessons_lib.annexes.instructor.service.serve import serve

    if "JUPYTERHUB_SERVICE_URL" not in os.environ:
        raise CommandError("JupyterHub starts this as a service: see the hub page.")
    serve(options.folder, options.record, say, is_trial=options.trial)


def _results(options: argparse.Namespace) -> None:
    from lessons_lib.annexes.instructor.service.results import class_results, credits_csv

    with _record(options) as store:
        results = class_results(load_class(options.folder), store.all_events(), utc_now())
    if not any(row.answered or row.revised for one in results for row in one.credits):
        raise CommandError("Nobody has answered a graded quiz of this class yet.")
    for one in results:
        say(*result_lines(one))
    if options.csv:
        options.csv.touch(mode=0o600)  # on a shared server, learners are other users of the machine
        write_whole(options.csv, credits_csv(results))
        say(f"Wrote {options.csv}")


def result_lines(result: QuizResults) -> Iterator[str]:
    """Yield a quiz as a table of learners, and one of questions."""
    width = max(len(name) for name in ("learner", *(row.learner for row in result.credits)))
    yield f"{result.quiz}: {'closed' if result.is_closed else 'still open'}"
    yield from (f"  {line}" for line in result.away)
    yield f"  {'learner':{width}} {CREDIT_COLUMNS.format('points', 'of', 'answered', 'late')}"
    for row in result.credits:
        numbers = CREDIT_COLUMNS.format(f"{row.points:.2f}", row.of, row.answered, row.late)
        yield f"  {row.learner:{width}} {numbers}"
    if result.revised:
        why = "because the question was revised or removed"
        yield f"  {counted(result.revised, 'answer')} not counted, {why}."
    for question in result.questions:
        r = question["discrimination"]
        found = [f"{percent(question['facility'])} of {question['n']} right"]
        found += (f"{letter} {percent(share)}" for letter, share in question["chosen"].items())
        found += [f"discrimination {r if isinstance(r, str) else format(r, '.2f')}"]
        yield f"  {question['question']}: {', '.join(found)}"
        yield from (f"    {remark}" for remark in question["remarks"])
    yield ""


def _export(options: argparse.Namespace) -> None:
    with _record(options) as store:
        events = store.events(options.name)
        _require(events, options.name, store)
    print(json.dumps(to_builtins(events), indent=1))


def _erase(options: argparse.Namespace) -> None:
    with _record(options) as store:
        number = store.erase(options.name)
        _require(number, options.name, store)
    say(
        f"Erased {counted(number, 'row')} of {options.name} from the class's record. Backups, and "
        "answers in their home that have not arrived yet, are not erased."
    )


def _require(found: object, name: str, store: ClassStore) -> None:
    if not found:
        raise CommandError(f"Nothing is stored of {name!r}.{did_you_mean(name, store.learners())}")


def _purge(options: argparse.Namespace) -> None:
    with _record(options) as store:
        plan = load_plan(options.folder)
        if not plan.may_delete(utc_now()):
            date = f"{plan.delete_after} ({plan.zone})"
            raise CommandError(f"The plan keeps the answers until {date}, or while a quiz is open.")
        say(f"Deleted {counted(store.purge(), 'row')}.")


@contextmanager
def _record(options: argparse.Namespace) -> Iterator[ClassStore]:
    """Open a class's record, which only the service creates."""
    from lessons_lib.annexes.instructor.service.store import RECORD_FILE, ClassStore, record_url

    if not options.folder.is_dir():
        raise CommandError(f"There is no folder {options.folder}.")
    if not (options.record or (options.folder / RECORD_FILE).exists()):
        advice = "The service creates it; if it is elsewhere, pass --record URL."
        raise CommandError(f"There is no record {options.folder / RECORD_FILE} yet. {advice}")
    with closing(ClassStore(record_url(options.folder, options.record))) as store:
        yield store


TASKS: Mapping[str, tuple[Callable[[argparse.Namespace], None], str]] = {
    "check": (lambda options: check(options.folder), "list every fault in plan and questions"),
    "serve": (_serve, "serve a class; JupyterHub runs this as a service"),
    "results": (_results, "show everybody's points, and what each question tells"),
    "export": (_export, "print all that is stored of a learner, as JSON"),
    "erase": (_erase, "delete all that is stored of a learner"),
    "purge": (_purge, "delete everybody's answers, once the plan's delete_after is over"),
}
