"""A hook of the build: say that Python is too old before any dependency is downloaded.

pip reads `requires-python` only later: some versions first download half a gigabyte, or name a
dependency that has no release for this Python. It runs on any Python that has hatchling.
"""

import platform
import sys

from hatchling.metadata.plugin.interface import MetadataHookInterface
from packaging.specifiers import SpecifierSet


class RefuseOldPython(MetadataHookInterface):
    """Changes nothing in the metadata."""

    def update(self, metadata: dict) -> None:
        """End the build unless this Python is one that the project supports."""
        needed, here = metadata["requires-python"], platform.python_version()
        if not SpecifierSet(needed).contains(here, prereleases=True):
            sys.exit(
                f"The lessons need Python {needed}, but {sys.executable} is {here}. "
                "Make an environment with a newer Python: python3.12 -m venv --clear .venv"
            )
