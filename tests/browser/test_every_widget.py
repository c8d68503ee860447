"""Whatever a lesson can show: for everybody to read, reached by Tab, and within the width of a projector."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

import course
from tests.browser.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator

    from tests.browser.lab import Server

pytestmark = pytest.mark.browser

CALLS = {
    "burst": 'course.burst("starts=0.2,2,20")',
    "card": 'course.card("firecracker")',
    "case": 'course.case("functions")',
    "chart": 'course.chart("system_call_time")',
    "check_environment": "course.check_environment()",
    "claims": "course.claims()",
    "compare": 'course.compare("article")',
    "course_map": "course.course_map()",
    "decide": 'course.decide("gvisor, kata, qemu_kvm; must=hostile_tenants:yes")',
    "density": 'course.density("")',
    "emulation": "course.emulation()",
    "escapes": "course.escapes()",
    "exam": "course.exam(seed=1)",
    "exercise": 'course.exercise("01.1")',
    "exhibit": 'course.exhibit("kvm")',
    "explore": 'course.explore("docker, qemu_kvm; workloads=2")',
    "family_tree": "course.family_tree()",
    "figure": 'course.figure("trap_and_emulate")',
    "glossary": 'course.glossary("system call")',
    "lesson": 'course.lesson("01")',
    "measured": 'course.measured("counts")',
    "migration": 'course.migration("")',
    "museum": 'course.museum("article; pictures=yes")',
    "packing": 'course.packing("seed=26; count=22")',
    "question": 'course.question("01-true")',
    "queue": 'course.queue("load=10; quota=20")',
    "say": 'course.say("It takes {measurements:M082}.")',
    "ratio": 'course.ratio("instructions", "runc", "crun")',
    "sharing": "course.sharing()",
    "sources": 'course.sources("01")',
    "timeline": "course.timeline()",
    "vote": 'course.vote("01-true")',
    "walk": 'course.walk("seed=1; levels=2x2")',
    "where_am_i": "course.where_am_i()",
    "wrapup": 'course.wrapup("01")',
}

# A live machine's console has a test of its own; the other names show nothing by themselves.
SHOW_NOTHING = {"CourseError", "Machine", "console", "machine"}
SHOWN = ".jp-OutputArea-output"
# Whatever can be chosen in a picture: one of it must be where Tab goes, from which the arrow keys lead to the others.
OUT_OF_REACH = """output => {
    const roots = [output, ...[...output.querySelectorAll('*')].map(each => each.shadowRoot).filter(Boolean)];
    const choices = roots.flatMap(root => [...root.querySelectorAll('[data-key]')]);
    return choices.length > 0 && !choices.some(each => each.tabIndex === 0);
}"""

# A list, box or slider whose keys the notebook would take for its own: an arrow would move to another cell.
WITHOUT_KEYS = """output => [...output.querySelectorAll("select, [role=slider], [type=radio], [type=checkbox]")]
    .filter(each => !each.closest("[data-lm-suppress-shortcuts]")).length"""

# A label that says more than there is room for.
CUT_OFF = """output => [...output.querySelectorAll("label, .widget-label, .widget-checkbox span")]
    .filter(each => each.clientWidth && each.scrollWidth > each.clientWidth + 1).map(each => each.textContent)"""


@pytest.fixture(scope="module")
def lab(server: Server, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a page of a projector's size on which each of the course's names was called."""
    path: Path = tmp_path_factory.mktemp("widgets") / "every_widget.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in ("import course", *CALLS.values())]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)
    page = Lab.opened(server, browser, width=1920, height=1080)
    shown = page.open(server.place(path, trusted=True)).locator(".jp-Cell")
    page.run_all()
    shown.nth(len(CALLS)).get_by_text("You can now:").wait_for()
    page.scroll_through()
    yield page
    page.close()


def output(lab: Lab, name: str) -> Locator:
    """Return what a name showed, in view."""
    found = lab.notebook().locator(".jp-Cell").nth(1 + list(CALLS).index(name)).locator(SHOWN).first
    found.scroll_into_view_if_needed()
    return found


def test_every_public_name_is_looked_at() -> None:
    assert set(CALLS) | SHOW_NOTHING == set(course.__all__)


def test_every_call_shows_something_that_fits_the_projector(lab: Lab) -> None:
    wrong = {}
    for name in CALLS:
        shown = output(lab, name)
        box = shown.bounding_box()
        if box is None or box["height"] < 15 or box["x"] + box["width"] > 1920:
            wrong[name] = box
    assert wrong == {}
    assert "Traceback" not in lab.notebook().inner_text()
    assert lab.errors == []


def test_what_can_be_chosen_is_reached_by_tab(lab: Lab) -> None:
    assert [name for name in CALLS if output(lab, name).evaluate(OUT_OF_REACH)] == []


def test_every_control_has_its_own_keys(lab: Lab) -> None:
    assert {name: found for name in CALLS if (found := output(lab, name).evaluate(WITHOUT_KEYS))} == {}


def test_no_label_is_cut_off(lab: Lab) -> None:
    assert {name: cut for name in CALLS if (cut := output(lab, name).evaluate(CUT_OFF))} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_kept_out(lab: Lab, theme: str) -> None:
    lab.theme(theme)
    found = {}
    for name in CALLS:
        output(lab, name).evaluate("node => node.id = 'looked-at'")
        violations = Axe().run(lab.page, context="#looked-at").response["violations"]
        output(lab, name).evaluate("node => node.removeAttribute('id')")
        found[name] = [
            f"{each['id']}: {each['nodes'][0]['html'][:120]}"
            for each in violations
            if each["impact"] in {"serious", "critical"}
        ]
    lab.theme("light")
    assert {name: findings for name, findings in found.items() if findings} == {}
