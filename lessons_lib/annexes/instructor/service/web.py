"""The addresses of the service: who may ask, what they get, and what to say to all others.

Learners' kernels send the token of their server. A cookie is not accepted from them, so no page of
a browser can answer for a learner. A token, whoever it belongs to, opens, reveals and reads nothing
of a live question for the instructor: that page is for a browser that logged in at the hub with the
right to teach. Who somebody is, and what they may do, is what the hub says; nothing in a request
can change it.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html import escape
from importlib.resources import files
from typing import Any, ClassVar, Final

import msgspec
from jupyterhub.services.auth import HubOAuth, HubOAuthCallbackHandler, HubOAuthenticated
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler

from lessons_lib.annexes.instructor.collect.page import TEMPLATES
from lessons_lib.annexes.instructor.service import graded, results
from lessons_lib.annexes.instructor.service.live.room import Command, LiveRoom
from lessons_lib.annexes.instructor.service.plan import ClassFolder
from lessons_lib.annexes.instructor.service.store import ClassStore, StoreError
from lessons_lib.classroom.record.event import Clock, new_event
from lessons_lib.classroom.sessions.page import Message

ANSWER: Final = "custom:class:answer"
TEACH: Final = "custom:class:teach"
MOST_REQUEST_BYTES = 4_096
MOST_INSIDE = 10  # requests of one person at the same time
BROKEN = "The class's server can't read this quiz now. Your instructor has to repair it."
SENTENCES: Mapping[int, str] = {
    400: "The class's server can't read this request. Update the course.",
    401: "The class's server doesn't know you any more. Restart your server from the hub.",
    403: "You may not answer in this class. Ask your instructor.",
    404: "The class has no such quiz.",
    405: "The class's server can't do that.",
    413: "This answer is too long.",
    423: BROKEN,
    429: "Too many requests of yours are open. Wait a moment.",
    503: "The class's server can't reach its record or the hub. Nothing was counted.",
}
DENIED = {
    **SENTENCES,
    401: "The hub doesn't know you any more. Reload this page.",
    403: "Only the instructor of this class can use this page.",
}
REFUSALS = {
    **SENTENCES,
    401: "Open this address itself in a browser and log in. Unless it is local, it needs https.",
    403: "You may not see this.",
}
# In no frame, and out of reach of the page that opened it.
APART = {"Cache-Control": "no-store", "Cross-Origin-Opener-Policy": "noopener-allow-popups"}
SCRIPTED = APART | {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
SANDBOXED = APART | {
    "Content-Security-Policy": "sandbox allow-downloads; default-src 'none'; "
    "style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
MEDIA_TYPES = {"": "text/html", ".csv": "text/csv", ".json": "application/json"}
_LIBRARY = files("lessons_lib")
_STATIC = r"static/((?:annexes/instructor/service/live|classroom/widgets)/[a-z_/]+\.(?:js|css))"
_STATUS = {graded.UnknownQuizError: 404, graded.BrokenQuizError: 423, StoreError: 503}
_LONG = ThreadPoolExecutor(max_workers=1)


class Served:
    """A class that is served, and nothing of it until its folder could be read.

    Parameters
    ----------
    hub : HubOAuth
        Says who has a token or a cookie.
    clock : callable
        Returns the current time in UTC.

    Attributes
    ----------
    store : ClassStore
        The record of the class; None until it is open.
    inside : Counter
        How many requests of each person are being answered.
    """

    def __init__(self, hub: HubOAuth, clock: Clock) -> None:
        self.hub, self.clock, self.inside = hub, clock, Counter[str]()
        self.store: ClassStore | None = None
        self._graded: graded.GradedDesk | None = None
        self._live: LiveRoom | None = None

    def renew(self, found: ClassFolder, url: str) -> None:
        """Serve what is in the class's folder now, and keep its record at a URL.

        Raises
        ------
        StoreError
            If the record cannot be opened or read.
        """
        self.store = self.store or ClassStore(url)
        self._graded = self._graded or graded.GradedDesk(found, self.store)
        self._graded.found = found
        self._live = self._live or LiveRoom(self._graded, self.clock)

    @property
    def graded(self) -> graded.GradedDesk:
        """The graded quizzes; requests are refused while there are none."""
        if self._graded is None:
            raise HTTPError(423)
        return self._graded

    @property
    def live(self) -> LiveRoom:
        """The live question; requests are refused while there is none."""
        if self._live is None:
            raise HTTPError(423)
        return self._live


class Handler(RequestHandler):
    """Answers in JSON; a refusal is a sentence, and nothing of what went wrong inside.

    `sentences` has one for each status; that of 503 is for all others.
    """

    scopes: Collection[str] = {TEACH}  # of which one is enough
    sentences: ClassVar[Mapping[int, str]] = SENTENCES
    headers: ClassVar[Mapping[str, str]] = {"Cache-Control": "no-store"}

    def initialize(self, served: Served) -> None:
        """Note when the request arrived, before the hub is asked, which may take seconds."""
        self.served, self.hub_auth, self.arrived = served, served.hub, served.clock()
        self.person = ""  # their name on the hub, once they are admitted

    def set_default_headers(self) -> None:
        """Keep what is sent, errors included, from caches and other pages."""
        for name, value in self.headers.items():
            self.set_header(name, value)

    async def identified(self) -> Any:
        """Return what the hub says about who asks; None if they have to log in."""
        raise NotImplementedError

    def refuse(self) -> None:
        """Answer somebody whom the hub doesn't know."""
        raise HTTPError(401)

    async def prepare(self) -> None:
        """Let a user in who has a scope that is needed, and few open requests; refuse others."""
        model = await self.identified()
        if not model:
            return self.refuse()
        is_user = model.get("kind", "user") == "user"
        if not (is_user and self.hub_auth.check_scopes(self.scopes, model)):
            raise HTTPError(403)
        if self.served.inside[model["name"]] >= MOST_INSIDE:
            raise HTTPError(429)
        self.current_user, self.person = model, str(model["name"])
        self.served.inside[self.person] += 1

    def on_finish(self) -> None:
        """Count the request no longer."""
        if self.person:
            self.served.inside[self.person] -= 1

    def body(self, kind: type[Message]) -> Message:
        """Return what was sent; refuse it if it is too long or does not fit."""
        if len(self.request.body) > MOST_REQUEST_BYTES:
            raise HTTPError(413)
        try:
            return msgspec.json.decode(self.request.body, type=kind)
        except (msgspec.DecodeError, RecursionError) as error:
            raise HTTPError(400) from error

    def send(self, page: object) -> None:
        """Send a page."""
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode(page))

    def write_error(self, status_code: int, **found: Any) -> None:
        """Send a sentence that a card can show."""
        self.send({"problem": self.sentences.get(status_code, self.sentences[503])})


