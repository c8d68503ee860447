"""The decision helper: constraints and weights in, a ranking with reasons out; nothing is decided for you."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from course.compare import facts
from course.decide import DEMANDS, LARGEST_WEIGHT, Constraint, Preference, Requirements, rank, required, wanted
from course.errors import CourseError
from course.view import decision as view
from course.widgets import state_string
from course.widgets.base import Controlled, Picture, row

if TYPE_CHECKING:
    from course.compare import Head


def decide(state: str = "") -> DecisionHelper:
    """Show which systems meet the requirements of a job, in which order, for which reasons, and how firm that is.

    `state` describes the job: `decide("must=own_kernel:yes; prefer=runs_without_root:yes:3, layers_in_path:low:1")`.
    Systems may be named in front (keys, kinds or `all`). `must` takes property:value, where the value is `yes`, `no`
    or `possible`, which takes what depends too; `prefer` takes property:value:weight, with `low` or `high` for a number
    and a weight of at most 5. Raises CourseError for what the dataset does not have.
    """
    return DecisionHelper(read(state))


def read(state: str) -> Requirements:
    """Return the requirements that a state string describes; raises CourseError for what it cannot mean."""
    given = state_string.read(state, {state_string.LEAD: None, "must": None, "prefer": None})
    return required(
        given.get(state_string.LEAD, ()),
        tuple(map(_constraint, given.get("must", ()))),
        tuple(map(_preference, given.get("prefer", ()))),
    )


def write(requirements: Requirements) -> str:
    """Return the state string that `read` reads back."""
    everything = requirements.systems == tuple(facts().systems)
    return state_string.write(
        {
            state_string.LEAD: () if everything else requirements.systems,
            "must": tuple(f"{each.property}:{each.value}" for each in requirements.must),
            "prefer": tuple(f"{each.property}:{each.wanted}:{each.weight:g}" for each in requirements.prefer),
        }
    )


class DecisionHelper(Controlled):
    """Lists of what must be and what is preferred, a slider for each weight, and the ranking below."""

    def __init__(self, requirements: Requirements) -> None:
        self.requirements = requirements
        choices = [(f"{head.name}: {value}", (key, value)) for key, head, value in _offered()]
        demands = [
            (f"{head.name}: {demand}", (key, demand))
            for key, head in facts().properties.items()
            if "yes" in wanted(key)
            for demand in DEMANDS
        ]
        self._must = ipywidgets.SelectMultiple(
            options=demands,
            value=tuple((each.property, each.value) for each in requirements.must),
            description="Must",
            rows=6,
            layout=_WIDE,
        )
        self._prefer = ipywidgets.SelectMultiple(
            options=choices,
            value=tuple((each.property, each.wanted) for each in requirements.prefer),
            description="Prefer",
            rows=6,
            layout=_WIDE,
        )
        self._weights = ipywidgets.VBox()
        super().__init__(Picture("", ""), row(self._must, self._prefer), self._weights)
        self._place_sliders()
        self._draw()
        self._must.observe(lambda _change: self._read_controls(), "value")
        self._prefer.observe(lambda _change: self._read_controls(), "value")

    @property
    def state(self) -> str:
        """The string with which `decide` shows this view again."""
        return write(self.requirements)

    def _read_controls(self) -> None:
        weights = {each.property: each.weight for each in self.requirements.prefer}
        must = {key: Constraint(key, value) for key, value in self._must.value}
        prefer = {key: Preference(key, value, weights.get(key, 1.0)) for key, value in self._prefer.value}
        self.requirements = Requirements(self.requirements.systems, tuple(must.values()), tuple(prefer.values()))
        self._place_sliders()
        self._draw()

    def _place_sliders(self) -> None:
        self._weights.children = tuple(map(self._slider, self.requirements.prefer))

    def _slider(self, preference: Preference) -> ipywidgets.FloatSlider:
        slider = ipywidgets.FloatSlider(
            value=preference.weight,
            min=0.25,
            max=LARGEST_WEIGHT,
            step=0.25,
            description=f"{facts().properties[preference.property].name}: {preference.wanted}",
            style={"description_width": "20em"},
            layout=ipywidgets.Layout(width="36em"),
        )
        slider.observe(lambda change: self._weigh(preference.property, change["new"]), "value")
        return slider

    def _weigh(self, key: str, weight: float) -> None:
        prefer = tuple(
            Preference(each.property, each.wanted, weight) if each.property == key else each
            for each in self.requirements.prefer
        )
        self.requirements = Requirements(self.requirements.systems, self.requirements.must, prefer)
        self._draw()

    def _draw(self) -> None:
        found = rank(self.requirements)
        self.picture.show(
            view.live(found), view.text(found), static=view.static(found), announcement=view.summary(found)
        )


_WIDE = ipywidgets.Layout(width="30em")


def _offered() -> list[tuple[str, Head, str]]:
    known = facts()
    return [(key, head, value) for key, head in known.properties.items() for value in wanted(key)]


def _constraint(text: str) -> Constraint:
    parts = [part.strip() for part in text.split(":")]
    if len(parts) != 2 or not all(parts):
        raise CourseError(f"The requirement {text!r} cannot be read; write property:value, such as own_kernel:yes.")
    return Constraint(parts[0], parts[1])


def _preference(text: str) -> Preference:
    parts = [part.strip() for part in text.split(":")]
    if len(parts) not in (2, 3) or not all(parts):
        raise CourseError(
            f"The preference {text!r} cannot be read; write property:value:weight, such as layers_in_path:low:2."
        )
    if len(parts) == 2:
        return Preference(parts[0], parts[1])
    try:
        return Preference(parts[0], parts[1], float(parts[2]))
    except ValueError:
        raise CourseError(f"The weight {parts[2]!r} of {parts[0]} is not a number from 0 to 5.") from None
