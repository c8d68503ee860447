"""The comparison table: choose, filter, search, sort, see the differences, follow the sources, take it away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from course.compare import DIFFERENCES, Comparison, article, chosen, facts, grid, values
from course.errors import CourseError
from course.view import table as view
from course.view import table_export
from course.view.shown import Shown
from course.widgets import state_string
from course.widgets.base import Controlled, Picture, bundle, row

if TYPE_CHECKING:
    from course.compare import Grid

_YES_NO = ("yes", "no")


def compare(state: str = "") -> Comparer | Ledger:
    """Show systems side by side by their properties; without arguments, two to start from.

    `state` prepares the view: `compare("docker, kvm; properties=isolation; differences=yes")`. Systems are keys, kinds
    or `all`; settings are `properties` (keys, groups or `all`), `where` (`own_kernel:yes`), `search`, `sort` (a
    property or `name`, with `-` in front for descending), `differences` (`yes`, `only`, `no`), `verified` and `pivot`
    (`yes`, `no`). `compare("article")` is the article's own table of virtual machines and containers, checked.
    Raises CourseError with the nearest match for a name that does not exist.
    """
    return Ledger(article()) if state.strip() == "article" else Comparer(read(state))


def read(state: str) -> Comparison:
    """Return the comparison that a state string describes; raises CourseError for what it cannot mean."""
    given = state_string.read(
        state,
        {
            state_string.LEAD: None,
            "properties": None,
            "where": None,
            "search": None,
            "sort": None,
            "differences": ("yes", *DIFFERENCES),
            "verified": _YES_NO,
            "pivot": _YES_NO,
        },
    )
    sort = _single(given, "sort")
    differences = _single(given, "differences") or "no"
    return chosen(
        given.get(state_string.LEAD, ()),
        given.get("properties", ()),
        where=tuple(map(_condition, given.get("where", ()))),
        search=", ".join(given.get("search", ())),
        sort=sort.removeprefix("-"),
        descending=sort.startswith("-"),
        differences="mark" if differences == "yes" else differences,
        verified=_single(given, "verified") == "yes",
        pivot=_single(given, "pivot") == "yes",
    )


def write(comparison: Comparison) -> str:
    """Return the state string that `read` reads back."""
    sort = ("-" if comparison.descending else "") + comparison.sort
    differences = {"no": "", "mark": "yes"}.get(comparison.differences, comparison.differences)
    single = {
        "search": comparison.search.replace(";", " ").strip(" ,"),  # a semicolon ends a setting
        "sort": sort,
        "differences": differences,
        "verified": "yes" if comparison.verified else "",
        "pivot": "yes" if comparison.pivot else "",
    }
    return state_string.write(
        {
            state_string.LEAD: comparison.systems,
            "properties": comparison.properties,
            "where": tuple(f"{key}:{value}" for key, value in comparison.where),
            **{key: (value,) for key, value in single.items() if value},
        }
    )


class _Exported(Controlled):
    """A table with a choice of what to take away; `grid` is what is shown."""

    grid: Grid

    def export(self, form: str) -> str:
        """Return the table as "csv", "markdown" or "latex"; raises CourseError for another form."""
        return table_export.export(self.grid, form)

    @property
    def still(self) -> Shown:
        """The table for every other reader; made when it is asked for, so that a control answers sooner."""
        return Shown(view.text(self.grid), view.static(self.grid))

    def __repr__(self) -> str:
        return view.text(self.grid)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return bundle(self, self.still)

    def _export_choice(self) -> ipywidgets.Dropdown:
        self._form = ipywidgets.Dropdown(
            options=[("nothing", ""), ("CSV", "csv"), ("Markdown", "markdown"), ("LaTeX", "latex")],
            description="Export",
        )
        self._form.observe(lambda _change: self._show(), "value")
        return self._form

    def _show(self) -> None:
        form = self._form.value
        taken = view.taken_away(self.export(form), form) if form else ""
        summary = view.summary(self.grid)
        self.picture.show(view.live(self.grid) + taken, summary, announcement=summary)


class Ledger(_Exported):
    """A table that is shown as it is, such as the article's own."""

    def __init__(self, shown: Grid) -> None:
        self.grid = shown
        super().__init__(Picture("", ""), self._export_choice())
        self._show()