async def asked(answer: Awaitable[Any]) -> Any:
    """Return what the hub says about somebody; if it can't be asked, nobody is let in."""
    try:
        return await answer
    except HTTPError as error:
        raise HTTPError(503) from error


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what goes wrong inside into the status of a reply."""
    try:
        yield
    except tuple(_STATUS) as error:
        raise HTTPError(_STATUS[type(error)]) from error


class LearnerHandler(Handler):
    """A learner's questions: the page of a graded quiz, or else of the live question."""

    scopes = frozenset({ANSWER})  # of everybody in the class

    def check_xsrf_cookie(self) -> None:
        """Need no such cookie, because no cookie identifies anybody here."""

    async def identified(self) -> Any:
        """Return the owner of the token of a server; no cookie counts."""
        token = self.hub_auth.get_token(self, in_cookie=False)
        return await asked(self.hub_auth.user_for_token(token, sync=False)) if token else None

    async def get(self, quiz: str | None) -> None:
        """Send the page as it is now; that of the room once it is not the one that is seen."""
        seen = self.get_query_argument("seen", None)
        desk = self.served.graded if quiz else self.served.live
        with refusing():
            self.send(await desk.page(self.person, quiz or "", self.arrived, seen))

    async def post(self, quiz: str | None) -> None:
        """Do what the learner requested, and send the page after it once that is on disk."""
        sent = self.body(graded.Request)
        desk = self.served.graded if quiz else self.served.live
        with refusing():
            self.send(await desk.act(self.person, quiz or "", sent, self.arrived))


class CallbackHandler(HubOAuthCallbackHandler):  # type: ignore[misc]  # it has no types
    """Where the hub leads a browser that has logged in."""

    def initialize(self, served: Served) -> None:
        """Take what knows about the login that began."""
        self.hub_auth = served.hub


class PageHandler(HubOAuthenticated, Handler):  # type: ignore[misc]  # it has no types
    """Sends pages to a browser, which logs in at the hub first."""

    def refuse(self) -> None:
        """Lead to the hub, which leads back."""
        self.redirect(self.get_login_url())

    def write_error(self, status_code: int, **found: Any) -> None:
        """Send a sentence as a page of its own."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(self.sentences.get(status_code, self.sentences[503]))


class TeachHandler(HubOAuthenticated, Handler):  # type: ignore[misc]  # it has no types
    """A request of an instructor's browser."""

    sentences = DENIED

    async def identified(self) -> Any:
        """Return who has the cookie, and no token; the hub's library also checks against XSRF."""
        if self.request.headers.get("Authorization") or self.get_arguments("token"):
            raise HTTPError(403)
        return await asked(self.hub_auth.get_user(self, sync=False))


