"""`lessons site`: write the lessons as web pages that need no server but a file server."""

import argparse
from pathlib import Path

from lessons_lib.console import CommandError, print_step, say
from lessons_lib.downloads import DownloadError
from lessons_lib.formats import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder and the option for an archive that was downloaded before."""
    parser.add_argument("out", type=Path, metavar="OUT", help="a new folder, or one with a site")
    about = "npm's archive of Pyodide, if npm is not on this machine; an error names the file"
    parser.add_argument("--pyodide", type=Path, metavar="FILE", help=about)


def run(options: argparse.Namespace) -> int:
    """Write the site, and print how to look at it."""
    from lessons_lib.annexes.site.build import build_site  # slow, and needs an extra
    from lessons_lib.annexes.site.pages import PagesError

    try:
        count = build_site(options.out, pyodide=options.pyodide, say=print_step)
    except (DownloadError, PagesError) as error:
        raise CommandError(str(error)) from error
    say(f"{counted(count, 'file')} are in {options.out}. To look at them:")
    say(f"python -m http.server --directory {options.out}")
    return 0
