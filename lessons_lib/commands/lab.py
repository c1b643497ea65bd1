"""`lessons lab`: prepare the lessons, then open the first notebook in JupyterLab."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import lessons_lib
from lessons_lib.classroom import server
from lessons_lib.classroom.copy import news, place, update
from lessons_lib.classroom.quiz.bank import QUIZZES_VARIABLE
from lessons_lib.classroom.record.folder import DATA_VARIABLE, record_folder
from lessons_lib.classroom.server.terminal import STARTED_BY_US, log_flag
from lessons_lib.commands.prepare import fetch_corpus
from lessons_lib.console import CommandError, reason, say

# Settings, the server extension and the pages' style. An installed package has the last two in the
# environment as well, for plain `jupyter lab`. Of the settings, `defer` lays out all cells: by
# default JupyterLab guesses the height of cells out of sight, and links to a cell miss it.
JUPYTER_FOLDER = Path(server.__file__).resolve().parent / "jupyter"
ROOT_FLAGS = ("--notebook-dir", "--ServerApp.root_dir", "--ServerApp.notebook_dir")
URL_FLAGS = ("--LabApp.default_url", "--ServerApp.default_url", "--ExtensionApp.default_url")
ALLOW_ROOT_FLAGS = ("--allow-root", "--ServerApp.allow_root")
# Whoever sets one of these wants to see the log, so it stays on the terminal.
LOG_FLAGS = ("--debug", "--log-level", "--Application.log_level", "--ServerApp.log_level")
ANSWER_FLAGS = ("-y", "--JupyterApp.answer_yes", "--ServerApp.answer_yes")
ENCRYPTION_FLAG = "--KernelManager.transport_encryption"
NEEDED_DISK_MB = 20  # for the course and what its notebooks save
JUPYTER_ADVICE = f"Free some space, or set JUPYTER_DATA_DIR and {DATA_VARIABLE} to other folders."


def lab_flags(folder: Path, start: str, further: Sequence[str], *, allow_root: bool) -> list[str]:
    """Return the flags for JupyterLab: our defaults unless the learner overrides them, then theirs.

    Parameters
    ----------
    folder : Path
        The course folder, which becomes the root of the file browser.
    start : str
        The notebook to open, as a path relative to the folder.
    further : sequence of str
        The learner's own flags. If one sets another root, our notebook is not opened.
    allow_root : bool
        Whether JupyterLab may run as root.
    """
    defaults = {
        f"--ServerApp.root_dir={folder}": ROOT_FLAGS,
        # One document, no file list: links open in its place. View > Simple Interface leaves it.
        f"--LabApp.default_url=/doc/tree/{start}": ROOT_FLAGS + URL_FLAGS,
        # Stop on Ctrl-C without asking: notebooks and answers are already saved.
        "--ServerApp.answer_yes=True": ANSWER_FLAGS,
    }
    if _can_encrypt():  # else every kernel warns on the terminal that its connection is not
        defaults[f"{ENCRYPTION_FLAG}=auto"] = (ENCRYPTION_FLAG,)
    flags = [flag for flag, others in defaults.items() if not _is_given(further, others)]
    if allow_root:
        flags.append("--allow-root")
    return [*flags, *further]


def nearest_existing(path: Path) -> Path:
    """Return a path, or the nearest one above it that exists."""
    return next(one for one in (path, *path.absolute().parents) if one.exists())


def try_writing(folder: Path) -> None:
    """Raise an `OSError` if files can't be written to a folder; it is not created if missing."""
    try:
        with tempfile.TemporaryFile(dir=nearest_existing(folder)) as file:
            file.write(bytes(100_000))
            file.flush()
            os.fsync(file.fileno())  # some file systems only then report that they are full
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from None


def jupyter_problem() -> str:
    """Return why Jupyter could not start here, or "" if it can."""
    from jupyter_core.paths import jupyter_data_dir, jupyter_runtime_dir

    for folder in map(Path, (jupyter_data_dir(), jupyter_runtime_dir())):
        try:
            try_writing(folder)
        except OSError as error:
            return f"Jupyter cannot write its files ({reason(error)})"
    return ""


def _can_encrypt() -> bool:
    """Return whether Jupyter can encrypt the connections between server and kernels."""
    import zmq
    from jupyter_client.manager import KernelManager

    return zmq.has("curve") and "transport_encryption" in KernelManager.class_trait_names()


def must_allow_root(further: Sequence[str]) -> bool:
    """Return whether we run as root and the learner's own flags do not mention it."""
    is_root = sys.platform != "win32" and os.geteuid() == 0
    return is_root and not _is_given(further, ALLOW_ROOT_FLAGS)


