"""A Ray cluster for the duration of a block: the one at `RAY_ADDRESS`, or a local one."""

import logging
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout

from lessons_lib.annexes.cluster.reaper import end_processes, reaped
from lessons_lib.console import CommandError, print_step
from lessons_lib.extras import require_extra

OBJECT_STORE_BYTES = 150_000_000
ANSWER_S = 10  # within which a cluster must answer
# A loaded machine may not start Ray's helpers within the 30 s or so after which Ray gives up.
STARTS = 5
STARTS_S = 90  # after which no further try begins, so that two minutes suffice for all of them
LONGEST_FOLDER = 30  # a path of 107 characters, minus what Ray appends for its sockets
INSTEAD = "Run `ray start --head` and set RAY_ADDRESS=auto, or use --workers N, not --engine ray."
SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_enable_metrics_collection": "0",
    "RAY_AUTH_MODE": "disabled",  # otherwise, Ray writes ~/.ray/auth_token
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_DATA_LOG_LEVEL": "CRITICAL",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    "RAY_SERVE_LOG_TO_STDERR": "0",
    # Otherwise, a busy replica counts as dead after 0.1 s, and requests wait for the next try.
    "RAY_SERVE_QUEUE_LENGTH_RESPONSE_DEADLINE_S": "5",
    "RAY_SERVE_MAX_QUEUE_LENGTH_RESPONSE_DEADLINE_S": "5",
}


@contextmanager
def ray_cluster(what: str, workers: int) -> Iterator[None]:
    """Connect to a Ray cluster inside the block; a local one ends with the block.

    Use it only in the main thread of a process of its own. If that process is killed, the local
    cluster ends with it.

    Parameters
    ----------
    what : str
        What needs Ray, for the error if it is not installed.
    workers : int
        How many processors a local cluster has. With the environment variable `RAY_ADDRESS`, an
        existing cluster is used instead.

    Raises
    ------
    ExtraMissingError
        If Ray is not installed.
    CommandError
        If the cluster at `RAY_ADDRESS` does not answer, or a local one does not start.
    """
    require_extra(what, "scale")
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    import ray

    logging.getLogger("ray").setLevel(logging.ERROR)
    address = os.environ.get("RAY_ADDRESS") or "local"
    parent = tempfile.gettempdir() if len(tempfile.gettempdir()) < LONGEST_FOLDER else "/tmp"
    folder = tempfile.mkdtemp(prefix="ray-", dir=parent)
    # Ray reports dead workers on standard output, where the labels may go.
    with ExitStack() as stack:
        stack.enter_context(reaped(folder))
        stack.enter_context(redirect_stdout(stack.enter_context(open(os.devnull, "w"))))
        stack.enter_context(warnings.catch_warnings(action="ignore"))
        stack.callback(ray.shutdown)
        if address == "local":
            _start(workers, folder)
        else:
            _join(address)
        yield


def _start(workers: int, folder: str) -> None:
    import ray

    def start() -> None:
        with _quiet():
            ray.init(
                address="local",
                num_cpus=workers,
                object_store_memory=OBJECT_STORE_BYTES,
                _temp_dir=folder,
                include_dashboard=False,
                logging_level=logging.ERROR,
                log_to_driver=False,
            )

    start_patiently(start, lambda: end_processes(folder), print_step)


def start_patiently(
    start: Callable[[], None],
    clean: Callable[[], None],
    on_step: Callable[[str], None],
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Call `start` until it succeeds: up to five times, but not again after 90 seconds.

    Parameters
    ----------
    start, clean : callable
        Starts a cluster, and removes what a failed start left behind.
    on_step : callable
        Called with a description of each try.
    clock : callable
        Returns the time in seconds.

    Raises
    ------
    CommandError
        If the last try fails.
    """
    end = clock() + STARTS_S
    for number in range(1, STARTS + 1):
        on_step(f"starting Ray, try {number} of {STARTS}")
        try:
            start()
            return
        except Exception as error:  # Ray raises plain exceptions here
            clean()
            if number == STARTS or clock() >= end:
                raise CommandError(f"Ray did not start here ({error}). {INSTEAD}") from error


def _join(address: str) -> None:
    import grpc
    import ray

    target = address.removeprefix("ray://")
    try:
        if target != "auto":
            with grpc.insecure_channel(target) as channel:
                grpc.channel_ready_future(channel).result(timeout=ANSWER_S)
        with _quiet():
            ray.init(address=address, logging_level=logging.ERROR, log_to_driver=False)
    except (ConnectionError, ValueError, grpc.FutureTimeoutError) as error:
        raise CommandError(
            f"No Ray cluster answers at RAY_ADDRESS={address}. Check the address and the network, "
            "or unset RAY_ADDRESS to use this machine alone."
        ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Discard what Ray's C++ part writes to stderr, such as a line about each of its settings."""
    stderr, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(null)
