"""The files that people copy: their keys are documented ones, and they agree with each other."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from traitlets.config import Config

from lessons_lib.commands.course import START
from lessons_lib.practice.course_news import FOLDER_NAME
from tests.hub.conftest import need_hub

DEPLOY = Path(__file__).parents[2] / "lessons_lib" / "hub" / "deploy"
# From values.schema.yaml and values.yaml of the chart zero-to-jupyterhub-k8s, main after 4.3.
# A `*` stands for keys that are the reader's own.
DOCUMENTED = {
    "hub.config.*",  # names of JupyterHub's classes, and their options
    "hub.extraConfig.*",
    "singleuser.image.name",
    "singleuser.image.tag",
    "singleuser.memory.limit",
    "singleuser.memory.guarantee",
    "singleuser.cpu.limit",
    "singleuser.cpu.guarantee",
    "singleuser.defaultUrl",
    "singleuser.extraEnv.*",
    "singleuser.lifecycleHooks.postStart.*",
    "singleuser.storage.homeMountPath",
    "singleuser.storage.capacity",
    "singleuser.startTimeout",
    "singleuser.cloudMetadata.blockWithIptables",
    "cull.enabled",
    "cull.timeout",
    "cull.every",
    "cull.maxAge",
    "prePuller.hook.enabled",
    "prePuller.continuous.enabled",
}
# Of dockerspawner 14.0 and jupyterhub-idle-culler 2.0, which the tests do not install.
DOCKER_SPAWNER = {"image", "remove", "volumes", "network_name", "post_start_cmd"}


def _values() -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load((DEPLOY / "values.yaml").read_text("utf-8"))
    return values


def _paths(node: Any, before: str = "") -> Iterator[str]:
    if not isinstance(node, dict):
        yield before
        return
    for key, below in node.items():
        yield from _paths(below, f"{before}.{key}" if before else str(key))


def _is_documented(path: str) -> bool:
    return path in DOCUMENTED or any(
        one.endswith(".*") and path.startswith(one[:-1]) for one in DOCUMENTED
    )


def _config() -> Config:
    """Run the configuration file as JupyterHub does."""
    config = Config()
    source = (DEPLOY / "jupyterhub_config.py").read_text(encoding="utf-8")
    exec(compile(source, "jupyterhub_config.py", "exec"), {"get_config": lambda: config})
    return config


def _trial_config(instructor: str) -> dict[str, Any]:
    """Return what JupyterHub is configured with by `lessons hub`, whose input stays open."""
    need_hub()
    program = (
        "import json, sys; from traitlets.config import Config; c = Config()\n"
        "exec(open(sys.argv[1]).read(), {'get_config': lambda: c})\n"
        "print(json.dumps(c, default=str), flush=True); sys.stdin.read()"
    )
    settings: dict[str, Any] = dict.fromkeys(("url", "homes", "course", "start"), "x")
    settings |= {"passwords": {"ada": "secret"}, "instructor": instructor, "environment": {}}
    command = [sys.executable, "-c", program, str(DEPLOY / "trial_config.py")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps(settings), file=process.stdin, flush=True)
        config: dict[str, Any] = json.loads(process.stdout.readline())
        process.terminate()
        process.stdin.close()
    return config


def _instruction(name: str) -> list[str]:
    text = (DEPLOY / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    return [line.partition(" ")[2].strip() for line in text.splitlines() if line.startswith(name)]


def test_every_key_of_the_values_is_one_that_the_chart_documents() -> None:
    assert [path for path in _paths(_values()) if not _is_documented(path)] == []


def test_every_option_of_the_configurations_is_one_of_jupyterhub() -> None:
    need_hub()
    from jupyterhub.app import JupyterHub
    from jupyterhub.auth import Authenticator
    from jupyterhub.proxy import ConfigurableHTTPProxy
    from jupyterhub.spawner import SimpleLocalProcessSpawner, Spawner

    used = (JupyterHub, Authenticator, Spawner, SimpleLocalProcessSpawner, ConfigurableHTTPProxy)
    options = {one.__name__: set(one.class_trait_names()) for one in used}
    options["DockerSpawner"] = DOCKER_SPAWNER
    for config in (_config(), _trial_config("ada")):
        for name, chosen in config.items():
            assert set(chosen) - options[name] == set(), name


def test_the_instructor_has_the_same_rights_wherever_the_lessons_run() -> None:
    (on_trial,) = _trial_config("INSTRUCTOR")["JupyterHub"]["load_roles"]
    config = _config()
    in_config = next(one for one in config.JupyterHub.load_roles if "users" in one)
    on_kubernetes = Config()
    code = _values()["hub"]["extraConfig"]["instructor"]
    exec(code, {"c": on_kubernetes})
    (in_values,) = on_kubernetes.JupyterHub.load_roles
    assert in_config == in_values == on_trial
    assert "access:servers" not in in_values["scopes"]


def test_the_limits_are_the_same_wherever_the_lessons_run() -> None:
    spawner, singleuser = _config().Spawner, _values()["singleuser"]
    on_trial = _trial_config("ada")["Spawner"]
    memory, cores = singleuser["memory"]["limit"], singleuser["cpu"]["limit"]
    assert (spawner.mem_limit, spawner.cpu_limit) == (memory, cores) == ("1G", 1)
    assert (on_trial["mem_limit"], on_trial["cpu_limit"]) == (memory, cores)
    assert f"limits.memory {memory}" in (DEPLOY / "TLJH.md").read_text("utf-8")


def test_the_first_notebook_is_opened_wherever_the_lessons_run() -> None:
    url = f"/lab/tree/{FOLDER_NAME}/{START}"
    assert _config().Spawner.default_url == _values()["singleuser"]["defaultUrl"] == url
    assert f'"{url}"' in (DEPLOY / "TLJH.md").read_text("utf-8")


def test_the_course_is_copied_by_a_command_that_there_is(tmp_path: Path) -> None:
    hook = _values()["singleuser"]["lifecycleHooks"]["postStart"]["exec"]["command"]
    assert hook[:2] == ["sh", "-c"]
    command = hook[2].removesuffix(" || true")
    assert command == _config().DockerSpawner.post_start_cmd
    program, *arguments = shlex.split(command)
    assert program == "lessons"
    arguments[-1] = str(tmp_path / FOLDER_NAME)
    subprocess.run([sys.executable, "-m", "lessons_lib.cli", *arguments], check=True)
    assert (tmp_path / FOLDER_NAME / START).is_file()


def test_what_a_reader_must_change_is_in_capitals() -> None:
    text = (DEPLOY / "values.yaml").read_text("utf-8")
    for name in ("YOUR_AUTHENTICATOR", "REGISTRY/", "INSTRUCTOR"):
        assert name in text
        assert name in (DEPLOY / "jupyterhub_config.py").read_text("utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="images run Linux")
def test_the_image_names_the_corpus_where_prepare_puts_it() -> None:
    settings = dict(line.split("=", maxsplit=1) for line in _instruction("ENV"))
    (prepare,) = (line for line in _instruction("RUN") if "lessons prepare" in line)
    cache = prepare.split()[0].removeprefix("XDG_CACHE_HOME=")
    environment = {**os.environ, "XDG_CACHE_HOME": cache.replace("${LESSONS_HOME}", "/opt/lessons")}
    program = "from lessons_lib.text.corpus_files import cache_folder; print(cache_folder())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    place = settings["LESSONS_CORPUS"].replace("${LESSONS_HOME}", settings["LESSONS_HOME"])
    assert done.stdout.strip() == place


def test_the_image_ends_as_an_ordinary_user_and_keeps_nothing_in_the_home_hubs_mount_over() -> None:
    assert _instruction("USER")[-1] == "${NB_UID}"
    assert not [line for line in _instruction("ENV") if "/home/" in line]


def test_the_settings_that_the_image_copies_are_there() -> None:
    import lessons_lib.commands

    folder = Path(lessons_lib.commands.__path__[0]) / "jupyter_config" / "labconfig"
    assert list(folder.glob("*.json"))


@pytest.mark.parametrize("page", ["HUB.md", "TLJH.md"])
def test_the_links_of_a_page_lead_to_files(page: str) -> None:
    text = (DEPLOY / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)\s#]+)", text)
    assert [link for link in links if not (DEPLOY / link).exists()] == []
