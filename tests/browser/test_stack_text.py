"""In a real browser, with its real fonts: no text of a stack diagram leaves its box, and all of it can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course import stacks
from course.view import stack
from course.view.stack_state import parse
from course.view.theme import host_style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WORKLOADS = range(1, stacks.MOST_WORKLOADS + 1)

# For each box: the texts in it that stick out by more than half a pixel, or that leave the drawing.
OVERFLOW = """drawing => {
    const wrong = [];
    const page = drawing.getBoundingClientRect();
    for (const text of drawing.querySelectorAll('text')) {
        const group = text.closest('g[data-key]');
        const shapes = [...(group?.querySelectorAll('.box, .paper, .edge') ?? [])];
        const bounds = shapes.length ? shapes.map(shape => shape.getBoundingClientRect()) : [page];
        const inner = text.getBoundingClientRect();
        const out = Math.max(
            Math.min(...bounds.map(bound => bound.left)) - inner.left,
            inner.right - Math.max(...bounds.map(bound => bound.right)),
            Math.min(...bounds.map(bound => bound.top)) - inner.top,
            inner.bottom - Math.max(...bounds.map(bound => bound.bottom)));
        if (out > 0.5) wrong.push(`${text.textContent}: ${out.toFixed(1)} px`);
    }
    return wrong;
}"""

# The color of each text against the fill of the box it stands on, by WCAG's formula; the ones below 4.5 to 1.
CONTRAST = """drawing => {
    const channels = color => color.match(/[\\d.]+/g).slice(0, 3).map(Number);
    const linear = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const luminance = color => {
        const [red, green, blue] = channels(color).map(linear);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const page = getComputedStyle(drawing.querySelector('.page')).fill;
    const wrong = [];
    for (const text of drawing.querySelectorAll('text')) {
        const middle = text.getBoundingClientRect();
        const group = text.closest('g[data-key]');
        const below = [...(group?.querySelectorAll('.box, .paper') ?? [])].filter(shape => {
            const bound = shape.getBoundingClientRect();
            const [x, y] = [middle.left + middle.width / 2, middle.top + middle.height / 2];
            return bound.left <= x && x <= bound.right && bound.top <= y && y <= bound.bottom;
        }).at(-1);
        const ground = below ? getComputedStyle(below).fill : page;
        const [dark, light] = [luminance(getComputedStyle(text).fill), luminance(ground)].sort((a, b) => a - b);
        const ratio = (light + 0.05) / (dark + 0.05);
        if (ratio < 4.5) wrong.push(`${text.textContent}: ${ratio.toFixed(2)}`);
    }
    return wrong;
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    yield opened
    opened.context.close()


def show(page: Page, drawings: list[str]) -> None:
    """Put the drawings on the page as the widget does: each in a shadow root, so that their styles stay apart."""
    page.evaluate(
        """([style, drawings]) => {
            document.body.replaceChildren();
            for (const drawing of drawings) {
                const host = document.body.appendChild(document.createElement('div'));
                host.className = 'host';
                host.attachShadow({mode: 'open'}).innerHTML = `<style>${style}</style>${drawing}`;
            }
        }""",
        [host_style(), drawings],
    )


def wrong_in(page: Page, measure: str) -> list[list[str]]:
    script = f"[...document.querySelectorAll('.host')].map(host => ({measure})(host.shadowRoot.querySelector('svg')))"
    return list(page.evaluate(script))


@pytest.mark.parametrize("platform", stacks.platforms())
def test_no_text_leaves_its_box(page: Page, platform: str) -> None:
    show(page, [stack.draw(parse(f"{platform}; workloads={workloads}")) for workloads in WORKLOADS])
    found = dict(zip(WORKLOADS, wrong_in(page, OVERFLOW), strict=True))
    assert {workloads: texts for workloads, texts in found.items() if texts} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("platform", stacks.platforms())
def test_every_text_can_be_read_on_what_it_stands_on(page: Page, platform: str, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    show(page, [stack.draw(parse(f"{platform}; workloads=2"))])
    page.evaluate("theme => document.querySelector('.host').setAttribute('data-theme', theme)", theme)
    (found,) = wrong_in(page, CONTRAST)
    assert found == []


def test_the_measure_finds_a_text_that_leaves_its_box(page: Page) -> None:
    drawing = stack.draw(parse("docker")).replace(">Linux kernel<", f">{'Linux kernel ' * 8}<", 1)
    show(page, [drawing])
    (found,) = wrong_in(page, OVERFLOW)
    assert len(found) == 1
