"""The pages as files: their links, what they load, and their size."""

import html
import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from lessons_lib.annexes.site.pages import PagesError, write_pages
from lessons_lib.classroom.course import course
from tests.annexes.site.conftest import COURSE, card

pytestmark = pytest.mark.extras("site")


@pytest.fixture(scope="module")
def texts(pages: Path) -> dict[str, str]:
    """The HTML of all pages, by file name."""
    return {path.name: path.read_text("utf-8") for path in sorted(pages.glob("*.html"))}


def ids_in(text: str) -> list[str]:
    return re.findall(r'\bid="([^"]+)"', re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL))


def test_every_notebook_has_a_page_and_the_front_page_is_the_first(texts: dict[str, str]) -> None:
    _, *others = course().lessons
    assert {f"{one.slug}.html" for one in others} < texts.keys()
    assert {"index.html", "glossary.html", "record.html", "search.html"} < texts.keys()
    assert len(texts) == len(others) + 4


def test_all_links_lead_somewhere(pages: Path, texts: dict[str, str]) -> None:
    ids = {name: set(ids_in(text)) for name, text in texts.items()}
    missing = []
    for name, text in texts.items():
        for address in map(html.unescape, re.findall(r'\b(?:href|src)=["\']([^"\']+)', text)):
            if re.match(r"https?:|data:", address):
                continue
            file, _, at = address.partition("#")
            file = file.split("?")[0] or name
            if not (pages / file).exists() or (at and at not in ids.get(file, {at})):
                missing.append((name, address))
    assert missing == []


def test_every_cell_is_an_anchor_and_no_id_is_used_twice(texts: dict[str, str]) -> None:
    for lesson in course().lessons[1:]:
        notebook = json.loads((COURSE / "notebooks" / lesson.file_name).read_text("utf-8"))
        ids = Counter(ids_in(texts[f"{lesson.slug}.html"]))
        assert {one["id"] for one in notebook["cells"]} <= ids.keys()
        assert [name for name, count in ids.items() if count > 1] == []


def test_a_glossary_link_keeps_its_explanation(texts: dict[str, str]) -> None:
    link = r'href="glossary\.html#[\w-]+" title="[^"]+"'
    assert len(re.findall(link, texts["06_batch_inference.html"])) > 5


def test_nothing_is_loaded_from_elsewhere(pages: Path, texts: dict[str, str]) -> None:
    for text in texts.values():
        assert re.findall(r'\bsrc="(?:https?:)?//[^"]*"', text) == []
        assert re.findall(r'<link[^>]*href="(?:https?:)?//[^"]*"', text) == []
    for style in pages.rglob("*.css"):
        assert re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//", style.read_text("utf-8")) == []


def test_pages_speak_to_readers_without_jupyterlab(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        assert "commandlinker" not in text, name
        assert "Shift+Enter" not in text, name
        assert ".ipynb" not in re.sub(r"<(code|pre).*?</\1>", "", text, flags=re.DOTALL), name


def test_each_page_says_where_its_figures_come_from(texts: dict[str, str]) -> None:
    for lesson in course().lessons[1:]:
        assert "a test&#x27;s machine." in texts[f"{lesson.slug}.html"]


def test_only_what_pages_use_is_copied(pages: Path, texts: dict[str, str]) -> None:
    names = {path.relative_to(pages).as_posix() for path in pages.rglob("*.*") if path.is_file()}
    assert not [
        name for name in names if re.search(r"\.map$|_sources|\.doctree|objects\.inv", name)
    ]
    assert len(names) < 50
    folders = [path for path in pages.rglob("*") if path.is_dir()]
    assert [path for path in folders if not any(path.iterdir())] == []


def test_a_warning_is_an_error_that_names_the_cell(tmp_path: Path) -> None:
    shutil.copytree(COURSE / "notebooks", tmp_path / "notebooks")
    path = tmp_path / "notebooks" / "06_batch_inference.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    broken = next(one for one in notebook["cells"] if one["id"] == "prose-2")
    broken["source"] = ["A\n", "\n", "```{nonsense}\n", "```\n"]
    path.write_text(json.dumps(notebook))
    with pytest.raises(PagesError, match=r"06_batch_inference\.ipynb, cell prose-2: "):
        write_pages(tmp_path, tmp_path / "out", card)


def test_the_manifest_names_files_that_exist(pages: Path) -> None:
    manifest = json.loads((pages / "manifest.webmanifest").read_text("utf-8"))
    assert manifest["name"] == course().title
    assert (pages / manifest["start_url"]).is_file()
    assert [one for one in manifest["icons"] if not (pages / one["src"]).is_file()] == []


def test_a_formula_is_drawn_without_a_script(texts: dict[str, str]) -> None:
    assert "<math" in texts["05_training.html"]
    assert "mathjax" not in re.sub(r'class="[^"]*"', "", texts["05_training.html"]).lower()


def test_no_page_speaks_of_cells_and_kernels(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        article = text[text.index("<article") : text.index("</article>")]
        prose = re.sub(r"<(script|style|pre).*?</\1>|<[^>]+>", "", article, flags=re.DOTALL)
        words = " ".join(prose.split())
        assert re.findall(r".{40}\b(?:[Cc]ells?|[Kk]ernel)\b.{20}", words) == [], name
