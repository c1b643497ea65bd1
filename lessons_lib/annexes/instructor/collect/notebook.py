"""The results page in a notebook that is executed and trusted, so that it opens complete."""

from __future__ import annotations

from pathlib import Path

from nbformat import v4
from nbformat.sign import NotebookNotary

_TITLE = """# Results of a class

`lessons collect` wrote this page; to update it, run that command again. Every answer is graded by
the current questions. Learners had access to the answers, so the results show progress and are not
an exam. The file `{page}` contains the same page, for a browser, a projector, or paper."""


def class_notebook(page: Path, content: str) -> tuple[str, str]:
    """Return a notebook that shows a page, and why Jupyter will not trust it, or an empty text.

    A signature takes JupyterLab's sanitizer away. So only this notebook is signed, whose one output
    is the page that we wrote, and only for the user who collects.

    Parameters
    ----------
    page : Path
        The file with the page, in the notebook's folder; running the cell shows it again.
    content : str
        The page.
    """
    data = {"text/html": content, "text/plain": f"The results are in {page.name}."}
    code = v4.new_code_cell(
        f"from IPython.display import HTML\n\nHTML(filename={page.name!r})",
        id="page",
        execution_count=1,
        outputs=[v4.new_output("execute_result", data, execution_count=1)],
        metadata={"jupyter": {"source_hidden": True}, "scrolled": False},
    )
    title = v4.new_markdown_cell(_TITLE.format(page=page.name), id="title")
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook = v4.new_notebook(cells=[title, code], metadata={"kernelspec": kernel})
    problem = ""
    try:
        NotebookNotary().sign(notebook)
    except Exception as error:  # a damaged or read-only database of signatures
        problem = f"{type(error).__name__}: {error}"
    return v4.writes(notebook), problem
