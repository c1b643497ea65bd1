"""A hub for all tests of a worker, and Chromium."""

from tests.support.browser import chromium, chromium_path
from tests.support.hub import hub

__all__ = ["chromium", "chromium_path", "hub"]
