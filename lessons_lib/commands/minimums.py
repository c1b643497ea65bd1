"""Which versions our own metadata asks for, as far as that can be told here."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

DISTRIBUTION = "lessons-lib"


def minimums(distribution: str = DISTRIBUTION) -> dict[str, SpecifierSet]:
    """Return the versions that a distribution needs of each package, its extras aside.

    Nothing is returned if it is not installed, or if `packaging`, which JupyterLab brings, is not.
    """
    try:
        from packaging.requirements import InvalidRequirement, Requirement
        from packaging.utils import canonicalize_name
    except ImportError:
        return {}
    try:
        lines = importlib.metadata.requires(distribution) or []
        needed = [Requirement(line) for line in lines]
    except (importlib.metadata.PackageNotFoundError, InvalidRequirement):
        return {}
    return {
        canonicalize_name(one.name): one.specifier
        for one in needed
        if one.marker is None or one.marker.evaluate({"extra": ""})
    }


def is_outside(version: str, wanted: SpecifierSet) -> bool:
    """Say whether a version is certainly not among those wanted."""
    from packaging.version import InvalidVersion, Version

    try:
        return not wanted.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return False
