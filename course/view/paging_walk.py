"""A page walk as a picture and as text: every entry that is read, in columns from top to bottom (lesson 03)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.view import theme

if TYPE_CHECKING:
    from course.simulate.paging_walk import PageWalk, Read

CELL_WIDTH, CELL_HEIGHT = 148.0, 46.0
GAP_ACROSS, GAP_DOWN = 14.0, 12.0
MARGIN, HEAD = 20.0, 76.0
KIND = {"nested": "hypervisor", "guest": "guest_kernel", "shadow": "vmm"}
OWNER = {"nested": "nested table", "guest": "guest's table", "shadow": "shadow table"}

_STYLE = (
    f".last .box{{stroke:{theme.color('boundary')};stroke-width:3.5}}"
    f".way{{fill:none;stroke:{theme.color('line')};stroke-width:1.5}}"
)


def draw(walk: PageWalk, shown: int) -> str:
    """Return the SVG of the first `shown` steps: the reads, and after them the page of the data."""
    whole = shown > len(walk.reads)
    cells = [_cell(walk, read, last=read.number == shown) for read in walk.reads[:shown]]
    heads = [_head(walk, column) for column in range(_columns(walk)) if _is_reached(walk, column, shown)]
    width = 2 * MARGIN + _columns(walk) * (CELL_WIDTH + GAP_ACROSS) - GAP_ACROSS
    if walk.paging == "shadow":
        width += CELL_WIDTH + GAP_ACROSS
    height = HEAD + _rows(walk) * (CELL_HEIGHT + GAP_DOWN) + MARGIN
    body = "".join((_task(walk), *heads, *cells, _found(walk) if whole else ""))
    title = f"{walk.paging.capitalize()} paging, seed {walk.seed}"
    return theme.svg(width, height, title, summary(walk, shown), body, extra_style=_STYLE)


def text(walk: PageWalk, shown: int) -> str:
    """Return the task and each of the first `shown` steps in a line."""
    lines = [task(walk), *(line(read) for read in walk.reads[:shown])]
    if shown > len(walk.reads):
        lines.append(
            f"The data lies on host-physical page h{walk.page}. "
            f"Memory references before the data itself: {len(walk.reads)}."
        )
    return "\n".join(lines)


def summary(walk: PageWalk, shown: int) -> str:
    """Return one sentence about where the walk stands."""
    if shown == 0:
        return task(walk)
    if shown > len(walk.reads):
        return text(walk, shown).splitlines()[-1]
    return line(walk.reads[shown - 1])


def task(walk: PageWalk) -> str:
    """Return what is to be translated and where the tables begin."""
    digits = ".".join(map(str, walk.digits))
    if walk.paging == "shadow":
        begins = f"The shadow table of {walk.guest_levels} levels begins on page h{walk.reads[0].page}."
        return f"Translate virtual page {digits}. {begins}"
    return (
        f"Translate virtual page {digits}. The guest's table of {walk.guest_levels} levels begins on page "
        f"g{walk.guest_root}, the nested table of {walk.nested_levels} levels on page h{walk.nested_root}."
    )


def line(read: Read) -> str:
    """Return one read in words."""
    why = "" if read.sought is None else f" (looking for g{read.sought})"
    return (
        f"{read.number}. {OWNER[read.table]}, level {read.level}, on page h{read.page}: "
        f"entry {read.index} says {_entry(read)}{why}."
    )


def _entry(read: Read) -> str:
    return f"{'g' if read.table == 'guest' else 'h'}{read.entry}"


def _columns(walk: PageWalk) -> int:
    return walk.guest_levels + (1 if walk.paging == "nested" else 0)


def _rows(walk: PageWalk) -> int:
    return walk.nested_levels + 1 if walk.paging == "nested" else 1


def _place(walk: PageWalk, number: int) -> tuple[int, int]:
    """Return column and row of a read: in nested paging each column is one search."""
    return divmod(number - 1, walk.nested_levels + 1) if walk.paging == "nested" else (number - 1, 0)


def _corner(column: int, row: int) -> tuple[float, float]:
    return MARGIN + column * (CELL_WIDTH + GAP_ACROSS), HEAD + row * (CELL_HEIGHT + GAP_DOWN)


def _is_reached(walk: PageWalk, column: int, shown: int) -> bool:
    first = column * (walk.nested_levels + 1) + 1 if walk.paging == "nested" else column + 1
    return shown >= first


def _task(walk: PageWalk) -> str:
    return (
        f'<text x="{theme.number(MARGIN)}" y="24" font-size="14" font-weight="700">virtual page '
        f"{'.'.join(map(str, walk.digits))}</text>"
        f'<text class="muted" x="{theme.number(MARGIN)}" y="44" font-size="12">{_beginnings(walk)}</text>'
    )


def _beginnings(walk: PageWalk) -> str:
    if walk.paging == "shadow":
        return f"shadow table: h{walk.reads[0].page}"
    return f"guest's table: g{walk.guest_root}, nested table: h{walk.nested_root}"


def _head(walk: PageWalk, column: int) -> str:
    x, y = _corner(column, 0)
    label = f"where is g{_sought(walk, column)}?" if walk.paging == "nested" else f"digit {walk.digits[column]}"
    return f'<text x="{theme.number(x + 4)}" y="{theme.number(y - 8)}" font-size="12" font-weight="700">{label}</text>'


def _sought(walk: PageWalk, column: int) -> int | None:
    return walk.reads[column * (walk.nested_levels + 1)].sought


def _cell(walk: PageWalk, read: Read, *, last: bool) -> str:
    column, row = _place(walk, read.number)
    x, y = _corner(column, row)
    way = _way_in(walk, x, y, column, row)
    first = f"{read.number}  {read.table}, level {read.level}"
    return (
        f'{way}<g class="k-{KIND[read.table]}{" last" if last else ""}" role="img" aria-label="{line(read)}">'
        f"{_box(x, y, first, f'h{read.page}, entry {read.index}: {_entry(read)}')}</g>"
    )


def _found(walk: PageWalk) -> str:
    column, row = _place(walk, len(walk.reads) + 1)
    x, y = _corner(column, row)
    return (
        f'{_way_in(walk, x, y, column, row)}<g class="k-hardware" role="img" '
        f'aria-label="The data lies on page h{walk.page}.">'
        f"{_box(x, y, 'the data', f'on page h{walk.page}')}</g>"
    )


def _box(x: float, y: float, first: str, second: str) -> str:
    middle = theme.number(x + CELL_WIDTH / 2)
    (label,), size = theme.fit(first, CELL_WIDTH - 8, size=12, bold=True)
    return (
        f'<rect class="box" x="{theme.number(x)}" y="{theme.number(y)}" width="{theme.number(CELL_WIDTH)}" '
        f'height="{theme.number(CELL_HEIGHT)}" rx="5"/>'
        f'<text x="{middle}" y="{theme.number(y + 19)}" font-size="{theme.number(size)}" font-weight="700" '
        f'text-anchor="middle">{label}</text>'
        f'<text x="{middle}" y="{theme.number(y + 36)}" font-size="12" text-anchor="middle">{second}</text>'
    )


def _way_in(walk: PageWalk, x: float, y: float, column: int, row: int) -> str:
    """Return the line from the cell that was read before: from above, or from the foot of the column to the left."""
    if row:
        middle = theme.number(x + CELL_WIDTH / 2)
        return f'<path class="way" d="M{middle} {theme.number(y - GAP_DOWN)}V{theme.number(y)}"/>'
    if not column:
        return ""
    foot = _corner(column, _rows(walk) - 1)[1] + CELL_HEIGHT / 2
    return (
        f'<path class="way" d="M{theme.number(x - GAP_ACROSS)} {theme.number(foot)}h{theme.number(GAP_ACROSS / 2)}'
        f'V{theme.number(y + CELL_HEIGHT / 2)}h{theme.number(GAP_ACROSS / 2)}"/>'
    )
