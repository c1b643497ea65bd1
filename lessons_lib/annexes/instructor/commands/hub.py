"""`lessons hub`: a trial class on this machine, and help to deploy a real one."""

import argparse
import importlib
import json
import os
import re
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import lessons_lib
from lessons_lib.annexes.instructor.commands.class_ import check as check_class
from lessons_lib.classroom.copy.place import FOLDER_NAME, named_folder, start_page
from lessons_lib.classroom.copy.update import shipped_files, update_copy
from lessons_lib.commands.lab import jupyter_paths, print_kept
from lessons_lib.commands.prepare import corpus_location, fetch_corpus
from lessons_lib.console import CommandError, say
from lessons_lib.extras import require_extra
from lessons_lib.pipeline.model.transformer_files import TRANSFORMER_VARIABLE, transformer_folder

THIS_MACHINE = "127.0.0.1"
INSTRUCTOR = "instructor"
MOST_LEARNERS = 60
TRIAL_CONFIG = Path(lessons_lib.__file__).parent / "annexes/instructor/deploy/trial_config.py"
LOG_NAME = "hub.log"
POLL_S = 0.2
SHARED_USER = """
FOR TRYING OUT ONLY. The hub keeps learners apart in the browser, but every server here runs as your
own system user: a learner's notebook or terminal can read and change the homes of all others, and
your own files. For a real class, deploy a hub: lessons_lib/annexes/instructor/deploy/HUB.md"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the trial hub, and the subcommands link and copy."""
    add = parser.add_argument
    about = "the folder for the homes; kept for next time (default: %(default)s in this folder)"
    add("--homes", type=Path, default=Path("lessons-homes"), help=about)
    learners_help = f"how many, 1 to {MOST_LEARNERS}, plus an instructor (default: %(default)s)"
    add("--learners", type=int, default=2, help=learners_help)
    add("--port", type=int, default=8000, help="default: %(default)s")
    about = "serve the graded quizzes of this folder, too: see `lessons class`"
    add("--class", type=Path, dest="class_folder", metavar="FOLDER", help=about)
    add("--allow-root", action="store_true", help="run as root if there is no other user")
    parts = parser.add_subparsers(dest="part", metavar="link | copy", title="for a real hub")
    about = "print the link that downloads or updates the course in a learner's home and opens it"
    link = parts.add_parser("link", help=about, allow_abbrev=False)
    link.add_argument("--hub", required=True, help="the hub's address, https://…")
    link.add_argument("--repo", required=True, help="the course's git repository, https://…")
    link.add_argument("--branch", default="main", help="its branch (default: %(default)s)")
    about = "copy this course into a folder, or update it; files that a learner changed are kept"
    copy = parts.add_parser("copy", help=about, allow_abbrev=False)
    copy.add_argument("folder", type=Path, help="where the copy is or will be created")


def run(options: argparse.Namespace) -> int:
    """Print a link, copy the course, or run a trial hub until it is stopped."""
    if options.part == "link":
        say(pull_link(options.hub, options.repo, options.branch))
    elif options.part == "copy":
        folder = named_folder(options.folder)
        report = update_copy(shipped_files(), folder, lessons_lib.__version__)
        say(f"{folder}: {len(report.added)} files added, {len(report.updated)} updated.")
        print_kept(report, "the learner")
    else:
        _try_out(options)
    return 0


def _try_out(options: argparse.Namespace) -> None:
    """Start a hub with a demo class and run until it is stopped."""
    _check_options(options)
    homes = named_folder(options.homes)
    names = [f"learner{number}" for number in range(1, options.learners + 1)]
    passwords = {name: secrets.token_hex(8) for name in (*names, INSTRUCTOR)}
    _make_homes(homes, list(passwords))
    fetch_corpus()
    url = f"http://{THIS_MACHINE}:{options.port}/"
    settings: dict[str, Any] = {
        "url": url,
        "homes": str(homes),
        "course": FOLDER_NAME,
        "start": start_page(),
        "passwords": passwords,
        "instructor": INSTRUCTOR,
        "environment": {  # no network, no prompt about news, no extra cache in each home
            **jupyter_paths(),
            "JUPYTER_PREFER_ENV_PATH": "1",
            "LESSONS_CORPUS": corpus_location(),
            TRANSFORMER_VARIABLE: str(transformer_folder()),
            "MPLCONFIGDIR": importlib.import_module("matplotlib").get_cachedir(),
        },
    }
    if options.class_folder is not None:
        settings["class"] = _class_settings(options.class_folder)
        settings["environment"]["LESSONS_CLASS_URL"] = f"{settings['class']['url']}/services/class/"
    with suppress(KeyboardInterrupt), _started(homes / LOG_NAME) as hub:
        say(f"Starting JupyterHub; its log is in {homes / LOG_NAME}")
        print(json.dumps(settings), file=hub.stdin, flush=True)
        _wait_until_up(hub, url)
        if hub.poll() is None:
            _introduce(url, homes, passwords)
        raise CommandError(f"The hub has stopped (code {hub.wait()}): see {homes / LOG_NAME}")
    say("Stopped the hub, its proxy, and all servers and kernels of the class. Homes are kept.")


