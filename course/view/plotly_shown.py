"""A plotly figure that reads everywhere: its JSON, a table of the same content, and our own text.

No viewer without plotly loses anything, and no id is random, so the same figure is the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from course.view import theme

if TYPE_CHECKING:
    import plotly.graph_objects as go

PLOTLY: Final = "application/vnd.plotly.v1+json"

# No gray has a contrast of 4.5:1 on white and on the dark page of JupyterLab (#111111) alike, and plotly takes no CSS
# variable. So a figure brings its own light surface: dark on light in both themes.
TEMPLATE: Final[dict[str, Any]] = {
    "layout": {
        "paper_bgcolor": theme.LIGHT["page"],
        "plot_bgcolor": theme.LIGHT["page"],
        "font": {"family": theme.FONT, "size": 13, "color": theme.LIGHT["ink"]},
        "xaxis": {"gridcolor": theme.LIGHT["surface"], "linecolor": theme.LIGHT["line"], "zeroline": False},
        "yaxis": {"gridcolor": theme.LIGHT["surface"], "linecolor": theme.LIGHT["line"], "zeroline": False},
        "hoverlabel": {"bgcolor": theme.LIGHT["page"], "font": {"color": theme.LIGHT["ink"]}},
        "showlegend": False,
    }
}


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure with its equivalents: `html` is a table without style, `text` is complete in itself."""

    figure: go.Figure
    html: str
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {PLOTLY: json.loads(self.figure.to_json()), "text/html": self.html, "text/plain": self.text}
