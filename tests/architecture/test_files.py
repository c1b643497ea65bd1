"""The files of the repository: the agreed top level, and no traces of a machine."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {
    *(".ci", ".dockerignore", ".gitattributes", ".github", ".gitignore", ".oxlintrc.json"),
    *(".pre-commit-config.yaml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE"),
    *("README.md", "lessons_lib", "notebooks", "pyproject.toml", "quizzes", "tests"),
}
# Folders of a user or of this machine, package servers. Jovyan is the user of Jupyter's images.
MACHINE = re.compile(
    r"(?<![\w.-])/(?:tmp|root|work|mnt|var/folders)/[\w.-]*"
    r"|(?<![\w.-])/(?:home|Users)/(?!jovyan\b)\w[\w.-]*"
    r"|[A-Za-z]:\\+(?:Users|Windows)\\+\w+"
    r"|\b(?:files\.)?pypi\.org|\bpythonhosted\.org|\bregistry\.npmjs\.\w+"
    r"|\blocalhost:\d+"
)
PICTURE = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")  # its letters can spell anything


def _files() -> list[Path]:
    """Return the files that git knows or would add, as paths from the top."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: the files of the repository are unknown")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    names = (name for name in done.stdout.decode("utf-8").split("\0") if name)
    return [Path(name) for name in names if (ROOT / name).is_file()]


def test_the_top_level_has_no_unexpected_files() -> None:
    assert {file.parts[0] for file in _files()} - TOP_LEVEL == set()


def test_no_file_names_the_machine_that_it_was_made_on() -> None:
    traces = {}
    for file in _files():
        try:
            text = (ROOT / file).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if found := MACHINE.findall(PICTURE.sub("", text)):
            traces[str(file)] = sorted(set(found))
    assert traces == {}


def test_the_links_of_a_document_lead_to_files() -> None:
    broken = {}
    for file in (ROOT / one for one in _files() if one.suffix == ".md"):
        text = file.read_text(encoding="utf-8")
        links = re.findall(r"\]\((?!https?:|#|mailto:)([^)\s#]+)", text)
        if wrong := [link for link in links if not (file.parent / link).exists()]:
            broken[file.name] = wrong
    assert broken == {}


def test_the_readme_shows_every_picture_and_each_is_small() -> None:
    shown = re.findall(r"notebooks/images/([\w.-]+)", (ROOT / "README.md").read_text("utf-8"))
    sizes = {path.name: path.stat().st_size for path in (ROOT / "notebooks/images").iterdir()}
    assert sorted(shown) == sorted(sizes)
    assert max(sizes.values()) < 400_000
