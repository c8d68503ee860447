"""State strings: `key=value,value;key=value`, with which an instructor prepares a view and a reader shares one."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from course.errors import CourseError, unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LEAD = "lead"
"""Key of the part that stands first and has no name of its own, as `docker` in `docker; workloads=3`."""


def read(text: str, allowed: Mapping[str, Collection[str] | None]) -> dict[str, tuple[str, ...]]:
    """Return the values of each key that the string names; `allowed` gives the values of a key, None for any.

    Raises CourseError for a key or value that does not exist, a key without a value, and a key given twice.
    """
    found: dict[str, tuple[str, ...]] = {}
    for index, part in enumerate(piece.strip() for piece in text.split(";")):
        if not part:
            continue
        key, sign, value = (word.strip() for word in part.partition("="))
        if not sign and index == 0 and LEAD in allowed:
            key, value = LEAD, part
        if key not in allowed or (key == LEAD and sign):
            raise unknown("setting", key, [name for name in allowed if name != LEAD])
        if key in found:
            raise CourseError(f"The setting {key!r} is given twice. Give it once, its values separated by commas.")
        found[key] = _values(key, value, allowed[key])
    return found


def one(settings: Mapping[str, tuple[str, ...]], key: str, default: str = "") -> str:
    """Return the only value of `key`, `default` where it is not set; raises CourseError where there are several."""
    values = settings.get(key, (default,))
    if len(values) > 1:
        raise CourseError(f"The setting {key!r} takes one value, and {', '.join(values)} are {len(values)}.")
    return values[0]


def number(settings: Mapping[str, tuple[str, ...]], key: str, default: float) -> float:
    """Return the only value of `key` as a number; raises CourseError where it is none, or where there are several."""
    word = one(settings, key, f"{default:g}")
    try:
        found = float(word)
    except ValueError:
        raise CourseError(f"{key}={word} is not a number; write {key}={default:g}, for example.") from None
    if not isfinite(found):
        raise CourseError(f"{key}={word} is not a number of this world; write {key}={default:g}, for example.")
    return found


def whole(settings: Mapping[str, tuple[str, ...]], key: str, default: int) -> int:
    """Return the only value of `key` as a whole number; raises CourseError where it is none."""
    found = number(settings, key, default)
    if found != int(found):
        raise CourseError(f"{key}={found:g} is not a whole number; write {key}={default}, for example.")
    return int(found)


def write(settings: Mapping[str, Collection[str]]) -> str:
    """Return the string that `read` reads back; settings without a value are left out."""
    parts = [
        ",".join(values) if key == LEAD else f"{key}={','.join(values)}" for key, values in settings.items() if values
    ]
    return "; ".join(parts)


def _values(key: str, value: str, allowed: Collection[str] | None) -> tuple[str, ...]:
    values = tuple(word.strip() for word in value.split(",") if word.strip())
    if not values:
        raise CourseError(f"The setting {key!r} has no value. Write {key}=value, or leave it out.")
    for word in values:
        if allowed is not None and word not in allowed:
            raise unknown(f"value of {key}", word, allowed)
    return values
