"""A model behind an HTTP endpoint on this machine, to measure what a connection adds to a call."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from threading import Thread

from lessons_lib.pipeline.inference.prediction import Prediction


class Endpoint:
    """Calls the model that listens on a port of this machine; `serving` makes one.

    Parameters
    ----------
    port : int
        Where the model listens, on 127.0.0.1.
    timeout_s : float
        The longest time to wait for the server, in seconds. Without a timeout, `http.client` waits
        for as long as it takes.

    Attributes
    ----------
    kept : HTTPConnection
        The connection that stays open.
    """

    def __init__(self, port: int, timeout_s: float) -> None:
        self._connection = partial(HTTPConnection, "127.0.0.1", port, timeout=timeout_s)
        self.kept = self._connection()

    def ask(self, text: str) -> Prediction:
        """Return the prediction for one text, over the connection that stays open.

        Raises
        ------
        TimeoutError
            If no answer arrives in time.
        RuntimeError
            If the server reports an error, for instance because `text` is a list.
        """
        return _asked(self.kept, text)

    def ask_reconnecting(self, text: str) -> Prediction:
        """Return the prediction for one text, over a new connection; errors are those of `ask`."""
        with closing(self._connection()) as connection:
            return _asked(connection, text)


def _asked(connection: HTTPConnection, text: str) -> Prediction:
    try:
        connection.request("POST", "/", json.dumps(text))
        answer = connection.getresponse()
        content = answer.read()
    except BaseException:  # an answer that is late must not become that of the next call
        connection.close()
        raise
    if answer.status != 200:
        raise RuntimeError(f"The endpoint reports {answer.status} {answer.reason}, expected 200.")
    return Prediction.from_probabilities(json.loads(content))


@contextmanager
def serving(predict: Callable[[str], Prediction], *, timeout_s: float = 2.0) -> Iterator[Endpoint]:
    """Put a predictor behind an HTTP endpoint on this machine until the block ends.

    Parameters
    ----------
    predict : callable
        Returns the prediction for one text, for instance `RealTimePredictor(pipeline).predict`.
    timeout_s : float
        The longest time that a caller waits for the server, in seconds.

    Yields
    ------
    Endpoint
        Calls it. The server runs in a thread of its own, on 127.0.0.1 and a free port, and answers
        one request at a time. It ends with the block, also if that is interrupted; a call that is
        still running then is waited for, but no longer than `timeout_s`.
    """
    # Tornado comes with Jupyter, and nothing else here needs it.
    from tornado.httpserver import HTTPServer
    from tornado.netutil import bind_sockets
    from tornado.web import Application, RequestHandler

    class Answer(RequestHandler):
        def post(self) -> None:
            self.write(json.dumps(predict(json.loads(self.request.body)).probabilities))

    async def serve() -> None:
        server = HTTPServer(Application([("/", Answer)]))
        server.add_sockets(sockets)
        await stop.wait()
        server.stop()
        await server.close_all_connections()

    def serve_to_the_end() -> None:
        with closing(loop):
            loop.run_until_complete(serve())

    sockets, stop, loop = bind_sockets(0, "127.0.0.1"), asyncio.Event(), asyncio.new_event_loop()
    endpoint = Endpoint(sockets[0].getsockname()[1], timeout_s)
    thread = Thread(target=serve_to_the_end, daemon=True)
    try:
        thread.start()
        yield endpoint
    finally:
        endpoint.kept.close()
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout_s)
