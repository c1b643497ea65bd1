"""What all widgets share: scripts and styles as text, pages, actions, and texts safe to send."""

from __future__ import annotations

import importlib.resources
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any, ClassVar, Protocol, TypeAlias, TypeVar

import anywidget
import msgspec
import traitlets

from lessons_lib.arguments import check_text

_FOLDER = importlib.resources.files("lessons_lib.widgets")

# The forms of import and export that scripts may use; JavaScript has more.
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]*)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def styles(*names: str) -> str:
    """Return style sheets, named from this folder, joined into one text."""
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


def script(entry: str, folder: Traversable = _FOLDER) -> str:
    """Return a script, named from `folder`, and all it imports as one ES module.

    Raises
    ------
    ValueError
        If files cannot be joined; the message names the file and what is wrong with it.
    """
    return "\n".join(["const $modules = {};", *_join(entry, (), folder, {})])


def _join(
    file: str, importers: tuple[str, ...], folder: Traversable, exported: dict[str, set[str]]
) -> list[str]:
    """Return the texts of a file and of what it imports, dependencies first, each file once."""
    try:
        text = (folder / file).read_text(encoding="utf-8")
    except FileNotFoundError:
        chain = " imports ".join((*importers, file))
        raise ValueError(f"{chain}: there is no such file; correct the path or add it") from None

    def resolved(path: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(file), path))

    texts = []
    for names, path in _IMPORT.findall(text):
        source = resolved(path)
        if source in (*importers, file):
            raise ValueError(
                f"{file} and {source} import each other: move what both need to a third file"
            )
        if source not in exported:
            texts += _join(source, (*importers, file), folder, exported)
        if missing := set(re.findall(r"\w+", names)) - exported[source]:
            raise ValueError(f"{file} imports {min(missing)}, which {source} does not export")
    exported[file] = set(_EXPORT.findall(text))
    text = _IMPORT.sub(lambda one: f'const {{{one[1]}}} = $modules["{resolved(one[2])}"];', text)
    text = _EXPORT.sub("", text)
    for line in _OTHER.findall(text):
        if importers or not line.startswith("export default"):
            raise ValueError(
                f'{file}: {line!r} cannot be joined: write import {{ name }} from "./file.js"; '
                "or export before a function, class or const"
            )
    if importers:  # a function around the file keeps its other names to itself
        names = ", ".join(sorted(exported[file]))
        text = f'$modules["{file}"] = (() => {{\n{text}return {{ {names} }};\n}})();'
    return [*texts, text]


Page: TypeAlias = dict[str, Any]
Message = TypeVar("Message")
Submitted = TypeVar("Submitted", contravariant=True)
NO_REPLY = {"what": "", "text": ""}


def decoded(message: object, kind: type[Message]) -> Message | None:
    """Return a browser's message as its type, or None: it can be forged, so it is never trusted."""
    try:
        return msgspec.convert(message, kind)
    except (msgspec.ValidationError, RecursionError):
        return None


class KernelWidget(anywidget.AnyWidget):
    """A widget that a browser sends actions to, and whose own state only the kernel sets."""

    _kind: ClassVar[Any]  # the type of an action
    _own: ClassVar[tuple[str, ...]] = ("page",)

    def __init__(self, **state: object) -> None:
        super().__init__(**state)
        self.on_msg(self._receive)

    def submit(self, action: Any) -> None:
        """Do what the learner asked for, or nothing if that is not possible now."""
        raise NotImplementedError

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Accept what a browser sets, except for the widget's own."""
        super().set_state({key: value for key, value in sync_data.items() if key not in self._own})

    def _receive(self, _: object, message: object, buffers: object) -> None:
        action = decoded(message, self._kind)
        if action is not None:
            self.submit(action)


class PageWidget(KernelWidget):
    """A widget whose whole state is one page, numbered so that every answer is a change."""

    page: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)

    def __init__(self) -> None:
        self._serial = 0
        super().__init__(page=self._numbered({}))

    def content(self) -> Page:
        """Return all that the page may know and show at the moment."""
        raise NotImplementedError

    def refresh(self, **changes: object) -> None:
        """Show the page as it is now, with some changes."""
        self.page = self._numbered(changes)

    def _numbered(self, changes: Page) -> Page:
        self._serial += 1
        return {"serial": self._serial, **self.content(), **changes}


class Session(Protocol[Submitted]):
    """What stands behind a card, and can be used without a browser."""

    def submit(self, action: Submitted) -> None:
        """Do what the learner asked for, or nothing if that is not possible now."""

    def page(self) -> Page:
        """Return all that the page may know and show at the moment."""
        ...


class SessionCard(PageWidget):
    """Shows the pages of a session; every message is answered by a page, even one that is none."""

    def __init__(self, session: Session[Any]) -> None:
        self._session = session
        super().__init__()

    def submit(self, action: Any) -> None:
        """Let the session do what the learner asked for."""
        self._session.submit(action)

    def content(self) -> Page:
        """Return the session's page."""
        return self._session.page()

    def _receive(self, _: object, message: object, buffers: object) -> None:
        super()._receive(_, message, buffers)
        self.refresh()


SHOWN_TOKEN_LENGTH = 32

_CONTROL_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}


def well_formed(text: str) -> str:
    """Join surrogate pairs and replace lone surrogates by U+FFFD: neither can be sent as UTF-8."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def shown(text: str, *, length: int = SHOWN_TOKEN_LENGTH) -> str:
    """Return a text fit to be sent and seen: short, valid, control characters as pictures."""
    short = text if len(text) <= length else text[: length - 1] + "…"
    return well_formed(short).translate(_CONTROL_PICTURES)


def error_in_words(error: BaseException) -> str:
    """Return an exception as one short line that can be sent and shown."""
    return f"{type(error).__name__}: {shown(str(error), length=500)}"


LONGEST_ID = 80
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class NamedItem:
    """What is kept in the record under an id: lower-case words joined by hyphens.

    Raises
    ------
    TypeError, ValueError
        If the id is no string, or one of another form.
    """

    id: str

    _example: ClassVar[str]

    def __post_init__(self) -> None:
        kind = type(self).__name__
        check_text(f"{kind}(id=...)", self.id)
        if not _ID.fullmatch(self.id) or len(self.id) > LONGEST_ID:
            rule = f"lower-case words joined by hyphens, like {self._example}"
            raise ValueError(f"{kind}(id=...) takes {rule}, got {self.id!r}.")


Item = TypeVar("Item", bound=NamedItem)


def by_id(widget: str, kind: type[Item], items: Sequence[Item]) -> dict[str, Item]:
    """Return what a widget is given by id, in the same order.

    Raises
    ------
    TypeError, ValueError
        If an item is of another kind, there is none, or two have the same id.
    """
    plural = f"{kind.__name__.lower()}s"
    for one in items:
        if not isinstance(one, kind):
            raise TypeError(f"{widget}() takes {plural}, got {type(one).__name__}.")
    found = {one.id: one for one in items}
    if not found or len(found) < len(items):
        ids = [one.id for one in items]
        raise ValueError(f"{widget}() takes {plural} with ids of their own, got {ids}.")
    return found