class FrontHandler(PageHandler, TeachHandler):
    """The instructor's page."""

    headers: ClassVar = SCRIPTED

    def get(self) -> None:
        """Send the page, whose script gets the rest."""
        page = (_LIBRARY / "annexes/instructor/service/live/page.html").read_text("utf-8")
        self.finish(page.replace("{xsrf}", escape(self.xsrf_token.decode())))


class StateHandler(TeachHandler):
    """What is asked and what was answered: totals, and no names."""

    def get(self) -> None:
        """Send the state as it is now, or what can be asked."""
        live = self.served.live
        self.send(live.listed() if self.get_query_argument("list", "") else live.state())

    async def post(self) -> None:
        """Do what the instructor requested, and send the state after it."""
        command = self.body(Command)
        with refusing():
            self.send(await self.served.live.lead(self.person, command))


class VisitHandler(PageHandler):
    """A visit of somebody."""

    sentences, headers = REFUSALS, SANDBOXED

    async def identified(self) -> Any:
        """Return what the hub says about the one who visits, None if they have to log in."""
        if self.hub_auth.get_token(self, in_cookie=False):
            raise HTTPError(403)
        sent = [self.request.headers.get(f"Sec-Fetch-{name}") for name in ("Mode", "Dest")]
        if sent != ["navigate", "document"]:
            raise HTTPError(401)
        return await asked(self.hub_auth.get_user(self, sync=False))

    def send_file(self, ending: str, text: str | bytes) -> None:
        """Send a page, or a file to be saved."""
        self.set_header("Content-Type", f"{MEDIA_TYPES[ending]}; charset=utf-8")
        if ending:
            self.set_header("Content-Disposition", f"attachment; filename=class{ending}")
        self.finish(text)


class ResultsHandler(VisitHandler):
    """The results, as a page or a file; names are in it if the address asks for them."""

    async def get(self, ending: str) -> None:
        """Send the results, after storing who reads them."""
        names = self.get_query_argument("names", "") == "1"
        about, desk, now = {"names": names}, self.served.graded, self.arrived
        read = new_event("class-results", f"results{ending}", about, clock=lambda: now)
        with refusing():
            await desk.store.save([(self.person, read)])
            events = await in_turn(desk.store.all_events)
        found = await in_turn(results.class_results, desk.found, events, now)
        found = found if names else results.nameless(found)
        if ending == ".csv":
            self.send_file(ending, results.credits_csv(found))
        elif ending == ".json":
            self.send_file(ending, msgspec.json.encode(found))
        else:
            reminders = desk.found.plan.reminders(now)
            page = TEMPLATES.get_template("results.html")
            self.send_file(ending, page.render(results=found, names=names, reminders=reminders))


class OwnHandler(VisitHandler):
    """What is stored about whoever visits, as a page or a file; also for a token of their own."""

    def initialize(self, served: Served) -> None:
        """Let in everybody in the class, and whoever may use the service at all."""
        super().initialize(served)
        self.scopes = {ANSWER, *served.hub.access_scopes}

    async def identified(self) -> Any:
        """Return the owner of a token, if there is one, or else who visits."""
        if token := self.hub_auth.get_token(self, in_cookie=False):
            model = await asked(self.hub_auth.user_for_token(token, sync=False))
            if model is None:
                raise HTTPError(401)
            return model
        return await super().identified()

    async def get(self, ending: str) -> None:
        """Send it."""
        found, store = self.served.graded.found, self.served.graded.store
        with refusing():
            data = await in_turn(results.own_data, found, store, self.person, self.arrived)
        if ending:
            self.send_file(ending, msgspec.json.encode(data))
        else:
            page = TEMPLATES.get_template("mine.html")
            self.send_file(ending, page.render(data, local=found.plan.local))


async def in_turn(work: Callable[..., Any], *args: object) -> Any:
    """Return what takes long, from the one thread for all of it; answers never wait for that."""
    return await asyncio.get_running_loop().run_in_executor(_LONG, work, *args)


def application(served: Served, prefix: str) -> Application:
    """Return the service's addresses under a prefix."""
    routes = {
        r"api/(?:live|graded/([^/]+))": LearnerHandler,
        r"api/teach": StateHandler,
        r"results(|\.csv|\.json)": ResultsHandler,
        r"mine(|\.json)": OwnHandler,
        r"oauth_callback": CallbackHandler,
        r"": FrontHandler,
    }
    shared = {"served": served}
    static = (f"{prefix}{_STATIC}", StaticFileHandler, {"path": str(_LIBRARY)})
    return Application(
        [static, *((f"{prefix}{path}", one, shared) for path, one in routes.items())],
        # The same after a restart, so that browsers stay logged in; only hub and service know it.
        cookie_secret=hashlib.sha256(b"class cookies " + served.hub.api_token.encode()).hexdigest(),
        # A page on the same host can read other cookies, from an error page that it opens.
        xsrf_cookie_kwargs={"httponly": True},
    )