def lab_environment(course: Path) -> dict[str, str]:
    """Return the environment of JupyterLab and its kernels; existing variables win."""
    environment = kernel_environment() | jupyter_paths() | {STARTED_BY_US: "1"}
    quizzes = course / "quizzes"
    if quizzes.is_dir():
        environment.setdefault(QUIZZES_VARIABLE, str(quizzes))
    # Otherwise JupyterLab would restore tabs of other projects, whose files are not here.
    workspaces = record_folder().parent / "lab-workspaces"
    with suppress(OSError):
        workspaces.mkdir(parents=True, exist_ok=True)
        environment.setdefault("JUPYTERLAB_WORKSPACES_DIR", str(workspaces))
    return environment


def jupyter_paths() -> dict[str, str]:
    """Return the variables that let JupyterLab find our settings and extensions, after its own."""
    names = ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH")
    paths = {name: [os.environ.get(name), str(JUPYTER_FOLDER)] for name in names}
    return {name: os.pathsep.join(filter(None, path)) for name, path in paths.items()}


def open_log(further: Sequence[str]) -> Path | None:
    """Return an empty file for JupyterLab's log, or None to leave the log on the terminal."""
    if _is_given(further, LOG_FLAGS):
        return None
    file = record_folder().parent / "lab.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)  # it contains the address with its token
    except OSError:
        return None
    return file


def kernel_environment() -> dict[str, str]:
    """Return an environment where `python3` is this Python's kernel, not one in the user's home."""
    return {"JUPYTER_PREFER_ENV_PATH": "1", **os.environ}


def _run_lab(flags: Sequence[str], environment: dict[str, str]) -> int:
    """Become JupyterLab, so that signals and the exit code are its own.

    On Windows, where a process cannot do that, wait for JupyterLab and return its exit code.
    """
    # -P: a `random.py` in this folder is not Python's own. Kernels do not inherit a flag.
    command = [sys.executable, "-P", "-m", "jupyterlab", *flags]
    if sys.platform != "win32":
        os.execve(sys.executable, command, environment)
    lab = subprocess.Popen(command, env=environment)
    while True:
        with suppress(KeyboardInterrupt):  # JupyterLab receives the same Ctrl-C, and stops
            return lab.wait()


def _is_given(flags: Sequence[str], names: Sequence[str]) -> bool:
    return any(flag.split("=", maxsplit=1)[0] in names for flag in flags)


def open_course(requested: Path | None = None) -> Path:
    """Copy or update the course in a folder, print what was copied, and return the folder."""
    folder = place.expected_folder(requested)
    if place.is_clone(folder):
        place.require_start_page(folder)
    else:
        if not folder.exists():
            say(f"Creating a folder for your copy of the course: {folder}")
        report = update.update_copy(update.shipped_files(), folder, lessons_lib.__version__)
        if report.added:
            say(f"Copied {len(report.added)} files of the course.")
        say(*(f"Updated {name}" for name in report.updated))
        print_kept(report, "you")
    say(*news.news_of_old_notebooks(folder), f"The course is in {folder}")
    return folder


def print_kept(report: update.CopyReport, who: str) -> None:
    """Print which files were kept because somebody changed them."""
    for name, beside in report.kept.items():
        say(f"Kept {name}, which {who} changed; the new version is next to it: {beside}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the option for the folder; all other options go to JupyterLab."""
    about = "where your copy of the course is or will be created; files that you changed are kept "
    about += f"(default: the clone, if you work in one, else {place.FOLDER_NAME} in this folder)"
    parser.add_argument("--folder", type=Path, help=about)
    example = "for example --no-browser --port 9999. `jupyter lab --help` lists them."
    parser.epilog = f"All other options go to JupyterLab, {example}"
    parser.set_defaults(takes_further_flags=True)


def run(options: argparse.Namespace) -> int:
    """Open the lessons and return the exit code when JupyterLab has stopped."""
    if problem := jupyter_problem():
        raise CommandError(f"{problem}. {JUPYTER_ADVICE}")
    try:
        course = open_course(options.folder)
    except OSError as error:
        needs = f"It needs {NEEDED_DISK_MB} MB: free some space, or choose another --folder."
        raise CommandError(f"The course cannot be copied ({reason(error)}). {needs}") from None
    fetch_corpus()
    allow_root = must_allow_root(options.further)
    if allow_root:
        say("JupyterLab refuses to run as root by default: starting it with --allow-root.")
    flags = lab_flags(course, news.start_notebook(course), options.further, allow_root=allow_root)
    log = open_log(options.further)
    if log is not None:
        flags.append(log_flag(log))
    say("Starting JupyterLab …" if log is None else f"Starting JupyterLab; its log is in {log}")
    return _run_lab(flags, lab_environment(course))
