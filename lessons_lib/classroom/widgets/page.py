"""Code shared by all widgets: scripts and styles, and the widgets that answer a browser."""

from __future__ import annotations

import importlib.resources
import posixpath
import re
from importlib.resources.abc import Traversable
from typing import Any, ClassVar

import anywidget
import traitlets
from IPython.core.getipython import get_ipython

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


class SavedWidget(anywidget.AnyWidget):
    """A widget that a saved notebook shows as a small card while no kernel runs.

    `saved` is the title of the card and a sentence, as `static_form` accepts them. Both end up in
    stored notebooks, so they must not depend on the learner's answers; nor must the picture.
    """

    saved: tuple[str, str]
    uses_cells_above = traitlets.Bool(default_value=False).tag(sync=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "text/html": self.static_form()}, metadata

    def static_form(self) -> str:
        """Return the HTML of the card."""
        run = RUN_ALL if self.uses_cells_above else RUN_CELL
        return static_form(*self.saved, picture=self.picture(), run=run)

    def picture(self) -> str:
        """Return HTML of a picture that the card shows, or an empty text."""
        return ""


# What was last entered in a widget, by a hash of its cell and of what it began with.
_entered: dict[int, dict[str, Any]] = {}


def _running_cell() -> str:
    """Return the id of the cell that runs, or "" where no page sends one."""
    message: dict[str, Any] = getattr(get_ipython(), "get_parent", dict)()
    return str(message.get("metadata", {}).get("cellId", ""))


class AnsweringWidget(SavedWidget):
    """A widget whose kernel answers what a browser asks, such as the trace of a typed text.

    Notes
    -----
    The browser sets `asked` to values with a serial number; the kernel replies in `answer` with the
    same number, and the browser ignores replies to earlier questions. An exception is shown in the
    widget, which keeps working.

    If its cell runs again in the same kernel and makes the same widget, it begins with what the
    learner last entered. This is kept in memory only.
    """

    asked: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True, echo_update=False)
    answer: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self, start: dict[str, Any], **state: object) -> None:
        made = (cell := _running_cell()), type(self).__name__, start, state
        self._place = hash(repr(made)) if cell else 0
        super().__init__(asked={**start, **_entered.get(self._place, {}), "serial": 0}, **state)

    def _cleaned(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return the values that the widget knows, of what a browser sent."""
        raise NotImplementedError

    def _answer_to(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return what to show for some values."""
        raise NotImplementedError

    @traitlets.validate("asked")
    def _valid(self, proposal: dict[str, Any]) -> dict[str, Any]:
        asked = proposal["value"]
        serial = asked.get("serial")
        return {"serial": serial if isinstance(serial, int) else 0, **self._cleaned(asked)}

    @traitlets.observe("asked")
    def _answer(self, change: dict[str, Any]) -> None:
        asked = change["new"]
        if self._place:
            _entered[self._place] = asked
        try:
            answer = self._answer_to(asked)
        except Exception as error:  # otherwise only the kernel's log would show it
            answer = {"error": error_in_words(error)}
        self.answer = {"serial": asked["serial"], **answer}


class KernelWidget(SavedWidget):
    """A widget that receives actions from a browser and whose own traits only the kernel sets."""

    _kind: ClassVar[Any]  # the type of an action
    _own: ClassVar[tuple[str, ...]] = ("page",)  # traits that a browser cannot set

    def __init__(self, **state: object) -> None:
        super().__init__(**state)
        self.on_msg(self._receive)

    def submit(self, action: Any) -> None:
        """Do what the learner requested, or nothing if that is not possible now."""
        raise NotImplementedError

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Accept the traits that a browser sets, except those that only the kernel may set."""
        super().set_state({key: value for key, value in sync_data.items() if key not in self._own})

    def _receive(self, _: object, message: object, buffers: object) -> None:
        action = decoded(message, self._kind)
        if action is not None:
            self.submit(action)


class PageWidget(KernelWidget):
    """A widget whose state is one page, with a serial number so that every reply is a change."""

    page: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(page={"serial": 1, **self.content()})

    def content(self) -> Page:
        """Return everything that the page may know and show now."""
        raise NotImplementedError

    def show(self, page: Page) -> None:
        """Show a page, even if nothing in it has changed."""
        self.page = {"serial": self.page["serial"] + 1, **page}

    def refresh(self, **changes: object) -> None:
        """Show the current page with some changes."""
        self.show({**self.content(), **changes})


class SessionCard(PageWidget):
    """Shows the pages of a session; every message gets a page as its reply, even an invalid one."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.saved = (session.title, "")
        super().__init__()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._session.label})"

    def submit(self, action: Any) -> None:
        """Let the session do what the learner requested, and show the page after it."""
        self.show(self._session.submit(action))

    def content(self) -> Page:
        """Return the session's page."""
        return self._session.page()

    def _receive(self, _: object, message: object, buffers: object) -> None:
        action = decoded(message, self._kind)
        if action is None:
            self.refresh()
        else:
            self.submit(action)
