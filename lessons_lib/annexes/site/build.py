"""Write the site: pages, cards, tables, and what runs in the browser."""

import hashlib
import re
import shutil
import tempfile
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

from lessons_lib.annexes.site import bundle
from lessons_lib.annexes.site.half.shown import SHOWN
from lessons_lib.annexes.site.pages import PagesError, stored_cells, write_pages
from lessons_lib.annexes.site.places import TYPICAL, Place, place_html, place_of
from lessons_lib.annexes.site.runtime import PYODIDE_SHA256, Say, msgspec_wheel, pyodide_files
from lessons_lib.annexes.site.sources import html_of, is_card
from lessons_lib.classroom.course import CARD_KEY, course, course_folder
from lessons_lib.classroom.widgets.explore.guess import RESULT
from lessons_lib.classroom.widgets.page import script
from lessons_lib.console import CommandError
from lessons_lib.extras import require_extra
from lessons_lib.pipeline.timing.stored import stored_figures

FILE_LIST = "_static/files.json"  # every file with its hash; only a folder with it is replaced
_STATIC = "_static"
_SCRIPTS = {  # the site's own, by where they are in it; each names only those above it
    f"{_STATIC}/worker.js": "worker.js",
    f"{_STATIC}/host.js": "host.js",
    "lessons-card.mjs": "book.js",
}
EMBED, SERVICE_WORKER = "embed.html", "sw.js"
_PYODIDE = f"pyodide-{PYODIDE_SHA256[:8]}"  # it asks for its own files, so its folder is versioned
_MARK = re.compile(r"@([\w.]+)@")
_LOADED = re.compile(rf'\b(href|src)="({_STATIC}/[\w./-]+|searchindex\.js)(?:\?v=\w+)?"')


@dataclass(frozen=True, slots=True)
class CardCell:
    """A code cell of a stored notebook that shows a card: its place, and its card's stored HTML."""

    place: Place
    static: str


def build_site(out: Path, *, pyodide: Path | None = None, say: Say) -> int:
    """Write the site into a folder that any web server can serve.

    Parameters
    ----------
    out : Path
        A new or empty folder, or one that holds a site; it is replaced when all is done.
    pyodide : Path, optional
        The archive of Pyodide, if it was downloaded before.
    say : callable
        Prints what is being done.

    Returns
    -------
    int
        The number of files written.

    Raises
    ------
    CommandError
        If the folder holds something else, or a part cannot be made; nothing is written then.
    DownloadError
        If Pyodide or msgspec cannot be had.
    ExtraMissingError
        If the extra `site` is not installed.
    """
    require_extra("The site", "site")
    _check_is_ours(out)
    runtime, wheel = pyodide_files(pyodide, say), msgspec_wheel(say)
    with tempfile.TemporaryDirectory(prefix="lessons-site-") as scratch:
        site, data = Path(scratch) / "site", Path(scratch) / "course"
        say("preparing the cards")
        cards = Cards(data, wheel)
        contents = cards.files()
        measured = stored_figures().measured.removeprefix("Measured once: ")
        say("writing the pages")
        write_pages(course_folder(), site, cards.html, measured=measured)
        _write(site / _STATIC / _PYODIDE, runtime)
        _write(site / _STATIC, contents)
        _write(site, _own_files(site, contents))
        _add_versions(site)
        listed = bundle.as_json(_listed(site))
        keeper = script("annexes/site/static/service_worker.js").replace(
            "@course@", course().address
        )
        keeper = keeper.replace("@files@", listed.decode())
        _write(site, {FILE_LIST: listed, SERVICE_WORKER: keeper.encode()})
        return replace(site, out)


class Cards:
    """The cards of all notebooks: their places in the pages, and the files that they need.

    Parameters
    ----------
    data : Path
        A folder for the course as the half reads it.
    wheel : bytes
        msgspec for the browser.
    """

    def __init__(self, data: Path, wheel: bytes) -> None:
        course_data = bundle.course_files()
        self._model = bundle.model_files()
        self._needed = {name: versioned(name, content) for name, content in self._model.items()}
        _write(data, {**course_data, **self._model})
        self._cells = dict(_cells())
        alive = {cell.place.name: cell.place for cell in self._cells.values()}
        places = [one for one in alive.values() if one.show in SHOWN]
        opened, modules = bundle.probe(places, data)
        self._opened = {one.name: found for one, found in zip(places, opened, strict=True)}
        for one in alive.values():
            if one.show in bundle.TABLES:
                self._opened[one.name] = bundle.tabulated(bundle.exploration(one.show))
        self._app = bundle.app(modules, course_data, wheel)

    def html(self, slug: str, cell: Mapping[str, Any]) -> str | None:
        """Return the HTML of a cell's card, or None if it has none."""
        found = self._cells.get((slug, cell["id"]))
        if found is None:
            return None
        note = TYPICAL if found.place.is_typical else ""
        return place_html(found.static, self._data(found.place), note=note)

    def _data(self, place: Place) -> dict[str, Any] | None:
        opened = self._opened.get(place.name)
        if opened is None:
            return None
        table = versioned(_table_of(place.name), opened.table) if opened.table else ""
        return place.data(opened.state, _addresses(opened.card), self._needed, table)

    def files(self) -> dict[str, bytes]:
        """Return the files that all cards need, by their paths in the folder of static files."""
        found = {**self._model, "app.zip": self._app, "embed.json": self._embedded()}
        for name, one in self._opened.items():
            found.update(_files_of_card(one.card).values())
            if one.table:
                found[_table_of(name)] = one.table
        return found

    def _embedded(self) -> bytes:
        """Return the cards that stand alone, by the words of the address that asks for them."""
        found = {}
        for cell in self._cells.values():
            if (words := cell.place.address) and (data := self._data(cell.place)):
                found[words] = data
        return bundle.as_json(found)


