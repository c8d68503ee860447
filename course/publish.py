"""Execute a lesson and clean what is stored: a committed notebook is small, the same everywhere, and safe to open.

A stored widget view makes JupyterLab show an error in place of the picture, so it goes; the picture and the text stay.
What changes from one run to the next (execution times, widget state) goes too.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from course.errors import CourseError, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

FOLDER: Final = Path(__file__).resolve().parent.parent / "notebooks"

WIDGET_VIEW: Final = "application/vnd.jupyter.widget-view+json"

_METADATA: Final = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_CELL_METADATA: Final = {"tags", "slideshow", "jupyter"}
# Whoever edits a lesson in JupyterLab leaves one of these in it sooner or later.
_OWN_PATH: Final = re.compile(r"/tmp/ipykernel_\d+|/(?:home|Users)/(?!USER\b|jovyan\b)[\w.-]+/[\w./-]+\.ipynb")  # noqa: S108


def lessons(folder: Path = FOLDER) -> list[Path]:
    """Return the notebooks of the course, in reading order."""
    return sorted(folder.glob("[0-9][0-9]_*.ipynb"))


def publish(path: Path, *, execute: bool = True) -> bool:
    """Execute the notebook on a fresh kernel with recorded results, clean it and write it; return whether it changed.

    Raises CourseError for a file that is not there or not a notebook, for a cell that fails, and for an output that
    holds a path of this machine. The file is written only when all went well.
    """
    before, notebook = _read(path)
    if execute:
        _execute(notebook, path)
    after = canonical(clean(notebook))
    _refuse_paths(after, path)
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before


def clean(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without widget state, widget views, execution times and foreign metadata, in place."""
    notebook.metadata.clear()
    notebook.metadata.update(_METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in _CELL_METADATA and value}
        if cell.cell_type == "code":
            cell.outputs = [_clean_output(output) for output in _joined(cell.outputs)]
        else:
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
    return notebook


def canonical(notebook: NotebookNode) -> str:
    """Return the text that the notebook is stored as: sorted keys, one space of indent, a final newline."""
    import nbformat

    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    return text.rstrip("\n") + "\n"


def _read(path: Path) -> tuple[str, NotebookNode]:
    import nbformat

    if not path.is_file():
        raise unknown("notebook", str(path), lessons())
    text = path.read_text(encoding="utf-8")
    try:
        return text, nbformat.reads(text, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, AttributeError, KeyError, TypeError) as error:
        reason = str(error).splitlines()[0]
        raise CourseError(f"{path} is not a notebook ({reason}); restore it with: git checkout -- {path}") from error


def _execute(notebook: NotebookNode, path: Path) -> None:
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=600,
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    with _recorded():
        try:
            client.execute()
        except CellExecutionError as error:
            raise CourseError(
                f"A cell of {path} failed with {error.ename}: {error.evalue}; run it in JupyterLab to see where."
            ) from error


@contextmanager
def _recorded() -> Iterator[None]:
    """Have the kernel show recordings, whatever this machine can run: a stored output is the same everywhere."""
    before = os.environ.get("COURSE_LIVE")
    os.environ["COURSE_LIVE"] = "recorded"
    try:
        yield
    finally:
        if before is None:
            del os.environ["COURSE_LIVE"]
        else:
            os.environ["COURSE_LIVE"] = before


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return the outputs with neighbors of one stream as one: where they were split is a matter of timing."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last is not None and output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def _clean_output(output: NotebookNode) -> NotebookNode:
    data: dict[str, Any] = output.get("data", {})
    data.pop(WIDGET_VIEW, None)
    if "metadata" in output:
        output.metadata = {}
    return output


def _refuse_paths(text: str, path: Path) -> None:
    root = str(FOLDER.parent)
    found = _OWN_PATH.search(text)
    if found or root in text:
        place = found.group() if found else root
        raise CourseError(
            f"{path} holds a path of this machine, {place!r}; have the cell show a name relative to the course."
        )
