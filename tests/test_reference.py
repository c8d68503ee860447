"""Every objective of a lesson that is there is met by a question or an exercise."""

from __future__ import annotations

from course import dataset, publish, reference


def test_every_objective_of_a_lesson_that_is_there_is_met() -> None:
    there = {path.name[:2] for path in publish.lessons()}
    wanted = {row["objective"] for row in dataset.records("objectives") if row["lesson"] in there}
    rows = [line.strip("| ").split(" | ") for line in reference.objectives_map().splitlines()[2:]]
    met = {objective for objective, _, by in rows if by != "none yet"}
    assert wanted - met == set()
