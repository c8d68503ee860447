from __future__ import annotations

import hashlib
import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from course.errors import CourseError
from course.live import image

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("COURSE_IMAGES", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none"))
    return tmp_path / "cache"


def make(
    cache: Path, name: str, parent: str | None = None, files: tuple[str, ...] = ("layer.squashfs", "vmlinuz")
) -> str:
    """Write a small image of the right form and return its digest."""
    folder = cache / "images" / name
    folder.mkdir(parents=True)
    digests = {}
    for file in files:
        (folder / file).write_bytes(f"{name}'s {file}".encode())
        digests[file] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    digest = hashlib.sha256(name.encode()).hexdigest()
    manifest = {"format": image.FORMAT, "name": name, "parent": parent, "files": digests, "digest": digest}
    packages = [{"name": "python3", "version": "3", "file": "", "sha256": ""}]
    (folder / "manifest.json").write_text(json.dumps({**manifest, "packages": packages}))
    return digest


def test_a_misspelt_set_is_refused_with_the_nearest_name(cache: Path) -> None:
    with pytest.raises(CourseError, match="did you mean 'engines'"):
        image.find("engine")


def test_a_missing_image_is_one_sentence_with_the_command(cache: Path) -> None:
    with pytest.raises(CourseError, match="python -m course image build --set base"):
        image.find("base")
    assert image.images() == []


def test_a_set_on_top_of_another_takes_kernel_and_lower_layer_from_it(cache: Path) -> None:
    base = make(cache, "base")
    make(cache, "engines", base, ("layer.squashfs",))
    engines = image.find("engines")
    assert [layer.parent.name for layer in engines.layers] == ["base", "engines"]
    assert engines.kernel == cache / "images/base/vmlinuz"
    assert engines.packages == {"python3": "3"}
    assert [found.name for found in image.images()] == ["base", "engines"]


def test_a_set_made_for_another_base_is_refused(cache: Path) -> None:
    make(cache, "base")
    make(cache, "engines", "another", ("layer.squashfs",))
    with pytest.raises(CourseError, match="on top of another build of 'base'"):
        image.find("engines")


def test_a_changed_byte_is_found(cache: Path) -> None:
    make(cache, "base")
    found = image.find("base")
    found.verify()
    (cache / "images/base/layer.squashfs").write_bytes(b"base's layer.squashfS")
    with pytest.raises(CourseError, match=r"is damaged: .*image build --set base"):
        found.verify()


def test_a_file_that_a_set_lacks_is_named(cache: Path) -> None:
    make(cache, "base")
    with pytest.raises(CourseError, match=r"xen\.gz"):
        image.find("base").file("xen.gz")


def test_an_export_is_imported_whole(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = make(cache, "base")
    make(cache, "engines", base, ("layer.squashfs",))
    archive = image.export("engines", tmp_path / "engines.tar")
    monkeypatch.setenv("COURSE_IMAGES", str(tmp_path / "elsewhere"))
    assert [found.name for found in image.import_archive(archive)] == ["base", "engines"]
    image.find("engines").verify()


def test_an_export_damaged_on_its_way_changes_nothing(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(cache, "base")
    archive = image.export("base", tmp_path / "base.tar")
    archive.write_bytes(archive.read_bytes().replace(b"base's layer", b"base's lAyer"))
    monkeypatch.setenv("COURSE_IMAGES", str(tmp_path / "elsewhere"))
    with pytest.raises(CourseError, match="is damaged"):
        image.import_archive(archive)
    assert image.images() == []


def test_what_is_no_export_is_refused(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "text.tar").write_text("no archive")
    with pytest.raises(CourseError, match="cannot be read as an exported image"):
        image.import_archive(tmp_path / "text.tar")


def test_a_removed_image_is_gone(cache: Path) -> None:
    make(cache, "base")
    assert image.remove("base") > 0
    with pytest.raises(CourseError, match="not on this machine"):
        image.remove("base")


@pytest.mark.live
def test_nothing_in_an_image_tells_where_it_was_built(base_image: image.Image, tmp_path: Path) -> None:
    """Two builds of the same packages give the same bytes, in whatever folders: compiled files could hold theirs."""
    layer, compiled = base_image.file("layer.squashfs"), tmp_path / "root"
    subprocess.run(
        ["unsquashfs", "-quiet", "-no-progress", "-no-xattrs", "-dest", compiled, layer, "usr/lib/python3*"],
        check=True,
        capture_output=True,
    )
    files = list(compiled.rglob("*.pyc"))
    assert len(files) > 100
    told = [path.name for path in files if b"/.build/" in path.read_bytes()]
    assert told == []
