"""A case study to work on: the job first; requirements, ranking and reasoning when the reader opens them."""

from __future__ import annotations

from course import dataset
from course.cases import case as case_of
from course.decide import rank
from course.view import case_study as view
from course.widgets.base import Picture
from course.widgets.decide import read


def case(key: str) -> Picture:
    """Show a case study: a job, what of it is a must, the ranking, and how an experienced engineer decides.

    `course.decide(course.case(key).state)` opens the same requirements in the decision helper. Raises CourseError with
    the nearest match for a key that does not exist.
    """
    return CaseStudy(key)


class CaseStudy(Picture):
    """A case with its parts closed at first; `state` is its view of the decision helper."""

    def __init__(self, key: str) -> None:
        found = case_of(key)
        decision = rank(read(found.state))
        filled = dataset.fill(f"{found.reasoning}\n\n**What would change it.** {found.turn}")
        citations = tuple(dataset.cite(source) for source in filled.sources)
        self.state = found.state
        super().__init__(
            view.live(found, decision, filled.text, citations),
            view.text(found, decision, filled.text, citations),
            static=view.static(found, decision, filled.text, citations),
        )
