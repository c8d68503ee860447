"""What a reader in JupyterLab waits for: from a key on a control to the new view."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from course import publish
from tests.bench import Benchmark
from tests.browser.conftest import chromium
from tests.browser.lab import Lab, serving

_BARE = """import ipywidgets
slider, html = ipywidgets.IntSlider(min=1, max=8), ipywidgets.HTML("<p class='content'>1</p>")
slider.observe(lambda change: setattr(html, "value", f"<p class='content'>{change.new}</p>"), "value")
ipywidgets.VBox([slider, html])"""
_OURS = 'import course\ncourse.explore("docker,qemu_kvm; workloads=1")'
_REPEATS = 40

# From the moment the key arrives in the page to the moment its answer has been drawn.
_WATCH = """slider => {
    let box = slider.closest('.widget-vbox');
    const shadow = [...box.querySelectorAll('*')].find(element => element.shadowRoot);
    const target = shadow ? shadow.shadowRoot : box.querySelector('.widget-html');
    window.waits = [];
    let pressed = 0;
    slider.addEventListener('keydown', () => { pressed = performance.now(); }, true);
    new MutationObserver(() => {
        if (!pressed) return;
        const since = pressed;
        pressed = 0;
        requestAnimationFrame(() => window.waits.push(performance.now() - since));
    }).observe(target, {childList: true, subtree: true, characterData: true});
}"""


def round_trip() -> Benchmark:
    """Time from a key on the slider of workloads to the new picture, against a slider that changes one number."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser, serving(Path(folder)) as server:
        lab = Lab.opened(server, browser)
        bare, ours = (_milliseconds(lab, Path(folder), source) for source in (_BARE, _OURS))
        lab.close()
    return Benchmark("browser, from key to new picture", ours, bare, "ms", 2.0)


def _milliseconds(lab: Lab, folder: Path, source: str) -> float:
    path = folder / "round_trip.ipynb"
    nbformat.write(publish.clean(new_notebook(cells=[new_code_cell(source)])), path)
    notebook = lab.open(lab.server.place(path, trusted=True))
    lab.run_all()
    slider = notebook.get_by_role("slider").first
    slider.focus()
    slider.evaluate(_WATCH)
    for press in range(_REPEATS):
        lab.page.keyboard.press("ArrowRight" if press // 7 % 2 == 0 else "ArrowLeft")
        lab.page.wait_for_function("count => window.waits.length >= count", arg=press + 1)
    waits: list[float] = lab.page.evaluate("window.waits")
    lab.close_notebook()
    return median(waits[5:])
