"""The tools that check the code, as pre-commit runs them: here or, if slow, in `.ci/run`."""

import os
import shlex
import shutil
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.shell import ran

ROOT = Path(__file__).parents[2]
CONFIG: Any = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
HOOKS: dict[str, str] = {
    hook["id"]: hook["entry"] for repo in CONFIG["repos"] for hook in repo["hooks"]
}
# The tools are next to the interpreter, whether its environment is activated or not.
PATH = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])


IN_CI_ALONE = ("types", "imports", "notebooks")  # they read all there is, which takes a minute


@pytest.mark.parametrize("hook", [name for name in HOOKS if name not in IN_CI_ALONE])
def test_a_tool_finds_no_problem(hook: str) -> None:
    program, *arguments = shlex.split(HOOKS[hook])
    found = shutil.which(program, path=PATH)
    assert found, f"{program} is not installed: python -m pip install -e '.[test]'"
    done = ran(found, *arguments, cwd=ROOT, env={**os.environ, "PATH": PATH})
    assert done.returncode == 0, f"{HOOKS[hook]}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("hook", IN_CI_ALONE)
def test_a_slow_tool_has_a_step_of_its_own(hook: str) -> None:
    assert f"\n.venv/bin/{HOOKS[hook]}\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")
