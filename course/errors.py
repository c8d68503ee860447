"""The one kind of error that a reader can mend, and how it is worded."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class CourseError(ValueError):
    """Something the reader can put right: one sentence with what was wrong, what was expected and what to do."""

    def _render_traceback_(self) -> list[str]:
        """Show the sentence alone in a notebook: the reader's mistake is not in our code."""
        return [f"{type(self).__name__}: {self}"]


def unknown(what: str, given: object, known: Iterable[object]) -> CourseError:
    """Return the error for a name that does not exist: the name, the nearest match, and what is allowed."""
    names = [str(name) for name in known]
    near = get_close_matches(str(given), names, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return CourseError(f"There is no {what} {given!r}{hint} Known: {', '.join(names)}.")
