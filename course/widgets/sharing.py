"""The sharing calculator: which images are on the machine, and what they fetch and store (lesson 06)."""

from __future__ import annotations

import ipywidgets

from course.view import sharing as view
from course.view.sharing import State
from course.widgets import state_string
from course.widgets.simulator import Simulator


def sharing(state: str = "") -> Simulator:
    """Show what images fetch and store when each layer is kept once.

    `state` names the images, in the order in which they are pulled: `sharing("images=shop,mail")`. Raises CourseError
    for any other setting or image.
    """
    given = state_string.read(state, {"images": None})
    shown = State(given.get("images", State().images))
    images = ipywidgets.SelectMultiple(
        options=list(view.layers()), value=shown.images, description="Images", rows=len(view.layers())
    )
    return Simulator(view, shown, {"images": images})
