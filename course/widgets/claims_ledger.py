"""The ledger of the article's claims, with a filter by verdict."""

from __future__ import annotations

import ipywidgets

from course.evidence import VERDICTS
from course.evidence import claims as claims_of_the_article
from course.view import claims_ledger as view
from course.widgets import state_string
from course.widgets.base import Controlled, Picture


def claims(state: str = "") -> ClaimsLedger:
    """Show what the article claims, what is true, and the evidence with its sources.

    `state` prepares the view, such as `"verdict=wrong"`. Raises CourseError for a setting or verdict that is unknown.
    """
    return ClaimsLedger(state)


class ClaimsLedger(Controlled):
    """A choice of verdict above the ledger; `state` prepares the same view again."""

    def __init__(self, state: str = "") -> None:
        settings = state_string.read(state, {"verdict": VERDICTS})
        self._verdict = ipywidgets.Dropdown(
            options=[("every verdict", ""), *((verdict, verdict) for verdict in VERDICTS)],
            value=state_string.one(settings, "verdict"),
            description="Verdict",
        )
        super().__init__(Picture("", ""), self._verdict)
        self._draw()
        self._verdict.observe(lambda _: self._draw(), names="value")

    @property
    def state(self) -> str:
        """The string with which `claims` shows this view again."""
        return state_string.write({"verdict": (self._verdict.value,) if self._verdict.value else ()})

    def _draw(self) -> None:
        found = claims_of_the_article((self._verdict.value,) if self._verdict.value else ())
        self.picture.show(
            view.draw(found), view.describe(found), static=view.listing(found), announcement=view.summary(found)
        )
