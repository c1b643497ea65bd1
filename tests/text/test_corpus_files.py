from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lessons_lib.text.corpus_files import (
    ARCHIVE_NAME,
    CORPUS_VARIABLE,
    CorpusMissingError,
    corpus_files,
    is_cached,
)

TWEETS = "tweets_GroundTruth.txt"
Patch = pytest.MonkeyPatch


Files = Mapping[str, bytes]


Brings = Callable[[bytes], None]


def write(files: Files, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def test_without_network_and_cache_the_error_helps(cache: Path, monkeypatch: Patch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as every notebook's kernel sets it
    with pytest.raises(CorpusMissingError) as raised:
        corpus_files()
    message = str(raised.value)
    assert "`lessons prepare`" in message
    assert f"{CORPUS_VARIABLE} to the path of {ARCHIVE_NAME}" in message
    assert "ERROR: No matching distribution found for vaderSentiment==3.3.2" in message


def test_a_damaged_copy_fetched_by_hand_is_refused(
    cache: Path,
    tmp_path: Path,
    monkeypatch: Patch,
    true_files: Files,
    inner_archive: bytes,
    source_archive: bytes,
) -> None:
    copy = tmp_path / "by_hand"
    monkeypatch.setenv(CORPUS_VARIABLE, str(copy))
    with pytest.raises(CorpusMissingError, match=r"by_hand does not exist\. Correct it, or unset"):
        corpus_files()
    for content, lacking in (
        (flipped(inner_archive, 5_000), ""),
        (flipped(inner_archive, 500_000), ""),
        (source_archive[:-20_000], ""),
        (b"", f".*{TWEETS}"),
        (b"no archive at all", f".*{TWEETS}"),
        (b"\x1f\x8b\x08 broken", f".*{TWEETS}"),
    ):
        copy.write_bytes(content)
        with pytest.raises(CorpusMissingError, match=f"lacks an intact copy of {lacking}"):
            corpus_files()
    copy.unlink()
    write({**true_files, TWEETS: true_files[TWEETS] + b"\n"}, copy)
    with pytest.raises(CorpusMissingError, match=f"lacks an intact copy of {TWEETS} "):
        corpus_files()
    assert not is_cached()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("no index", "`lessons prepare`"),
        ("no pip", r"No module named pip.*`lessons prepare`"),
        ("no python", r"could not be started.*`lessons prepare`"),
    ],
)
def test_an_index_pip_or_python_that_is_missing_gives_the_same_error(
    cache: Path, pip_brings: Brings, monkeypatch: Patch, fault: str, message: str
) -> None:
    if fault == "no index":
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    elif fault == "no pip":
        pip_brings(b"")
        Path(os.environ["PYTHONPATH"], "pip", "__main__.py").unlink()
    else:
        monkeypatch.setattr(sys, "executable", str(cache / "no_python"))
    with pytest.raises(CorpusMissingError, match=message):
        corpus_files()


def test_a_failed_build_is_explained_by_its_cause(cache: Path, pip_brings: Brings) -> None:
    pip_brings(b"")
    complaint = (
        "error: a thing failed\\n  ERROR: No setuptools\\n\\nnote: not a problem with pip.\\n"
    )
    Path(os.environ["PYTHONPATH"], "pip", "__main__.py").write_text(
        f"import sys\nsys.exit('{complaint}')", encoding="utf-8"
    )
    with pytest.raises(CorpusMissingError, match=r"\(ERROR: No setuptools\)"):
        corpus_files()


def test_what_pip_downloads_is_unpacked_and_cached_and_not_fetched_again(
    cache: Path, pip_brings: Brings, source_archive: bytes, true_files: Files
) -> None:
    pip_brings(source_archive)
    assert not is_cached()
    assert corpus_files() == true_files
    assert is_cached()
    assert sorted(path.name for path in cache.iterdir()) == sorted(true_files)
    steps: list[str] = []
    assert corpus_files(steps.append) == true_files
    assert steps == ["looking into the cache"]


@pytest.mark.parametrize("is_truncated", [True, False], ids=["truncated", "flipped byte"])
def test_a_damaged_download_is_refused_and_not_cached(
    cache: Path, pip_brings: Brings, source_archive: bytes, is_truncated: bool
) -> None:
    middle = len(source_archive) // 2
    pip_brings(source_archive[:middle] if is_truncated else flipped(source_archive, middle))
    with pytest.raises(CorpusMissingError, match="archive"):
        corpus_files()
    assert not is_cached()


@pytest.mark.parametrize("damage", ["flipped byte", "half-written", "file missing"])
def test_a_damaged_cache_is_noticed_and_repaired(
    damage: str, cache: Path, pip_brings: Brings, source_archive: bytes, true_files: Files
) -> None:
    write(true_files, cache)
    tweets = cache / TWEETS
    if damage == "flipped byte":
        tweets.write_bytes(flipped(true_files[TWEETS], 1000))
    elif damage == "half-written":
        tweets.write_bytes(true_files[TWEETS][:5000])
    else:
        tweets.unlink()
    pip_brings(source_archive)
    with pytest.warns(UserWarning, match=rf"damaged or half-written \({TWEETS}\)"):
        assert corpus_files() == true_files
    assert tweets.read_bytes() == true_files[TWEETS]


def test_a_damaged_cache_beyond_repair_is_refused(cache: Path, true_files: Files) -> None:
    write({**true_files, TWEETS: flipped(true_files[TWEETS], 1000)}, cache)
    with (
        pytest.warns(UserWarning, match="damaged or half-written"),
        pytest.raises(CorpusMissingError),
    ):
        corpus_files()


@pytest.mark.parametrize(
    "is_file",
    [
        True,  # a file where the folder should be: not even an administrator can write there
        pytest.param(
            False,
            marks=pytest.mark.skipif(
                os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0),
                reason="administrators write into read-only folders",
            ),
        ),
    ],
)
def test_the_corpus_is_returned_even_if_it_cannot_be_cached(
    cache: Path, pip_brings: Brings, source_archive: bytes, true_files: Files, is_file: bool
) -> None:
    cache.parent.mkdir(parents=True)
    cache.touch() if is_file else cache.mkdir(mode=0o500)
    pip_brings(source_archive)
    with pytest.warns(UserWarning, match="could not be cached"):
        assert corpus_files() == true_files


@pytest.mark.parametrize("form", ["folder", "source archive", "inner archive"])
def test_a_copy_fetched_by_hand_is_read_in_any_form(
    form: str,
    cache: Path,
    tmp_path: Path,
    true_files: Files,
    source_archive: bytes,
    inner_archive: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    copy = tmp_path / "by_hand"
    if form == "folder":
        write(true_files, copy)
    else:
        copy.write_bytes(source_archive if form == "source archive" else inner_archive)
    monkeypatch.setenv(CORPUS_VARIABLE, str(copy))
    assert is_cached()
    assert corpus_files() == true_files
    assert not cache.exists()


@pytest.mark.slow
def test_the_index_of_this_machine_has_the_corpus(
    cache: Path, true_files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_CONFIG_FILE")
    assert corpus_files() == true_files
    assert is_cached()
