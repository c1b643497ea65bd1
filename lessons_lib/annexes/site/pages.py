"""The stored notebooks as HTML pages, made by Sphinx with the Furo theme."""

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec

from lessons_lib.annexes.site import sources
from lessons_lib.annexes.site.sources import PlaceOf, page_source
from lessons_lib.classroom.course import course
from lessons_lib.extras import require_extra
from lessons_lib.files import write_whole

GLOSSARY = "glossary"
_HERE = Path(__file__).parent
_STATIC = "_static"
_WARNING = re.compile(r"(?P<page>\w+)\.md:(?P<line>\d+)(?=: )")
_USED = re.compile(r"_static/([\w./-]+)")


class PagesError(RuntimeError):
    """A notebook cannot be made into a page; the message names the file and the cell."""


def write_pages(course_folder: Path, out: Path, place_of: PlaceOf, *, measured: str = "") -> None:
    """Write a page for each notebook, the glossary, a front page, and one about answers.

    The pages need no network and no server but a file server. Building twice gives the same bytes.

    Parameters
    ----------
    course_folder : Path
        The folder that contains ``notebooks``, as read by `course`.
    out : Path
        A folder, created if it is missing. Other files in it are kept, except in ``_static``.
    place_of : callable
        Called with a notebook's name and a cell; returns the HTML that takes the place of the
        cell's stored card, or None for a cell without one.
    measured : str
        The machine on which the times in the text were measured.

    Raises
    ------
    ExtraMissingError
        If Sphinx, MyST or Furo are not installed.
    PagesError
        If a notebook is missing or broken, or if Sphinx warns about anything.
    """
    require_extra("Writing pages", "site")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        source.mkdir()
        origins = _write_sources(course_folder / "notebooks", source, place_of, measured)
        made = Path(folder) / "made"
        _run_sphinx(source, made, origins)
        _keep_what_is_used(made)
        shutil.copytree(made, out, dirs_exist_ok=True)


def _write_sources(
    notebooks: Path, source: Path, place_of: PlaceOf, measured: str
) -> dict[str, list[str]]:
    """Write what Sphinx reads, and return for each page the cells that its lines come from."""
    first, *others = [one.slug for one in course().lessons]
    origins = {}
    for slug in others:
        text, origins[slug] = page_source(slug, stored_cells(notebooks / f"{slug}.ipynb"), place_of)
        note = sources.raw(f'<p class="lessons-made">{escape(_note(measured))}</p>')
        _write(source / f"{slug}.md", f"{text}\n\n{note}\n", first)
    pages = [*others, sources.RECORD_PAGE]
    if (notebooks / f"{GLOSSARY}.md").exists():
        pages.insert(-1, GLOSSARY)
        _write(source / f"{GLOSSARY}.md", (notebooks / f"{GLOSSARY}.md").read_text("utf-8"), first)
    _write(source / f"{sources.RECORD_PAGE}.md", sources.own_words(sources.RECORD_PAGE), first)
    tree = "\n".join(["```{toctree}", ":hidden:", "", *pages, "```"])
    front = sources.front_source(first, stored_cells(notebooks / f"{first}.ipynb"), place_of)
    _write(source / f"{sources.FRONT}.md", f"{front}\n\n{tree}\n", first)
    return origins


def _note(measured: str) -> str:
    words = "The results on this page were computed when the lessons were built."
    return f"{words} Times are from one machine: {measured}" if measured else words


def _write(path: Path, text: str, front: str) -> None:
    path.write_text(sources.with_page_links(text, front), "utf-8")


def stored_cells(path: Path) -> list[dict[str, Any]]:
    """Return the cells of a stored notebook; `PagesError` if it cannot be read."""
    try:
        cells: list[dict[str, Any]] = msgspec.json.decode(path.read_bytes())["cells"]
    except (OSError, msgspec.DecodeError, KeyError, TypeError) as error:
        raise PagesError(f"{path}: not a notebook that can be read ({error})") from error
    return cells


def _run_sphinx(source: Path, made: Path, origins: Mapping[str, list[str]]) -> None:
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace

    warnings = StringIO()
    with docutils_namespace():
        app = Sphinx(
            source,
            None,
            made,
            source.with_name("doctrees"),
            "html",
            confoverrides=_settings(),
            status=None,
            warning=warnings,
        )
        app.build()
    if found := sources.COLORS.sub("", warnings.getvalue()).strip():
        raise PagesError(_with_cells(found.replace(f"{source}/", ""), origins))
    write_whole(made / "manifest.webmanifest", json.dumps(_manifest(), indent=1))


def _settings() -> dict[str, Any]:
    return {
        "extensions": ["myst_parser", "lessons_lib.annexes.site.mathml"],
        "project": course().title,
        "html_title": course().title,
        "html_theme": "furo",
        "html_theme_options": {"top_of_page_buttons": []},
        "templates_path": [str(_HERE / "theme")],
        "html_static_path": [str(_HERE / "theme" / "static"), str(_HERE / "vendor")],
        "html_css_files": ["lessons.css"],
        "html_copy_source": False,
        "html_show_sphinx": False,
        "html_show_copyright": False,
        "html_use_index": False,
        "html_math_renderer": "mathml",
        "html_permalinks": False,
        "pygments_style": "a11y-high-contrast-light",
        "myst_enable_extensions": ["dollarmath"],
        "myst_all_links_external": True,
    }


def _with_cells(warnings: str, origins: Mapping[str, list[str]]) -> str:
    """Return Sphinx's warnings with the cell of a notebook in place of a line of its source."""

    def cell(place: re.Match[str]) -> str:
        page, line = place["page"], int(place["line"])
        cells = origins.get(page, [])
        return f"{page}.ipynb, cell {cells[line - 1]}" if 0 < line <= len(cells) else place[0]

    return _WARNING.sub(cell, warnings)


def _keep_what_is_used(made: Path) -> None:
    """Delete what Sphinx and the theme copy without need, and what names the build's folders."""
    for name in (".buildinfo", "objects.inv"):
        (made / name).unlink(missing_ok=True)
    (made / "_sources").rmdir()
    texts = [path.read_text("utf-8") for path in sorted(made.glob("*.html"))]
    used = {name for text in texts for name in _USED.findall(text)} | {"icon.svg"}
    for path in sorted((made / _STATIC).rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(made / _STATIC).as_posix() not in used:
            if not path.name.endswith("LICENSE.txt"):
                path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _manifest() -> dict[str, Any]:
    icon = {"src": f"{_STATIC}/icon.svg", "sizes": "any", "type": "image/svg+xml"}
    return {
        "name": course().title,
        "start_url": f"{sources.FRONT}.html",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#6a3fd0",
        "icons": [icon],
    }
