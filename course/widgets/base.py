"""The one widget that shows our own pictures and tables, and how controls stand above it.

Whatever is shown carries its static picture and its text: JupyterLab shows the live view, every other reader the rest.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from course.view import shown, theme

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

_STYLE = f"""{theme.host_style()}
:host{{display:block;color:{theme.color("ink")};font-family:{theme.FONT};font-size:var(--jp-content-font-size1,14px)}}
.content{{overflow-x:auto}}
.content>svg{{display:block;max-width:100%;height:auto}}
[data-key]{{cursor:pointer}}
[data-key]:focus{{outline:none}}
[data-key]:focus-visible{{outline:3px solid var(--jp-brand-color1,var(--c-accent));outline-offset:2px}}
table{{border-collapse:collapse;font-size:inherit}}
th,td{{padding:.3em .6em;text-align:left;vertical-align:top}}
th,td{{border-bottom:1px solid var(--jp-border-color1,var(--c-line))}}
dl{{display:grid;grid-template-columns:max-content 1fr;gap:.2em 1em;margin:.5em 0}}
dt{{font-weight:600}}
dd{{margin:0}}
a{{color:var(--jp-content-link-color,var(--c-accent))}}
.announce{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}}
@media(prefers-reduced-motion:reduce){{*{{animation:none!important;transition:none!important}}}}
"""


class Picture(anywidget.AnyWidget):
    """Shows an SVG or HTML string and reports the `data-key` that is chosen by click, Enter or Space.

    `selected` is the key chosen last, `presses` counts choices (so that choosing the same key twice is seen),
    `reached` is the key that has the keyboard focus. `show` replaces what is shown.
    """

    _esm = (
        Path(__file__).with_name("static").joinpath("picture.js").read_text("utf-8").replace("__HOST_STYLE__", _STYLE)
    )
    content = traitlets.Unicode().tag(sync=True)
    announcement = traitlets.Unicode().tag(sync=True)
    selected = traitlets.Unicode().tag(sync=True)
    reached = traitlets.Unicode().tag(sync=True)
    presses = traitlets.Int(0).tag(sync=True)
    text = traitlets.Unicode()

    def __init__(self, content: str, text: str, *, static: str = "", **traits: Any) -> None:
        """Show `content`; `text` says the same in words; `static` is for other readers, `content` if empty."""
        super().__init__(**traits)
        self.show(content, text, static=static)

    def show(self, content: str, text: str, *, static: str = "", announcement: str = "") -> None:
        """Replace picture and text; a screen reader hears `announcement`."""
        self._static = static
        with self.hold_sync():
            self.text = text
            self.content = content
            self.announcement = announcement

    @property
    def still(self) -> shown.Shown:
        """The same without a widget: text, and HTML that survives a notebook that is not trusted."""
        content = self._static or self.content
        is_drawing = content.lstrip().startswith("<svg")
        return shown.Shown(self.text, shown.picture(content, self.text) if is_drawing else content)

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        return bundle(self, self.still), {}


class Controlled(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets publishes no types
    """Controls above a picture; its text and static picture are those of the picture."""

    def __init__(self, picture: Picture, *controls: ipywidgets.Widget) -> None:
        self.picture = picture
        super().__init__([*controls, picture])

    def __repr__(self) -> str:
        return self.picture.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return bundle(self, self.picture.still)


def with_controls(picture: Picture, *controls: ipywidgets.Widget) -> Controlled:
    """Return `controls` above `picture` as one widget that keeps the picture's text and static picture."""
    return Controlled(picture, *controls)


def row(*controls: ipywidgets.Widget) -> ipywidgets.HBox:
    """Return controls side by side, wrapped to the next line where the cell is too narrow."""
    return ipywidgets.HBox(controls, layout=ipywidgets.Layout(flex_flow="row wrap", align_items="center"))


def bundle(widget: ipywidgets.Widget, still: shown.Shown) -> dict[str, Any]:
    """Return the mimebundle of a widget: its live view beside the text and HTML of `still`."""
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {"text/plain": still.text, "text/html": still.html, WIDGET_VIEW: view}