def _class_settings(folder: Path) -> dict[str, Any]:
    """Return how JupyterHub starts the service of a class, after checking its plan.

    Raises
    ------
    QuizBankError
        With every fault of the class.
    """
    check_class(folder)
    say(
        "Here, any learner's notebook can read this folder, with the keys. A real hub refuses that."
    )
    with socket.socket() as probe:
        probe.bind((THIS_MACHINE, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-P", "-m", "lessons_lib.cli", "class", "serve"]
    return {
        "url": f"http://{THIS_MACHINE}:{port}",
        "command": [*command, str(folder.resolve()), "--trial"],
    }


def _check_options(options: argparse.Namespace) -> None:
    """Raise an error if a trial hub cannot or should not run with these options."""
    if sys.platform == "win32":
        raise CommandError("JupyterHub does not run on Windows: use Linux, macOS or WSL.")
    for name, most in (("learners", MOST_LEARNERS), ("port", 65535)):
        if not 1 <= (given := getattr(options, name)) <= most:
            raise CommandError(f"--{name} must be an integer from 1 to {most}, got {given}.")
    if os.geteuid() == 0 and not options.allow_root:
        raise CommandError(
            "You are root, so every learner's notebook would run as root. Run this as an ordinary "
            "user, or add --allow-root on a machine with nothing else on it, such as a container."
        )
    require_extra("A trial hub", "hub")
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((THIS_MACHINE, options.port))
    except OSError as error:
        raise CommandError(
            f"Port {options.port} cannot be used ({error}): another program, or another "
            f"`lessons hub`, may be using it. Choose another one: --port {options.port + 1}"
        ) from error


def _make_homes(homes: Path, names: Sequence[str]) -> None:
    """Create a home with a copy of the course for each member; files they changed are kept."""
    files = shipped_files()
    homes.mkdir(parents=True, exist_ok=True, mode=0o700)
    (homes / LOG_NAME).touch(mode=0o600)  # addresses in it may contain tokens
    (homes / ".gitignore").write_text("*\n")  # in a clone, `git add .` must not add records
    for name in names:
        (homes / name).mkdir(exist_ok=True, mode=0o700)
        report = update_copy(files, homes / name / FOLDER_NAME, lessons_lib.__version__)
        print_kept(report, name)
    say(f"{len(names)} homes, each with the course in {FOLDER_NAME}: {homes}")


@contextmanager
def _started(log: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a hub that waits for its settings; Ctrl-C and SIGTERM raise `KeyboardInterrupt`.

    The hub stops when its input closes, so it cannot outlive this command.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Remove variables that would make this hub part of another one.
    foreign = ("JUPYTERHUB_", "JPY_", "CONFIGPROXY_")
    environment = {name: one for name, one in os.environ.items() if not name.startswith(foreign)}
    with tempfile.TemporaryDirectory(prefix="lessons-hub-") as state, log.open("wb") as output:
        hub = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", f"--config={TRIAL_CONFIG}"],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=state,
            env=environment,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C in a terminal reaches only this command
        )
        try:
            yield hub
        finally:
            hub.communicate()  # closes its input


def _wait_until_up(hub: subprocess.Popen[str], url: str) -> None:
    """Return when the hub answers, or has ended."""
    # Ignore the environment's proxy for a connection to this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while hub.poll() is None:
        with suppress(OSError):
            opener.open(f"{url}hub/api/", timeout=5).close()
            return
        time.sleep(POLL_S)


def _introduce(url: str, homes: Path, passwords: dict[str, str]) -> None:
    collect = f"lessons collect {shlex.quote(str(homes))} --leave-out {INSTRUCTOR} --out class.csv"
    say(
        f"\nThe hub is up: {url}\n\n  {'name':<12} password",
        *(f"  {name:<12} {password}" for name, password in passwords.items()),
        f"{SHARED_USER}\n\nTo follow the progress of the class: {collect}",
        "Ctrl-C stops the hub and everything it started. Every start creates new passwords.",
    )


def pull_link(hub: str, repository: str, branch: str = "main") -> str:
    """Return the address that a learner opens to download or update the course.

    Parameters
    ----------
    hub : str
        The hub's address, with its base URL if any; the address of a page on the hub also works.
    repository : str
        The course's git repository, readable without a password.
    branch : str
        The branch that learners follow.

    Raises
    ------
    CommandError
        If the hub or repository is not an http(s) address, or contains a password or a query.
    """
    base = re.split(r"/(?:hub|user|services)(?:/|$)", _address(hub, "The hub"))[0].rstrip("/")
    query = {
        "repo": _address(repository, "The repository"),
        "branch": branch,
        "targetpath": FOLDER_NAME,
        "urlpath": f"lab/tree/{FOLDER_NAME}/{start_page()}",
    }
    return f"{base}/hub/user-redirect/git-pull?{urlencode(query)}"


def _address(text: str, what: str) -> str:
    text = text.strip()
    parts = urlsplit(text)
    has_extra = bool(re.search(r"\s", text) or parts.query or parts.fragment)
    if has_extra or not parts.netloc or parts.scheme not in ("http", "https"):
        raise CommandError(f"{what} must be an address such as https://…, got {text!r}.")
    if "@" in parts.netloc:
        raise CommandError(
            f"{what}'s address contains a username or password, which every learner would see: "
            "remove it."
        )
    return text