def _cells() -> Iterator[tuple[tuple[str, str], CardCell]]:
    """Yield the code cells with a card, by notebook and cell; `PagesError` if one was not run."""
    for lesson in course().lessons:
        for cell in stored_cells(course_folder() / "notebooks" / lesson.file_name):
            if CARD_KEY not in cell["metadata"]:
                continue
            card = next(filter(is_card, cell["outputs"]), None)
            result = card["metadata"].get(RESULT) if card else None
            place = place_of(cell["metadata"][CARD_KEY], result)
            if card or place.is_typical:
                yield (lesson.slug, cell["id"]), CardCell(place, html_of(card) if card else "")
            elif place.show in SHOWN or place.show in bundle.TABLES:
                where = f"{lesson.file_name}, cell {cell['id']}"
                raise PagesError(f"{where}: the card has no stored output. Run the notebook.")


def _table_of(name: str) -> str:
    return f"tables/{name.replace(' ', '-')}.json"


def _files_of_card(card: tuple[str, str]) -> dict[str, tuple[str, bytes]]:
    """Return a card's script and style with their names, which are the same in each edition."""
    module, name = card
    kind = getattr(import_module(module), name)
    return {"script": _part_of(kind, "_esm", "js"), "style": _part_of(kind, "_css", "css")}


def _part_of(kind: type, trait: str, ending: str) -> tuple[str, bytes]:
    """Return a file named after the class that has it first: those that inherit it share it."""
    content = str(getattr(kind, trait))
    first = [one for one in kind.__mro__ if str(getattr(one, trait, "")) == content][-1]
    return f"cards/{first.__module__}.{first.__name__}.{ending}", content.encode()


def _addresses(card: tuple[str, str]) -> dict[str, str]:
    return {part: versioned(*file) for part, file in _files_of_card(card).items()}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


def versioned(name: str, content: bytes) -> str:
    """Return the address of a file, which changes with its content."""
    return f"{name}?v={_digest(content)}"


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _own_files(site: Path, contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the site's own scripts, which name what they load with its version, and `EMBED`."""
    plan = course()
    known = {"course": plan.address, "front": plan.lessons[0].slug, "title": escape(plan.title)}
    known |= {name: versioned(name, content) for name, content in contents.items()}
    known["pyodide"] = _PYODIDE
    # Names this build: what a browser remembers of a card belongs to it.
    known["build"] = _digest(b"".join(path.read_bytes() for path in _files_of(site / _STATIC)))
    texts = {target: script(f"annexes/site/static/{name}") for target, name in _SCRIPTS.items()}
    texts[EMBED] = Path(__file__).with_name(EMBED).read_text(encoding="utf-8")
    made = {}
    for target, text in texts.items():
        filled = _MARK.sub(lambda mark: known[mark[1]], text).encode()
        made[target], known[Path(target).name] = filled, versioned(Path(target).name, filled)
    return made


def _add_versions(site: Path) -> None:
    """Let the pages name what they load with its version."""

    def address(found: re.Match[str]) -> str:
        return f'{found[1]}="{versioned(found[2], (site / found[2]).read_bytes())}"'

    for page in site.glob("*.html"):
        page.write_text(_LOADED.sub(address, page.read_text(encoding="utf-8")), encoding="utf-8")


def _listed(site: Path) -> dict[str, str]:
    """Return the address of each file, and its hash as browsers check it when they load it."""
    listed = {}
    for path in _files_of(site):
        content = path.read_bytes()
        digest = b64encode(hashlib.sha256(content).digest()).decode()
        listed[versioned(path.relative_to(site).as_posix(), content)] = f"sha256-{digest}"
    return listed


def _files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _check_is_ours(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise CommandError(f"{out} is a file: name a new or empty folder.")
    if out.is_dir() and any(out.iterdir()) and not (out / FILE_LIST).is_file():
        raise CommandError(f"{out} holds other files: name a new or empty folder.")


def replace(site: Path, out: Path) -> int:
    """Put the site in the place of what was there; return the number of files."""
    out.parent.mkdir(parents=True, exist_ok=True)
    new, old = (out.with_name(f".{out.name}.{word}") for word in ("new", "old"))
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(site, new)
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():  # a server that delivers it must not see it half deleted
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)
    return len(_files_of(out))
