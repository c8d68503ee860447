"""What a cell shows without a widget."""

from __future__ import annotations

import base64
import re

from course.view.shown import Shown, picture


def test_a_result_carries_its_text_and_its_html() -> None:
    result = Shown("one & two", "<p>one &amp; two</p>")
    assert repr(result) == "one & two"
    assert result._repr_mimebundle_() == {"text/plain": "one & two", "text/html": "<p>one &amp; two</p>"}


def test_a_picture_is_an_image_with_its_text_and_without_what_cannot_be_reached_in_it() -> None:
    svg = '<svg role="img"><g data-key="a" tabindex="0" role="button" aria-label="A"><path d="M0 0"/></g></svg>'
    html = picture(svg, 'says "hello" & <more>')
    found = re.fullmatch(r'<img alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)">', html)
    assert found
    assert found[1] == "says &quot;hello&quot; &amp; &lt;more&gt;"
    assert base64.b64decode(found[2]).decode() == '<svg role="img"><g><path d="M0 0"/></g></svg>'
