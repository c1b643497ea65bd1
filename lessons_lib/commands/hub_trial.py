"""The part of `lessons hub` that makes homes, copies the course into them and starts the hub."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import lessons_lib
from lessons_lib.commands.console import CommandError, reason, say, tell
from lessons_lib.commands.course import START, named_folder, shipped_files, update_copy
from lessons_lib.commands.lab import QUIET_CONFIG
from lessons_lib.commands.prepare import corpus_place, fetch_corpus
from lessons_lib.hub.trial_class import COURSE_NAME, INSTRUCTOR, MOST_LEARNERS, Member, demo_class
from lessons_lib.hub.trial_process import LOG_NAME, TrialHubError, check_port, run_trial_hub
from lessons_lib.hub.trial_proxy import proxy_command
from lessons_lib.hub.trial_settings import HOST, TrialSettings
from lessons_lib.text.corpus_files import CorpusMissingError, is_cached

HOMES_NAME = "lessons-homes"
DEFAULT_PORT = 8000
SHARED_USER = """
FOR TRYING OUT ONLY. The hub keeps learners apart in the browser, but every server here runs as your
own system user: a notebook or terminal of one learner can read and change the homes of all others,
and your own files. For a real class, deploy a hub: lessons_lib/hub/deploy/HUB.md"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take where homes are, how many learners there are, and where the hub listens."""
    parser.add_argument(
        "--homes",
        type=Path,
        default=Path(HOMES_NAME),
        help="the folder of the homes; kept for the next time (default: %(default)s in this one)",
    )
    parser.add_argument(
        "--learners",
        type=int,
        default=2,
        help=f"how many, 1 to {MOST_LEARNERS}; an instructor is added (default: %(default)s)",
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="default: %(default)s")
    parser.add_argument("--ip", default=HOST, help=f"always {HOST}: a trial hub is for one machine")
    parser.add_argument(
        "--allow-root", action="store_true", help="run as root, where nothing better is there"
    )


def run(options: argparse.Namespace) -> int:
    """Start a hub with a demo class; returns when it was stopped."""
    _check(options)
    homes = named_folder(options.homes)
    members = _members(homes, options.learners)
    try:
        check_port(options.port)
        _make_homes(homes, members)
        settings = _settings(options, homes, members)
        run_trial_hub(
            settings,
            on_start=lambda: say("Starting JupyterHub …"),
            on_ready=lambda: _introduce(members, settings),
        )
    except TrialHubError as error:
        raise CommandError(str(error)) from error
    say("Stopped: the hub, its proxy, and every server and kernel of the class. Homes are kept.")
    return 0


def _members(homes: Path, learners: int) -> list[Member]:
    try:
        return demo_class(homes, learners)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _check(options: argparse.Namespace) -> None:
    """Refuse what a trial hub cannot or should not do."""
    if sys.platform == "win32":
        raise CommandError("JupyterHub does not run on Windows: use Linux, macOS or WSL.")
    if options.ip not in (HOST, "localhost"):
        raise CommandError(
            f"A trial hub listens on {HOST} only, not on {options.ip}: its servers are not kept "
            "apart from each other. For others, deploy a hub: lessons_lib/hub/deploy/HUB.md"
        )
    if not 1 <= options.port <= 65535:
        raise CommandError(f"A port is a number from 1 to 65535, got {options.port}.")
    if os.geteuid() == 0 and not options.allow_root:
        raise CommandError(
            "You are root, and so would be every learner's notebook. Run this as an ordinary user, "
            "or add --allow-root on a machine that holds nothing else, such as a container."
        )
    if importlib.util.find_spec("jupyterhub") is None:
        raise _extra_missing("jupyterhub")


def _make_homes(homes: Path, members: Sequence[Member]) -> None:
    """Give each member a home with a copy of the course; what they changed is kept."""
    files = shipped_files()
    try:
        homes.mkdir(parents=True, exist_ok=True, mode=0o700)
        for member in members:
            member.home.mkdir(exist_ok=True, mode=0o700)
        (homes / LOG_NAME).touch(mode=0o600)
        (homes / ".gitignore").write_text("*\n")  # in a clone, `git add .` leaves records out
    except OSError as error:
        raise CommandError(
            f"The homes cannot be made ({reason(error)}). Name a folder that you can write to: "
            "--homes DIR"
        ) from error
    for member in members:
        report = update_copy(files, member.course, lessons_lib.__version__)
        for name, beside in report.kept.items():
            say(f"{member.name} changed {name}: kept, the new one is beside it: {beside}")
    say(f"{len(members)} homes, each with the course in {COURSE_NAME}: {homes}")


def _settings(options: argparse.Namespace, homes: Path, members: Sequence[Member]) -> TrialSettings:
    try:
        proxy = proxy_command()
    except ModuleNotFoundError as error:
        raise _extra_missing(str(error.name)) from error
    return TrialSettings(
        homes=str(homes),
        port=options.port,
        course_name=COURSE_NAME,
        start=START,
        passwords={member.name: member.password for member in members},
        instructors=[INSTRUCTOR],
        proxy_command=proxy,
        environment=_server_environment(),
        allow_root=os.geteuid() == 0,
    )


def _server_environment() -> dict[str, str]:
    """Return what servers need beside their own HOME: no network, no question, no second cache."""
    _prepare_corpus()
    matplotlib = importlib.import_module("matplotlib")
    return {
        "JUPYTER_CONFIG_PATH": str(QUIET_CONFIG),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "LESSONS_CORPUS": corpus_place(),
        "MPLCONFIGDIR": matplotlib.get_cachedir(),
    }


def _prepare_corpus() -> None:
    """Fetch the corpus once for all; without it, say so and go on."""
    if is_cached():
        return
    try:
        fetch_corpus()
    except CorpusMissingError as error:
        tell(f"{error}\nGoing on without the corpus: 05 cannot train.")


def _introduce(members: Sequence[Member], settings: TrialSettings) -> None:
    say(f"\nThe hub is up: {settings.url}\n")
    say(f"  {'name':<12} password")
    for member in members:
        say(f"  {member.name:<12} {member.password}")
    say(SHARED_USER)
    program = sys.argv[0] if Path(sys.argv[0]).name == "lessons" else "lessons"
    collect = [program, "collect", settings.homes, "--leave-out", INSTRUCTOR, "--out", "class.csv"]
    say(f"\nTo see how the class does: {shlex.join(collect)}")
    say(f"What the hub does: {Path(settings.homes) / LOG_NAME}")
    say("Ctrl-C stops the hub and all it started. Passwords are new at every start.")


def _extra_missing(package: str) -> CommandError:
    return CommandError(
        f"A trial hub needs the extra `hub` ({package} is not installed). Install it: "
        f"{sys.executable} -m pip install 'lessons-lib[hub]'; in a clone: pip install -e '.[hub]'"
    )
