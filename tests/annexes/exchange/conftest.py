"""Chromium, and files that others wrote."""

from pathlib import Path

from tests.support.browser import browser, chromium, chromium_path

__all__ = ["browser", "chromium", "chromium_path"]

FILES = Path(__file__).parent / "foreign"
