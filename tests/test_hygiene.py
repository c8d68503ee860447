"""What is committed: small, executed in order, nothing of one machine, no dead link, every number looked up."""

from __future__ import annotations

import ast
import base64
import json
import re
import statistics
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest

from course import dataset, publish
from tests.conftest import ROOT

LESSONS = publish.lessons()
FIGURE_BYTES, NOTEBOOK_BYTES, FILE_BYTES = 20_000, 300_000, 1_000_000
LONGEST_CELL, MEDIAN_CELL = 15, 4

# Numbers that name something and so are not looked up. Small whole numbers count steps, options and minutes.
NAMES_WITH_NUMBERS = re.compile(
    r"\bL[012]\b|\bx86(?:[-_]64)?\b|\bIPv[46]\b|\bcgroups? v[12]\b|\b(?:WSL|type|ring|level|lesson) \d+\b|\b\d\d-bit\b|"
    r"\bPython 3\b|\bPID \d\b|\barm64\b|\bamd64\b|\bOCI v1\b|\bHTTP/\d(?:\.\d)?\b|\bSHA-?\d+\b|\b4 KiB\b|"
    r"\b[A-Z]{2,}\d+\b",
    re.IGNORECASE,
)
LOOK_UP = re.compile(r"\{[a-z_]+:[^{}]+\}")
NUMBER = re.compile(r"(?<![\w./:-])\d[\d,]*(?:\.\d+)?(?![\w/:-]|\.\d)")
UNIT = re.compile(
    r"\s*(?:%|percent|times|[num\u00b5]s\b|seconds?\b|[KMGT]i?B\b|bytes?\b|[KMG]?Hz\b|years?\b|CVEs?\b)", re.IGNORECASE
)
LARGEST_COUNT = 60  # minutes and steps; whatever is larger is a fact and is looked up
YEAR = re.compile(r"(?<![\w.-])(?:19|20)\d\d(?![\w.-])")

at_each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def committed() -> list[Path]:
    """Return every file that git tracks or would track."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def notebook(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code(path: Path) -> list[Any]:
    return [cell for cell in notebook(path).cells if cell.cell_type == "code"]


def prose(path: Path) -> list[str]:
    return [cell.source for cell in notebook(path).cells if cell.cell_type == "markdown"]


def unlooked_up(text: str) -> list[str]:
    """Return the numbers in prose that state a fact: with a unit, with a fraction, years, and large ones."""
    plain = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)|https?://\S+", " ", text, flags=re.DOTALL)
    plain = NAMES_WITH_NUMBERS.sub(" ", LOOK_UP.sub(" ", plain))
    found = []
    for match in NUMBER.finditer(plain):
        value = float(match.group().replace(",", ""))
        if UNIT.match(plain, match.end()) or "." in match.group() or value > LARGEST_COUNT:
            found.append(plain[max(0, match.start() - 20) : match.end() + 15])
    return found


def typed_facts(source: str) -> list[str]:
    """Return the numbers in a code cell that look like facts: years and scores, also inside strings."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(str(node.value))
        elif isinstance(node, ast.Constant):
            found += YEAR.findall(LOOK_UP.sub(" ", str(node.value)))
    return found


def test_lessons_are_those_of_the_course_in_order() -> None:
    named = [row["file"] for row in dataset.records("lessons")]
    there = [path.stem for path in LESSONS]
    assert there
    assert there == [name for name in named if name in there]
    assert [path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))] == [path.name for path in LESSONS]


@at_each_lesson
def test_what_is_stored_is_what_publishing_leaves(path: Path) -> None:
    """Covers widget state, widget views, execution times, foreign metadata, the kernel and the format."""
    stored = path.read_text(encoding="utf-8")
    assert publish.canonical(publish.clean(nbformat.reads(stored, as_version=4))) == stored, (
        f"run: make notebooks ({path})"
    )


