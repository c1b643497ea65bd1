"""A wheel of the project, and an environment into which it is installed."""

from tests.support.fresh import installed, traps, wheel

__all__ = ["installed", "traps", "wheel"]
