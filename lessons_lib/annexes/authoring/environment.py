"""Isolate notebooks that are built or tested from the user's own data and settings.

Nothing heavy is imported here: tests set these variables before torch is loaded.
"""

import os
from pathlib import Path

# A backend set in the shell would replace the inline one in every kernel.
UNSET = ("MPLBACKEND",)


def private_variables(folder: Path) -> dict[str, str]:
    """Return environment variables that isolate a process from the user's own data.

    Parameters
    ----------
    folder : Path
        An empty, writable folder.

    Notes
    -----
    Kernels are found next to the interpreter (`sys.prefix`), not in the user's Jupyter folder.
    """
    return {
        "LESSONS_DATA_DIR": str(folder / "lessons"),
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter-config"),
        "JUPYTER_DATA_DIR": str(folder / "jupyter-data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "jupyter-runtime"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "IPYTHONDIR": str(folder / "ipython"),
        # Two threads per worker on two cores are slower than one, and sums could differ.
        "OMP_NUM_THREADS": "1",
    }


def private_environment(folder: Path) -> dict[str, str]:
    """Return the environment of this process, isolated, for a child process."""
    inherited = {name: value for name, value in os.environ.items() if name not in UNSET}
    return inherited | private_variables(folder)