class Comparer(_Exported):
    """The comparison with its controls; `comparison` is what is shown, `state` the string that prepares it again."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        known = facts()
        self._systems = _list("Systems", {head.name: key for key, head in known.systems.items()}, comparison.systems)
        self._properties = _list(
            "Properties", {head.name: key for key, head in known.properties.items()}, comparison.properties
        )
        self._where = ipywidgets.Dropdown(options=_filters(comparison), value=comparison.where, description="Only if")
        self._search = ipywidgets.Text(value=comparison.search, description="Search")
        self._differences = ipywidgets.Dropdown(
            options=[("not marked", "no"), ("marked", "mark"), ("only these", "only")],
            value=comparison.differences,
            description="Differences",
        )
        self._verified = ipywidgets.Checkbox(value=comparison.verified, description="only verified", indent=False)
        self._pivot = ipywidgets.Checkbox(value=comparison.pivot, description="systems as rows", indent=False)
        super().__init__(
            Picture("", ""),
            row(self._systems, self._properties),
            row(self._where, self._search, self._differences),
            row(self._verified, self._pivot, self._export_choice()),
        )
        self._draw()
        for control in self._controls:
            control.observe(lambda _change: self._read_controls(), "value")
        self.picture.observe(lambda _change: self.sort(self.picture.selected), "presses")

    @property
    def state(self) -> str:
        """The string with which `compare` shows this view again."""
        return write(self.comparison)

    def sort(self, key: str) -> None:
        """Order the systems by a property or by "name"; the same key again turns the order around."""
        turned = self.comparison.sort == key and not self.comparison.descending
        self._change(sort=key, descending=turned)

    @property
    def _controls(self) -> tuple[ipywidgets.Widget, ...]:
        return (
            self._systems,
            self._properties,
            self._where,
            self._search,
            self._differences,
            self._verified,
            self._pivot,
        )

    def _read_controls(self) -> None:
        self._change(
            systems=_in_order(self.comparison.systems, self._systems.value),
            properties=_in_order(self.comparison.properties, self._properties.value),
            where=self._where.value,
            search=self._search.value,
            differences=self._differences.value,
            verified=self._verified.value,
            pivot=self._pivot.value,
        )

    def _change(self, **changes: Any) -> None:
        self.comparison = Comparison(**{**vars(self.comparison), **changes})
        self._draw()

    def _draw(self) -> None:
        self.grid = grid(self.comparison)
        self._show()


def _single(given: dict[str, tuple[str, ...]], key: str) -> str:
    found = given.get(key, ("",))
    if len(found) > 1:
        raise CourseError(f"The setting {key!r} takes one value, and {len(found)} are given: {', '.join(found)}.")
    return found[0]


def _condition(text: str) -> tuple[str, str]:
    key, sign, value = (part.strip() for part in text.partition(":"))
    if not sign or not value:
        raise CourseError(f"The filter {text!r} cannot be read; write property:value, such as own_kernel:yes.")
    return key, value


def _list(name: str, options: dict[str, str], chosen_keys: tuple[str, ...]) -> ipywidgets.SelectMultiple:
    return ipywidgets.SelectMultiple(options=list(options.items()), value=chosen_keys, description=name, rows=6)


def _filters(comparison: Comparison) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Return the filters to choose from: each choice property with each of its values, and the filter given."""
    known = facts()
    single = [
        (f"{head.name}: {value}", ((key, value),))
        for key, head in known.properties.items()
        for value in values(key)
        if set(values(key)) <= {"yes", "no", "depends"}
    ]
    given = [] if comparison.where in [where for _, where in single] or not comparison.where else [comparison.where]
    named = [(", ".join(f"{known.properties[key].name}: {value}" for key, value in where), where) for where in given]
    return [("every system", ()), *named, *single]


def _in_order(before: tuple[str, ...], now: tuple[str, ...]) -> tuple[str, ...]:
    """Keep the order of what was chosen before; what is new follows."""
    return (*(key for key in before if key in now), *(key for key in now if key not in before))
