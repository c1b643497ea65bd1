"""A wheel of the project, fresh environments, and JupyterLab started in them."""

import json
import site
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.environment import private_environment
from tests.support.servers import held_port
from tests.support.shell import ran
from tests.support.waiting import LIMIT_S, wait_for

ROOT = Path(__file__).parents[2]
# The peak of this process alone: getrusage would count that of the process it came from.
MEASURED = """
import re, sys
from lessons_lib.cli import main
code = main(sys.argv[1:])
with open("/proc/self/status") as status:
    print(re.search(r"VmHWM:\\s+(\\d+)", status.read())[1])
sys.exit(code)
"""
MISSING_EXTENSION = "lessons_lib.no_such_extension"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel built from this checkout, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of a fresh environment, into which the wheel is installed."""
    python = fresh_environment(tmp_path_factory.mktemp("installed"))
    _pip("--python", python, "install", "--no-deps", "--no-index", "--no-compile", wheel)
    return python


def fresh_environment(folder: Path, *paths: Path) -> Path:
    """Return the Python of a new environment that has our dependencies, but not the library.

    It imports from its own packages, then from `paths`, then from those of this environment,
    whose `.pth` files are not read: one of them leads to the clone.
    """
    venv.create(folder, symlinks=sys.platform != "win32")
    base = {"base": str(folder), "platbase": str(folder)}
    lines = "\n".join(map(str, [*paths, *site.getsitepackages()]))
    packages = Path(sysconfig.get_path("purelib", "venv", base))
    (packages / "dependencies.pth").write_text(lines, encoding="utf-8")
    return Path(sysconfig.get_path("scripts", "venv", base)) / "python"


def enable_extension(prefix: Path, name: str) -> None:
    """Enable a server extension as an installation of the library does."""
    folder = prefix / "etc" / "jupyter" / "jupyter_server_config.d"
    folder.mkdir(parents=True, exist_ok=True)
    settings = {"ServerApp": {"jpserver_extensions": {name: True}}}
    (folder / "lessons-lib.json").write_text(json.dumps(settings), encoding="utf-8")


def clean_environment(folder: Path) -> dict[str, str]:
    """Return the variables for a fresh environment's Python: nothing leads to the clone."""
    variables = private_environment(folder)
    return {name: variables[name] for name in variables.keys() - {"PYTHONPATH", "LESSONS_QUIZZES"}}


class Running:
    """A JupyterLab that serves the course."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self._log = log

    @property
    def output(self) -> str:
        """What was printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def get(self, path: str) -> tuple[str, str]:
        """Return the final address and the text of a page; another status than 200 raises."""
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:
            return answer.url, answer.read().decode()

    def wait_until_ready(self) -> None:
        """Wait until the server answers."""

        def answers() -> bool:
            assert self.process.poll() is None, f"it did not start:\n{self.output[-3000:]}"
            with suppress(OSError):
                return bool(self.get("api/status"))
            return False

        wait_for(answers)


@contextmanager
def lab_started_by(
    command: Sequence[object], folder: Path, terminal: int | None = None
) -> Iterator[Running]:
    """Start JupyterLab with a command, in a folder, until the end of the block."""
    flags = ["--no-browser", "--ServerApp.port_retries=0", "--ServerApp.base_url=/x/"]
    flags += ["--IdentityProvider.token=", "--ServerApp.ip=127.0.0.1"]
    log = folder / "lab.log"
    with log.open("wb") as out, held_port() as port:
        process = subprocess.Popen(
            [*map(str, command), *flags, f"--port={port}"],
            cwd=folder,
            env=clean_environment(folder),
            stdin=subprocess.DEVNULL if terminal is None else terminal,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            running = Running(process, f"http://127.0.0.1:{port}/x/", log)
            running.wait_until_ready()
            yield running
        finally:
            process.terminate()
            process.wait(LIMIT_S)


@pytest.fixture
def traps(tmp_path: Path) -> Path:
    """Return a folder with modules named like those that others import; run, they leave a trace."""
    folder = tmp_path / "traps"
    folder.mkdir()
    for name in ("random", "types", "jupyterlab", "pip", "numpy", "jupyter_client"):
        (folder / f"{name}.py").write_text("open(f'{__file__}.ran', 'w').close()\n")
    return folder


def _pip(*arguments: object) -> None:
    quiet = ["--quiet", "--disable-pip-version-check"]
    done = ran(sys.executable, "-m", "pip", *quiet, *arguments)
    if "No module named pip" in done.stderr:
        pytest.skip("needs pip in this environment")
    assert done.returncode == 0, done.stderr
