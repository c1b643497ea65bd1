"""The files that people copy use documented keys and agree; the link fetches the course."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from traitlets.config import Config

from lessons_lib.annexes.instructor.commands.hub import MOST_LEARNERS, pull_link
from lessons_lib.annexes.instructor.service.plan import load_class
from lessons_lib.classroom.copy.place import FOLDER_NAME, start_page
from lessons_lib.classroom.record.event import utc_now
from lessons_lib.classroom.server import extension
from lessons_lib.console import CommandError
from tests.benchmarks.notebook_memory import MOST_MB, NOTEBOOKS
from tests.support.fresh import (
    MISSING_EXTENSION,
    clean_environment,
    enable_extension,
    fresh_environment,
)
from tests.support.hub import need_hub
from tests.support.shell import Lessons, ran

START = start_page()
DEPLOY = Path(__file__).parents[3] / "lessons_lib/annexes/instructor/deploy"
TRIAL_CONFIG = DEPLOY / "trial_config.py"
# From values.schema.yaml and values.yaml of the chart zero-to-jupyterhub-k8s, main after 4.3.
# A `*` stands for keys that the reader chooses, such as names of JupyterHub's classes.
DOCUMENTED = {
    "hub": "config.* extraConfig.*",
    "singleuser": "image.name image.tag memory.limit memory.guarantee cpu.limit cpu.guarantee "
    "defaultUrl lifecycleHooks.postStart.* storage.homeMountPath storage.capacity startTimeout "
    "cloudMetadata.blockWithIptables",
    "cull": "enabled timeout every maxAge",
    "prePuller": "hook.enabled continuous.enabled",
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
    top, _, rest = path.partition(".")
    return any(fnmatchcase(rest, key) for key in DOCUMENTED.get(top, "").split())


def _config() -> Config:
    """Run the configuration file as JupyterHub does."""
    config = Config()
    source = (DEPLOY / "jupyterhub_config.py").read_text(encoding="utf-8")
    exec(compile(source, "jupyterhub_config.py", "exec"), {"get_config": lambda: config})
    return config


def _trial_config(instructor: str, **more: object) -> dict[str, Any]:
    """Return what JupyterHub is configured with by `lessons hub`, whose input stays open."""
    need_hub()
    program = (
        "import json, sys; from traitlets.config import Config; c = Config()\n"
        "exec(open(sys.argv[1]).read(), {'get_config': lambda: c})\n"
        "print(json.dumps(c, default=str), flush=True); sys.stdin.read()"
    )
    settings: dict[str, Any] = dict.fromkeys(("url", "homes", "course", "start"), "x")
    settings |= {"passwords": {"ada": "secret"}, "instructor": instructor, "environment": {}}
    settings |= more
    command = [sys.executable, "-c", program, str(TRIAL_CONFIG)]
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


def test_all_configurations_use_options_of_jupyterhub_with_the_same_rights_and_limits() -> None:
    need_hub()
    from jupyterhub.app import JupyterHub
    from jupyterhub.auth import Authenticator
    from jupyterhub.proxy import ConfigurableHTTPProxy
    from jupyterhub.spawner import SimpleLocalProcessSpawner, Spawner

    used = (JupyterHub, Authenticator, Spawner, SimpleLocalProcessSpawner, ConfigurableHTTPProxy)
    options = {one.__name__: set(one.class_trait_names()) for one in used}
    options["DockerSpawner"] = DOCKER_SPAWNER
    config, on_trial, values = _config(), _trial_config("INSTRUCTOR"), _values()
    for one in (config, on_trial):
        for name, chosen in one.items():
            assert set(chosen) - options[name] == set(), name

    in_config = next(one for one in config.JupyterHub.load_roles if "users" in one)
    on_kubernetes = Config()
    exec(values["hub"]["extraConfig"]["instructor"], {"c": on_kubernetes})
    assert (
        [in_config] == on_kubernetes.JupyterHub.load_roles == on_trial["JupyterHub"]["load_roles"]
    )
    assert "access:servers" not in in_config["scopes"]

    spawner, singleuser = config.Spawner, values["singleuser"]
    memory, cores = singleuser["memory"]["limit"], singleuser["cpu"]["limit"]
    assert (spawner.mem_limit, spawner.cpu_limit) == (memory, cores) == ("1G", 1)
    assert (on_trial["Spawner"]["mem_limit"], on_trial["Spawner"]["cpu_limit"]) == (memory, cores)
    url = f"/lab/tree/{FOLDER_NAME}/{START}"
    assert spawner.default_url == singleuser["defaultUrl"] == url
    for text in (f"limits.memory {memory}", f'"{url}"'):
        assert text in (DEPLOY / "TLJH.md").read_text("utf-8")


def test_the_trial_proxy_waits_for_servers_and_takes_the_requests_of_a_whole_class() -> None:
    config = _trial_config("INSTRUCTOR")
    from configurable_http_proxy.cli import main as proxy

    python, option, program, *flags = config["ConfigurableHTTPProxy"]["command"]
    limit_s = proxy.make_context("proxy", flags).params["proxy_timeout"] / 1000
    spawner = config["Spawner"]
    assert limit_s > spawner["start_timeout"] + spawner["http_timeout"]
    shown = "import asyncio\nasync def show(): print(AsyncHTTPClient().max_clients)"
    program = program.replace("main()", f"\n{shown}\nasyncio.run(show())")
    assert int(ran(python, option, program).stdout) >= MOST_LEARNERS


def test_the_course_is_copied_and_changes_are_kept(tmp_path: Path, lessons: Lessons) -> None:
    hook = _values()["singleuser"]["lifecycleHooks"]["postStart"]["exec"]["command"]
    assert hook[:2] == ["sh", "-c"]
    command = hook[2].removesuffix(" || true")
    assert command == _config().DockerSpawner.post_start_cmd
    program, *arguments = shlex.split(command)
    assert program == "lessons"
    folder = tmp_path / FOLDER_NAME
    arguments[-1] = str(folder)
    lessons(*arguments)
    assert (folder / START).is_file()
    (folder / START).write_text("mine", encoding="utf-8")
    assert "0 files added, 0 updated" in lessons(*arguments)
    assert (folder / START).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("name", "is_built"), [(extension.__name__, True), (MISSING_EXTENSION, False)]
)
def test_the_image_is_built_only_if_our_server_extension_can_be_imported(
    name: str, is_built: bool, tmp_path: Path
) -> None:
    python = fresh_environment(tmp_path / "image", DEPLOY.parents[3])
    enable_extension(tmp_path / "image", name)
    module = "jupyter_server.extension.serverextension"
    listed = ran(python, "-m", module, "list", env=clean_environment(tmp_path))
    (install,) = (line for line in _instruction("RUN") if "server extension list" in line)
    assert bool(re.search(shlex.split(install)[-1], listed.stdout + listed.stderr)) is is_built


@pytest.mark.skipif(sys.platform != "linux", reason="images run Linux")
def test_the_image_names_the_corpus_where_prepare_puts_it() -> None:
    settings = dict(line.split("=", maxsplit=1) for line in _instruction("ENV"))
    (prepare,) = (line for line in _instruction("RUN") if "lessons prepare" in line)
    cache = prepare.split()[0].removeprefix("XDG_CACHE_HOME=")
    environment = {**os.environ, "XDG_CACHE_HOME": cache.replace("${LESSONS_HOME}", "/opt/lessons")}
    program = (
        "from lessons_lib.pipeline.text.corpus_files import cache_folder; print(cache_folder())"
    )
    done = ran(sys.executable, "-c", program, env=environment)
    place = settings["LESSONS_CORPUS"].replace("${LESSONS_HOME}", settings["LESSONS_HOME"])
    assert done.stdout.strip() == place


def test_the_image_ends_as_an_ordinary_user_and_keeps_nothing_in_the_home_hubs_mount_over() -> None:
    assert _instruction("USER")[-1] == "${NB_UID}"
    assert not [line for line in _instruction("ENV") if "/home/" in line]


def test_the_hub_page_has_the_memory_of_every_notebook() -> None:
    text = (DEPLOY / "HUB.md").read_text(encoding="utf-8")
    kernels = {
        name: (int(peak), int(share))
        for name, peak, share in re.findall(r"\| (\d\d_\w+) \| (\d+) MB \| (\d+) MB \|", text)
    }
    assert list(kernels) == sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
    assert all(share < peak <= MOST_MB for peak, share in kernels.values())


def _blocks(language: str) -> list[str]:
    """Return the blocks of code on the page about graded quizzes."""
    page = (DEPLOY / "CLASS.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.M | re.S)


@pytest.mark.skipif(sys.platform != "linux", reason="it needs the `date` of Linux")
def test_the_class_on_the_page_about_graded_quizzes_is_open_now(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    (question,) = _blocks("yaml")
    (folder / "week_1.yaml").write_text(question, encoding="utf-8")
    subprocess.run(["bash", "-c", _blocks("sh")[0]], cwd=tmp_path, check=True)
    assert load_class(folder).plan.timeline("week_1").phase(utc_now()) == "open"


def test_the_page_about_graded_quizzes_gives_the_scopes_of_the_trial_hub() -> None:
    service = {"url": "http://127.0.0.1:10101", "command": []}
    trial = _trial_config("INSTRUCTOR", **{"class": service})["JupyterHub"]
    config = _config()
    before = len(config.JupyterHub.load_roles)
    exec(_blocks("python")[0], {"c": config})
    on_page = config.JupyterHub
    for one in (on_page, trial):
        (service,) = (one for one in one["services"] if one["name"] == "class")
        service.pop("command")
    assert on_page.custom_scopes == trial["custom_scopes"]
    assert on_page.services[-1] == trial["services"][-1]
    user, server, teacher = on_page.load_roles[before:]
    instructor, *others = trial["load_roles"]
    assert [user, server] == others
    assert set(teacher["scopes"]) <= set(instructor["scopes"])
    assert (teacher["users"], instructor["users"]) == (["INSTRUCTOR"],) * 2


@pytest.mark.parametrize("page", ["HUB.md", "TLJH.md", "CLASS.md"])
def test_the_links_of_a_page_lead_to_files(page: str, lessons: Lessons) -> None:
    text = (DEPLOY / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)\s#]+)", text)
    assert [link for link in links if not (DEPLOY / link).exists()] == []


HUB, REPOSITORY = "https://hub.example.org", "https://git.example.org/class/lessons.git"


def test_the_link_names_the_repository_the_folder_and_the_notebook_to_open() -> None:
    repository = "https://git.example.org/a%20b&branch=evil"
    parts = urlsplit(pull_link(HUB, repository, "fix/ü&x=1"))
    assert (parts.scheme, parts.netloc) == ("https", "hub.example.org")
    assert parts.path == "/hub/user-redirect/git-pull"
    assert parse_qs(parts.query, strict_parsing=True) == {
        "repo": [repository],
        "branch": ["fix/ü&x=1"],
        "targetpath": [FOLDER_NAME],
        "urlpath": [f"lab/tree/{FOLDER_NAME}/{START}"],
    }


@pytest.mark.parametrize("page", ["", "/", "/hub/spawn", "/user/ada/lab", "/services/x", "/hub"])
def test_a_hub_can_be_named_by_the_address_of_any_of_its_pages(page: str) -> None:
    link = pull_link(f"https://example.org/jupyter{page}", REPOSITORY)
    assert link.startswith("https://example.org/jupyter/hub/user-redirect/git-pull?")


@pytest.mark.parametrize(
    ("hub", "repository", "reason"),
    [
        ("hub.example.org", REPOSITORY, "The hub must be an address"),
        ("ftp://hub.example.org", REPOSITORY, "The hub must be an address"),
        ("https://hub.example.org/?a=1", REPOSITORY, "The hub must be an address"),
        ("https://:@hub.example.org", REPOSITORY, "every learner would see"),
        (HUB, "git@example.org:lessons.git", "The repository must be an address"),
        (HUB, "https://me:secret@example.org/lessons", "every learner would see"),
    ],
)
def test_an_address_that_cannot_work_is_refused(hub: str, repository: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason) as raised:
        pull_link(hub, repository)
    assert "secret" not in str(raised.value)


def test_the_command_prints_only_the_link_or_an_error(lessons: Lessons) -> None:
    printed = lessons("hub", "link", "--hub", HUB, "--repo", REPOSITORY, "--branch", "b")
    assert printed == f"{pull_link(HUB, REPOSITORY, 'b')}\n"
    problem = lessons.fails("hub", "link", "--hub", "nowhere", "--repo", REPOSITORY)
    assert "lessons hub: The hub must be an address" in problem
