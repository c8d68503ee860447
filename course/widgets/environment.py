"""Lesson 00's two panels: what can run here, and where this notebook runs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from course.live import probe, recordings
from course.live.environment import needs
from course.live.recordings import Recording
from course.live.session import describe_host, today
from course.live.where import Place, cross_check, find_place
from course.view.environment import Check, Finding, checks_panel, place_panel
from course.widgets.live import badge_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from course.view.live_result import Badge
    from course.view.shown import Shown

__all__ = ["check_environment", "where_am_i"]


def where_am_i() -> Shown:
    """Show whether this notebook runs on bare metal, in a virtual machine or in a container, and from which clues.

    With COURSE_LIVE=recorded it shows what another machine answered, and says so.
    """
    recording, badge = _answer("where_am_i", _find)
    place = Place.from_json(recording.result["place"])
    findings = [Finding(**asdict(clue)) for clue in place.clues]
    return place_panel(badge, place.sentence, findings, recording.result["second_opinion"])


def check_environment() -> Shown:
    """Show what of the course can run on this machine, and for each thing that is missing what to do.

    With COURSE_LIVE=recorded it shows what another machine answered, and says so.
    """
    recording, badge = _answer("check_environment", _check)
    checks = [Check(**entry) for entry in recording.result["checks"]]
    return checks_panel(badge, recording.result["sentence"], checks)


def _answer(name: str, ask: Callable[[], Mapping[str, Any]]) -> tuple[Recording, Badge]:
    """Ask this machine, or take the recorded example where recordings are asked for."""
    if recordings.mode() == "recorded":
        recording = recordings.load(name)[0]
        return recording, badge_of(recording, live=False)
    recording = Recording(name, f"{name}()", ask(), today(), "L0", "none", {}, "", describe_host())
    recordings.keep(recording)
    return recording, badge_of(recording, live=True)


def _find() -> Mapping[str, Any]:
    machine, container = cross_check()
    second = f"A second opinion, systemd-detect-virt: machine {machine}, container {container}." if machine else ""
    return {"place": find_place().as_json(), "second_opinion": second}


def _check() -> Mapping[str, Any]:
    found = needs(probe())
    missing = [need for need in found if not need.passed]
    if any(need.required for need in missing):
        sentence = "Something that every lesson needs is missing: mend the first line that says no."
    elif missing:
        sentence = "You can work through every lesson; what is missing below costs live results or speed only."
    else:
        sentence = "Everything is here: every lesson can run live."
    checks = [{"name": need.name, "passed": need.passed, "found": need.found, "advice": need.advice} for need in found]
    return {"sentence": sentence, "checks": checks}
