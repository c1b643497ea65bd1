"""Chromium, and JupyterLab with a course for each test."""

from tests.support.browser import browser, chromium, chromium_path
from tests.support.lab import jupyter, lab, lab_page

__all__ = ["browser", "chromium", "chromium_path", "jupyter", "lab", "lab_page"]