@at_each_lesson
def test_cells_were_executed_from_top_to_bottom(path: Path) -> None:
    cells = code(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [output for cell in cells for output in cell.outputs if output.output_type == "error"]


@at_each_lesson
def test_every_cell_that_shows_something_stores_text_and_picture(path: Path) -> None:
    for cell in code(path):
        for output in cell.outputs:
            data = output.get("data", {"text/plain": "a stream"})
            assert data.get("text/plain", "").strip(), cell.source
            assert "object at 0x" not in data["text/plain"], cell.source


@at_each_lesson
def test_pictures_and_notebooks_are_small(path: Path) -> None:
    assert path.stat().st_size <= NOTEBOOK_BYTES
    sizes = {}
    for cell in code(path):
        for output in cell.outputs:
            html = output.get("data", {}).get("text/html", "")
            for picture in re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", html):
                sizes[cell.source] = max(sizes.get(cell.source, 0), len(base64.b64decode(picture)))
    assert {source: size for source, size in sizes.items() if size > FIGURE_BYTES} == {}


@at_each_lesson
def test_every_picture_has_a_text(path: Path) -> None:
    for cell in code(path):
        for output in cell.outputs:
            for image in re.findall(r"<img\b[^>]*>", output.get("data", {}).get("text/html", "")):
                assert re.search(r'\balt="[^"]+"', image), cell.source
    for text in prose(path):
        assert "![](" not in text


@at_each_lesson
def test_no_output_holds_what_is_dropped_elsewhere(path: Path) -> None:
    """An untrusted notebook, GitHub among its readers, drops inline SVG, scripts and style elements."""
    for cell in code(path):
        for output in cell.outputs:
            html = output.get("data", {}).get("text/html", "")
            assert not re.search(r"<(?:svg|script|style|iframe|link)\b", html), cell.source


@at_each_lesson
def test_cells_are_short(path: Path) -> None:
    lengths = [len(cell.source.strip().splitlines()) for cell in code(path)]
    assert max(lengths) <= LONGEST_CELL
    assert statistics.median(lengths) <= MEDIAN_CELL


@at_each_lesson
def test_tags_and_slides_are_as_the_course_uses_them(path: Path) -> None:
    kinds = {"slide", "subslide", "fragment", "notes", "skip", "-"}
    for cell in notebook(path).cells:
        assert set(cell.metadata.get("tags", [])) <= {"instructor", "core", "more", "raises-exception"}
        assert cell.metadata.get("slideshow", {}).get("slide_type") in kinds
        if cell.source.startswith("## "):
            assert {"core", "more"} & set(cell.metadata.get("tags", [])), cell.source


@at_each_lesson
def test_numbers_are_looked_up(path: Path) -> None:
    assert [found for text in prose(path) for found in unlooked_up(text)] == []
    assert [f"{found} in {cell.source}" for cell in code(path) for found in typed_facts(cell.source)] == []


@at_each_lesson
def test_links_lead_somewhere(path: Path) -> None:
    known = {str(row["url"]) for row in dataset.records("sources")}
    for text in prose(path):
        for target in links(text):
            if target.startswith(("http://", "https://")):
                assert target in known, f"{target} is no source of the dataset"
            else:
                assert leads_somewhere(path, target), target


@pytest.mark.parametrize(
    "path", [path for path in committed() if path.suffix == ".md"], ids=lambda path: str(path.relative_to(ROOT))
)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    local = [target for target in links(path.read_text()) if not target.startswith(("http:", "https:"))]
    assert [target for target in local if not leads_somewhere(path, target)] == []


def links(markdown: str) -> list[str]:
    plain = re.sub(r"```.*?```|`[^`]*`", " ", markdown, flags=re.DOTALL)
    return re.findall(r"\]\(([^)\s]+)\)", plain) + re.findall(r'(?:src|href)="([^"]+)"', plain)


def leads_somewhere(path: Path, target: str) -> bool:
    file, _, anchor = target.partition("#")
    there = (path.parent / file).resolve() if file else path
    if not there.exists() or not anchor:
        return there.exists()
    text = "\n".join(prose(there)) if there.suffix == ".ipynb" else there.read_text()
    return anchor.lower() in {heading_anchor(line) for line in text.splitlines() if line.startswith("#")}


def heading_anchor(line: str) -> str:
    """Return the anchor of a heading, as JupyterLab (dashes, case kept) and GitHub (lower case) write it."""
    return re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-")


def test_no_file_is_large() -> None:
    assert [path for path in committed() if path.stat().st_size > FILE_BYTES] == []


def test_no_file_names_this_machine_or_a_package_registry() -> None:
    """Where packages come from is the business of each machine's own settings."""
    registries = ["py" + "pi.org", "pythonhosted" + ".org", "npm" + "js.org", "anaconda" + ".org/conda-forge"]
    words = [str(ROOT) + "/", str(Path.home()) + "/work", *registries, "--index" + "-url"]
    found = []
    for path in committed():
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in words if word in text]
    assert found == []


def test_json_is_json() -> None:
    for path in committed():
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "It takes 125 ms.",
        "It is 3 times faster.",
        "Released in 2013.",
        "A score of 8.8.",
        "About 40 % of them.",
        "1,024 of",
    ],
)
def test_the_scan_finds_a_number_that_states_a_fact(text: str) -> None:
    assert unlooked_up(text)


@pytest.mark.parametrize(
    "text",
    ["In 3 steps, from L0 to L2.", "Use cgroup v2 on x86-64.", "`-m 512`", "It takes {measurements:M082}.", "(5 min)"],
)
def test_the_scan_leaves_counts_and_names_alone(text: str) -> None:
    assert not unlooked_up(text)


@pytest.mark.parametrize("source", ["score = 9.8", "print('since 2013')", "year = 1999"])
def test_the_scan_finds_a_fact_typed_into_code(source: str) -> None:
    assert typed_facts(source)


@pytest.mark.parametrize(
    "source", ["course.say('{measurements:M2013}')", "explore('docker; workloads=2')", "run('date')"]
)
def test_the_scan_leaves_plain_code_alone(source: str) -> None:
    assert not typed_facts(source)
