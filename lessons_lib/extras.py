"""The optional extras: whether their packages are installed, and how to install them."""

import importlib.util
import shlex
import subprocess
import sys

# The packages that show whether an extra is installed.
PACKAGES = {
    "hub": ("jupyterhub", "configurable_http_proxy"),
    "exchange": ("genanki", "text2qti", "defusedxml", "markdownify"),
    "readers": ("anki", "marimo", "notebook", "voila"),
    "transformer": ("tokenizers",),
    "runtime": ("onnxruntime", "onnxscript"),
    "scale": ("ray", "pyarrow", "starlette"),
    "site": ("sphinx", "myst_parser", "furo", "latex2mathml"),
    "test": ("jupytext", "nbclient"),
}


class ExtraMissingError(ImportError):
    """Something needs an extra that is not installed; the message says how to install it."""


def pasted_python() -> str:
    """Return this Python's path as it can be pasted into a shell, whatever characters it has."""
    if sys.platform == "win32":
        return subprocess.list2cmdline([sys.executable])
    return shlex.quote(sys.executable)


def missing_extra(what: str, extra: str) -> str:
    """Return a sentence that names a missing extra and says how to install it, or "".

    Examples
    --------
    The transformer needs the extra `transformer` (tokenizers is not installed). Install it at the
    top of a clone: …
    """
    for package in PACKAGES[extra]:
        if importlib.util.find_spec(package) is None:
            return (
                f"{what} needs the extra `{extra}` ({package} is not installed). Install it at the "
                f'top of a clone: {pasted_python()} -m pip install -e ".[{extra}]"'
            )
    return ""


def require_extra(what: str, extra: str) -> None:
    """Raise an `ExtraMissingError` if an extra is not installed."""
    if problem := missing_extra(what, extra):
        raise ExtraMissingError(problem)
