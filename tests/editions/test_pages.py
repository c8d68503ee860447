"""Slides and site: complete, without a network, every link and address inside them resolved."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING

import nbformat
import pytest

from course import publish
from course.editions import conversion, site, slides
from course.errors import CourseError
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

LESSONS = publish.lessons()
LOADED = re.compile(r'(?:src|<link[^>]*href)="([^"]+)"')
LINK = re.compile(r'<a [^>]*href="([^":#]+)(?:#([^"]*))?"')
PICTURE = re.compile(r'src="(data:[^"]+)"')
EMPTY_PICTURE = re.compile(r'<img[^>]*src=""')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("editions")
    slides.write(made / "slides")
    site.write(made / "site")
    return made


def pages(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.html"))}


@pytest.mark.parametrize("edition", ["slides", "site"])
def test_every_lesson_has_a_page_that_loads_nothing_from_a_network(folder: Path, edition: str) -> None:
    found = pages(folder / edition)
    assert {path.stem for path in LESSONS} <= {name.removesuffix(".html") for name in found}
    for name, page in found.items():
        loaded = [address for address in LOADED.findall(page) if not address.startswith("data:")]
        assert [address for address in loaded if not (folder / edition / address).is_file()] == [], name
        assert not EMPTY_PICTURE.search(page), name


@pytest.mark.parametrize("edition", ["slides", "site"])
def test_every_stored_result_is_on_the_page(folder: Path, edition: str) -> None:
    for path in LESSONS:
        page = (folder / edition / f"{path.stem}.html").read_text("utf-8")
        cells = nbformat.read(path, as_version=4).cells
        results = [output.data["text/html"] for cell in cells for output in cell.get("outputs", []) if "data" in output]
        assert [source[:80] for result in results for source in PICTURE.findall(result) if source not in page] == []
        words = site._text(page)
        assert [result[:80] for result in map(site._text, results) if result not in words] == [], path.stem


def test_every_link_between_pages_of_the_site_leads_somewhere(folder: Path) -> None:
    found = pages(folder / "site")
    missing = {path.stem for path in LESSONS} ^ {row["file"] for row in site.dataset.records("lessons")}
    for name, page in found.items():
        for target, place in LINK.findall(page):
            if target.removesuffix(".html") in missing or target.startswith((".", "data")):
                continue
            assert target in found, f"{name} links to {target}"
            assert not place or f'id="{place}"' in found[target], f"{name} links to {target}#{place}"


def test_the_search_knows_every_heading_by_its_address(folder: Path) -> None:
    text = (folder / "site" / "search.js").read_text("utf-8")
    sections = json.loads(text.removeprefix("window.SECTIONS = ").removesuffix(";\n"))
    found = pages(folder / "site")
    assert len(sections) > 5 * len(LESSONS)
    for section in sections:
        name, _, place = section["page"].partition("#")
        assert f'id="{place}"' in found[name]
    assert any("hypervisor" in section["text"] for section in sections)


def test_the_speaker_has_every_note(folder: Path) -> None:
    for path in LESSONS:
        page = (folder / "slides" / f"{path.stem}.html").read_text("utf-8")
        cells = nbformat.read(path, as_version=4).cells
        noted = sum("instructor" in cell.metadata.get("tags", []) for cell in cells)
        asked = sum(cell.source.count("course.question(") for cell in cells if cell.cell_type == "code")
        assert page.count('<aside class="notes">') == noted + asked


def test_the_vendored_files_are_those_that_were_looked_at() -> None:
    lines = (slides.REVEAL / "README.md").read_text("utf-8").splitlines()
    digests = dict(re.findall(r"`([\w.]+)` .*`([0-9a-f]{64})`", line)[0] for line in lines if line.startswith("| `"))
    files = {path.name for path in slides.REVEAL.iterdir()} - {"README.md", "LICENSE"}
    assert set(digests) == files
    for name, digest in digests.items():
        assert sha256((slides.REVEAL / name).read_bytes()).hexdigest() == digest


def test_the_whole_site_is_small_enough_to_be_handed_around(folder: Path) -> None:
    size = sum(path.stat().st_size for path in (folder / "site").rglob("*"))
    assert size < 300_000 * (len(LESSONS) + 2)


def test_a_folder_that_cannot_be_made_and_a_damaged_lesson_are_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match="name another folder"):
        site.write(tmp_path / "file")
    damaged = tmp_path / "99_x.ipynb"
    damaged.write_text("{")
    with pytest.raises(CourseError, match="restore it from git"):
        conversion.read(damaged)


def test_nothing_of_an_edition_is_kept_in_the_checkout() -> None:
    assert "build/" in (ROOT / ".gitignore").read_text("utf-8")
