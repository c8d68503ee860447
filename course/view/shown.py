"""A static result that reads the same everywhere: our own text equivalent and plain HTML."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from html import escape

_OF_ITEMS = re.compile(r' (?:data-key|tabindex|aria-label)="[^"]*"| role="button"')


@dataclass(frozen=True)
class Shown:
    """What a cell shows: `text` is complete in itself, `html` survives a notebook that is not trusted."""

    text: str
    html: str

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


def picture(svg: str, alt: str) -> str:
    """Return an `<img>` that carries the drawing in itself.

    An inline `<svg>` is stripped from a notebook that is not trusted and on GitHub; a data URI is not. Names and
    keys of single items are left out: nothing inside an image can be reached.
    """
    encoded = base64.b64encode(_OF_ITEMS.sub("", svg).encode()).decode()
    return f'<img alt="{escape(alt, quote=True)}" src="data:image/svg+xml;base64,{encoded}">'
