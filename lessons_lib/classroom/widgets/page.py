"""Code shared by all widgets: scripts and styles, and the card, their connection to a browser."""

from __future__ import annotations

import importlib.resources
import posixpath
import re
import threading
from collections.abc import Callable
from importlib.resources.abc import Traversable
from typing import Annotated, Any, ClassVar, Literal

import anywidget
import traitlets
from IPython.core.getipython import get_ipython
from msgspec import Meta, Struct

from lessons_lib.classroom.sessions.page import Page, Session, decoded, error_in_words
from lessons_lib.classroom.widgets.static import RUN_ALL, RUN_CELL, static_form

_FOLDER = importlib.resources.files("lessons_lib")
_FRAME = "classroom/widgets/frame.css"
_IS_DRAWN_HERE = (_FOLDER / _FRAME).is_file()  # a web page has scripts and styles of its own

# The only forms of import and export that scripts may use.
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]*)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_TYPES = re.compile(r"^ */\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)  # JSDoc


def styles(*names: str) -> str:
    """Return style sheets, named by their paths in the package, joined into one text."""
    texts = ((_FOLDER / name).read_text(encoding="utf-8") for name in names)
    return "\n".join(texts) if _IS_DRAWN_HERE else ""


def framed_styles(*names: str) -> str:
    """Return style sheets as `styles` does, after that of the frame that widgets share."""
    return styles(_FRAME, *names)


def script(entry: str, folder: Traversable = _FOLDER) -> str:
    """Return a script, named by its path in `folder`, and all it imports as one ES module.

    Raises
    ------
    ValueError
        If the files cannot be joined; the message names the file and its problem.
    """
    if not _IS_DRAWN_HERE:
        return ""
    return "\n".join(["const $modules = {};", *_join(entry, (), folder, {})])


def _join(
    file: str, importers: tuple[str, ...], folder: Traversable, exported: dict[str, set[str]]
) -> list[str]:
    """Return the texts of a file and its imports, dependencies first, each file once."""
    try:
        text = (folder / file).read_text(encoding="utf-8")
    except FileNotFoundError:
        chain = " imports ".join((*importers, file))
        raise ValueError(f"{chain}: no such file; correct the path or add the file") from None

    def resolved(path: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(file), path))

    texts = []
    for names, path in _IMPORT.findall(text):
        source = resolved(path)
        if source in (*importers, file):
            raise ValueError(
                f"{file} and {source} import each other: move the shared code to a third file"
            )
        if source not in exported:
            texts += _join(source, (*importers, file), folder, exported)
        if missing := set(re.findall(r"\w+", names)) - exported[source]:
            raise ValueError(f"{file} imports {min(missing)}, which {source} does not export")
    exported[file] = set(_EXPORT.findall(text))
    text = _IMPORT.sub(lambda it: f'const {{{it[1]}}} = $modules["{resolved(it[2])}"];', text)
    text = _TYPES.sub("", _EXPORT.sub("", text))
    for line in _OTHER.findall(text):
        if importers or not line.startswith("export default"):
            raise ValueError(
                f'{file}: {line!r} cannot be joined: write import {{ name }} from "./file.js"; '
                "or export before a function, class or const"
            )
    if importers:  # wrapped in a function, so that its other names stay private
        names = ", ".join(sorted(exported[file]))
        text = f'$modules["{file}"] = (() => {{\n{text}return {{ {names} }};\n}})();'
    return [*texts, text]


# What was last entered in a card, by a hash of its cell and of what it began with.
_entered: dict[int, Page] = {}


def _running_cell() -> str:
    """Return the id of the cell that runs, or "" where no page sends one."""
    message: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)()
    return str(message.get("metadata", {}).get("cellId", ""))


class Entered:
    """What a learner last entered in a card, kept in memory until the kernel ends.

    If a cell runs again in the same kernel and makes the same card, it begins with this.

    Parameters
    ----------
    start : dict
        The first values.
    *made
        What else makes a card the same.
    """

    def __init__(self, start: Page, *made: object) -> None:
        self._place = hash(repr((cell, start, made))) if (cell := _running_cell()) else 0
        self.values = {**start, **_entered.get(self._place, {})}

    def keep(self, values: Page) -> None:
        """Remember other values."""
        self.values = values
        if self._place:
            _entered[self._place] = values


def attempted(call: Callable[[], Page]) -> Page:
    """Return the page that a call returns, or its error, which only the kernel's log would show."""
    try:
        return call()
    except Exception as error:
        return {"error": error_in_words(error)}


class LookAction(Struct, frozen=True):
    """An action that only asks for the page as it is now."""

    do: Literal["look"]


class _Sent(Struct, frozen=True):
    id: Annotated[str, Meta(max_length=60)] = ""


class Card(anywidget.AnyWidget):
    """A widget whose kernel decides what it shows; its browser sends what the learner does.

    `about` holds what never changes, and `page` all that does. Only the kernel sets them. A browser
    sends actions: JSON with what to `do` and an `id`. The kernel replies to each of them, even to
    an invalid one, with a page that names it in `replies_to`.

    Attributes
    ----------
    saved : tuple of str
        The title and a sentence of the small card that a saved notebook shows while no kernel runs.
        Both end up in stored notebooks, so they must not depend on the learner's answers; nor must
        the picture.
    uses_cells_above : bool
        Whether its cell alone cannot run again after a restart.
    """

    saved: tuple[str, str]
    uses_cells_above = False
    _kind: ClassVar[Any] = LookAction  # the type of an action
    _latest = ""  # the id of the action that the page replies to

    about: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    page: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, about: Page | None = None) -> None:
        self._refreshing = threading.Lock()
        fixed = {"uses_cells_above": self.uses_cells_above, **(about or {})}
        super().__init__(about=fixed, page={**self.content(), "replies_to": ""})
        self.on_msg(lambda _, message, buffers: self.receive(message))

    def submit(self, action: Any) -> None:
        """Do what the learner requested, if that is possible now, and show the page after it."""
        self.refresh()

    def content(self) -> Page:
        """Return everything that the page may know and show now."""
        return {}

    def show(self, page: Page) -> None:
        """Show a page."""
        self.page = {**page, "replies_to": self._latest}

    def refresh(self) -> None:
        """Show the page as it is now; no older one of another thread can replace it."""
        with self._refreshing:
            self.show(self.content())

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Do nothing: a browser cannot set what a card is."""

    def receive(self, message: object) -> None:
        """Do what a browser's message requests, and show a page that names it."""
        self._latest = getattr(decoded(message, _Sent), "id", "")
        action = decoded(message, self._kind)
        if action is None:
            self.refresh()
        else:
            self.submit(action)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/html": self.static_form()}, metadata

    def static_form(self) -> str:
        """Return the HTML of the card without a kernel."""
        run = RUN_ALL if self.uses_cells_above else RUN_CELL
        return static_form(*self.saved, picture=self.picture(), run=run)

    def picture(self) -> str:
        """Return HTML of what the card shows without a kernel, or an empty text."""
        return ""


class SessionCard(Card):
    """Shows the pages of a session."""

    def __init__(self, session: Session, about: Page | None = None) -> None:
        self._session = session
        self.saved = (session.title, "")
        super().__init__(about)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._session.label})"

    def picture(self) -> str:
        """Return what the session asks, to be read where no kernel runs."""
        return self._session.stored

    def submit(self, action: Any) -> None:
        """Let the session do what the learner requested, and show the page after it."""
        self.show(self._session.submit(action))

    def content(self) -> Page:
        """Return the session's page."""
        return self._session.page()
