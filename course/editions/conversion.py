"""What slides and site share: reading a lesson, links between lessons, nbconvert with templates of our own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from course.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

FOLDER: Final = Path(__file__).parent
TEMPLATES: Final = FOLDER / "templates"
_LESSON_LINK: Final = re.compile(r'(href="(?:\./)?)([\w-]+)\.ipynb(["#])')
# Headings keep their ids, for links; the sign beside them would be read out and printed.
_ANCHOR: Final = re.compile(r'<a class="anchor-link"[^>]*>.*?</a>')


def read(path: Path) -> NotebookNode:
    """Return a lesson as it is stored; raises CourseError for a file that cannot be read."""
    import nbformat

    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except (OSError, ValueError) as error:
        raise CourseError(f"{path.name} cannot be read as a notebook ({error}); restore it from git.") from error
    return notebook


def title(notebook: NotebookNode) -> str:
    """Return the first heading of a lesson, or its first words where it has none."""
    first: str = notebook.cells[0].source.splitlines()[0]
    return first.lstrip("# ").strip()


def render(notebook: NotebookNode, template: str, values: dict[str, Any]) -> str:
    """Return a notebook as HTML by one of our templates; `values` are what the template reads from `resources`."""
    from nbconvert import HTMLExporter

    exporter: Any = HTMLExporter(template_name=template, extra_template_basedirs=[str(TEMPLATES)])
    body, _ = exporter.from_notebook_node(notebook, resources={"course": values})
    return _ANCHOR.sub("", _linked(str(body)))


def make_folder(folder: Path) -> Path:
    """Make the folder of an edition and return it; raises CourseError where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CourseError(f"{folder} cannot be made ({error.strerror}); name another folder.") from None
    return folder


def copy(files: Sequence[Path], folder: Path) -> None:
    """Copy files into a folder."""
    for file in files:
        (make_folder(folder) / file.name).write_bytes(file.read_bytes())


def _linked(page: str) -> str:
    """Return a page whose links to lessons lead to their pages."""
    return _LESSON_LINK.sub(r"\1\2.html\3", page)
