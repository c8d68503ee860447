"""Where everything stands in a picture of stacks: one grid, equal kinds at equal heights, one scale for all systems."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from course.view import theme

if TYPE_CHECKING:
    from course.stacks import Layer, Path, Stack
    from course.view.stack_state import State

WIDTH = 1080.0  # of a cell in JupyterLab on a screen of 1280
MARGIN = 16.0
BRACKET = 20.0
GUTTER = 16.0
ROW = 40.0
GAP = 6.0
LANE = 18.0
HEADER = 52.0
LINE = 14.0
TIMES = "\u00d7"  # the sign between a name and how many of it there are
_NARROWEST = 112.0
_WIDEST = 360.0
_ASIDE = 1.6  # lanes to a layer beside the stack: it can stand at the same height, and an arrow needs room
_BESIDE = {1: 190.0, 2: 118.0, 3: 96.0, 4: 86.0}


@dataclass(frozen=True)
class Box:
    """A layer as drawn. `copies` is 1, or how many stand here; `copy` is its number if each has a label of its own."""

    layer: Layer
    x: float
    y: float
    width: float
    height: float
    copies: int = 1
    copy: int = 0

    def parts(self) -> tuple[tuple[float, float], ...]:
        """Return x and width of each of the copies."""
        gap = 4.0 if self.copies < 5 else 3.0
        width = (self.width - gap * (self.copies - 1)) / self.copies
        return tuple((self.x + index * (width + gap), width) for index in range(self.copies))


@dataclass(frozen=True)
class Line:
    """An isolation boundary as drawn: the words above a line across the stack."""

    x: float
    y: float
    width: float
    words: tuple[str, ...]
    size: float
    above: Layer


@dataclass(frozen=True)
class Mark:
    """One step of an access: a numbered mark in the lane beside the stack, and how far its layer is."""

    number: int
    x: float
    y: float
    crosses: bool
    layer_x: float


@dataclass(frozen=True)
class Bracket:
    """Layers that one party supplies."""

    supplier: str
    x: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Column:
    """One stack as drawn."""

    stack: Stack
    x: float
    y: float
    width: float
    main_x: float
    main_width: float
    boxes: tuple[Box, ...]
    beside: tuple[Box, ...]
    lines: tuple[Line, ...]
    voids: tuple[tuple[float, float], ...]
    brackets: tuple[Bracket, ...]
    marks: tuple[Mark, ...]
    bottom: float


@dataclass(frozen=True)
class Layout:
    """All stacks of a picture; `build_steps` is how many steps build it up."""

    width: float
    height: float
    columns: tuple[Column, ...]
    build_steps: int


@lru_cache(maxsize=256)
def layout(state: State) -> Layout:
    """Return where everything of a state stands. What is selected or compromised moves nothing."""
    plan = _Plan(state)
    per_line = plan.stacks_per_line()
    columns: list[Column] = []
    top = 0.0
    for start in range(0, len(plan.stacks), per_line):
        line = plan.stacks[start : start + per_line]
        x = MARGIN
        for stack in line:
            column = plan.column(stack, x, top)
            columns.append(column)
            x += column.width + GUTTER
        top = max(column.bottom for column in columns) + GUTTER
    width = max(column.x + column.width for column in columns) + MARGIN
    return Layout(max(width, 420.0), top - GUTTER, tuple(columns), plan.build_steps)


def engine(stack: Stack) -> Layer | None:
    """Return the layer that the usual picture draws under the containers: the engine, though no access passes it."""
    found = None
    for layer in stack.layers:
        if layer.is_beside and layer.is_shared:
            found = layer
        elif not layer.is_beside:
            if layer.kind in {"libraries", "application"} and found:
                return found
            found = None
    return None


def drawn_in_stack(stack: Stack, picture: str) -> tuple[Layer, ...]:
    """Return the layers that are drawn one on the other, bottom to top: in the usual picture also the engine."""
    if picture == "true":
        return stack.in_path()
    below = engine(stack)
    return tuple(layer for layer in stack.layers if not layer.is_beside or layer is below)


def merged_kinds(sequences: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]:
    """Return the kinds of the shared rows, bottom to top, and for each sequence the row of each of its members.

    Every sequence keeps its order; equal kinds share a row where they can.
    """
    rows: tuple[str, ...] = ()
    for sequence in sorted(sequences, key=len, reverse=True):
        rows = _supersequence(rows, sequence)
    return rows, tuple(_places(rows, sequence) for sequence in sequences)


class _Plan:
    """Measures that all stacks of one picture have in common."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.stacks = state.stacks()
        self.drawn = {stack.platform: drawn_in_stack(stack, state.picture) for stack in self.stacks}
        _, places = merged_kinds(tuple(tuple(layer.kind for layer in layers) for layers in self.drawn.values()))
        self.rows = dict(zip(self.drawn, places, strict=True))
        self.row_count = 1 + max(max(rows) for rows in places)
        self.beside_width = _BESIDE[len(self.stacks)]
        self.main_width = self._main_width(self.stacks_per_line())
        self.labelled = self._every_copy_fits()
        self.header = HEADER + LINE * max(self._extra_header_lines(stack) for stack in self.stacks)
        self._row_height, self._gaps = ROW, self._gap_heights()
        self._row_height = self._tall_enough()

    @property
    def is_true(self) -> bool:
        return self.state.picture == "true"

    @property
    def build_steps(self) -> int:
        return self.row_count + any(self._has_beside(stack) for stack in self.stacks)

    @property
    def shown_rows(self) -> int:
        return self.state.build or self.build_steps

    def stacks_per_line(self) -> int:
        """Return how many stacks stand side by side: all, unless they would be too narrow to read."""
        total = len(self.stacks)
        for lines in range(1, total):
            count = -(-total // lines)
            if self._main_width(count) >= _NARROWEST:
                return count
        return 1

    def column(self, stack: Stack, x: float, top: float) -> Column:
        main_x = x + BRACKET
        boxes = self._boxes(stack, main_x, top + self.header)
        beside_x = main_x + self.main_width + self._lane_width(stack) + GAP
        beside = self._beside(stack, beside_x, top + self.header)
        return Column(
            stack=stack,
            x=x,
            y=top,
            width=self._width(stack, self.main_width),
            main_x=main_x,
            main_width=self.main_width,
            boxes=boxes,
            beside=beside,
            lines=self._lines(stack, main_x, top + self.header),
            voids=self._voids(stack, top + self.header),
            brackets=_brackets(boxes, x) if self.is_true else (),
            marks=self._marks(stack, boxes, beside, main_x + self.main_width),
            bottom=top + self.header + self._stack_height(),
        )

    def _has_beside(self, stack: Stack) -> bool:
        return self.is_true and bool(stack.beside())

    def _main_width(self, count: int) -> float:
        lines = [self.stacks[start : start + count] for start in range(0, len(self.stacks), count)]
        widest = max(sum(self._width(stack, 0) for stack in line) for line in lines)
        return min(_WIDEST, (WIDTH - 2 * MARGIN - GUTTER * (count - 1) - widest) // count)

    def _width(self, stack: Stack, main: float) -> float:
        beside = GAP + self.beside_width if self._has_beside(stack) else 0.0
        return BRACKET + main + self._lane_width(stack) + beside

    def _extra_header_lines(self, stack: Stack) -> int:
        return len(header_words(stack, self.state.picture, self._width(stack, self.main_width))) - 1

    def _path(self, stack: Stack) -> Path | None:
        access = self.state.access
        return stack.path(access) if access and self.is_true and stack.has_path(access) else None

    def _lane_width(self, stack: Stack) -> float:
        path = self._path(stack)
        return GAP + LANE * (1 + max(self._lanes(path))) if path else 0.0

    def _lanes(self, path: Path) -> list[float]:
        """Return the lane of each step: a new one whenever the way turns round or aside, so that no two marks meet."""
        lanes, heading = [0.0], 0
        for before, after in pairwise(step.layer for step in path.steps):
            aside = before.is_beside or after.is_beside
            turn = 1 if self._height_rank(after) > self._height_rank(before) else -1
            turns = bool(heading and turn != heading)
            lanes.append(lanes[-1] + (_ASIDE if aside else turns))
            heading = turn
        return lanes

    def _height_rank(self, layer: Layer) -> float:
        drawn = self.drawn[layer.platform]
        if layer in drawn:
            return float(self.rows[layer.platform][drawn.index(layer)])
        return 0.5 + max(
            row for row, other in zip(self.rows[layer.platform], drawn, strict=True) if other.position < layer.position
        )

    def _every_copy_fits(self) -> bool:
        gap = 4.0 if self.state.workloads < 5 else 3.0
        inside = (self.main_width - gap * (self.state.workloads - 1)) / self.state.workloads - 8
        names = [layer.name for layers in self.drawn.values() for layer in layers if not layer.is_shared]
        return all(not _is_cut(name, inside) for name in names)

    def _gap_heights(self) -> list[float]:
        """Return the gap below each row: room for the words of a boundary where any stack has one."""
        gaps = [GAP] * self.row_count
        for stack in self.stacks:
            for lower, upper, layer in self._neighbors(stack):
                if layer.boundary and upper - lower == 1:
                    gaps[upper] = max(gaps[upper], self._words_height(layer))
        return gaps

    def _neighbors(self, stack: Stack) -> list[tuple[int, int, Layer]]:
        """Return the rows of each two layers that stand one on the other, and the upper layer."""
        pairs = pairwise(zip(self.rows[stack.platform], self.drawn[stack.platform], strict=True))
        return [(lower, upper, layer) for (lower, _), (upper, layer) in pairs]

    def _words_height(self, layer: Layer) -> float:
        """Return how much room the boundary below a layer takes."""
        if not layer.boundary or not self.is_true:
            return GAP
        return 12 + LINE * len(_boundary_words(layer.boundary, self.main_width)[0])

    def _tall_enough(self) -> float:
        """Return the height of a row at which the layers beside each stack find room."""
        needed = max(
            (sum(self._beside_height(stack, layer) + GAP for layer in stack.beside()) for stack in self.stacks),
            default=0,
        )
        missing = needed + LINE + GAP - (self._stack_height() if self.is_true else needed + LINE + GAP)
        return ROW + max(0.0, missing) / self.row_count

    def _stack_height(self) -> float:
        return self.row_count * self._row_height + sum(self._gaps[1:])

    def _row_top(self, row: int, top: float) -> float:
        above = self.row_count - 1 - row
        return top + above * self._row_height + sum(self._gaps[row + 1 :])

    def _boxes(self, stack: Stack, x: float, top: float) -> tuple[Box, ...]:
        boxes = []
        for layer, row in zip(self.drawn[stack.platform], self.rows[stack.platform], strict=True):
            if row >= self.shown_rows:
                continue
            whole = Box(layer, x, self._row_top(row, top), self.main_width, self._row_height, stack.copies(layer))
            boxes += _separate(whole) if self.labelled or whole.copies == 1 else [whole]
        return tuple(boxes)

    def _beside_height(self, stack: Stack, layer: Layer) -> float:
        words, _ = theme.fit(beside_name(stack, layer), self.beside_width - 18, size=12, lines=3)
        return 12 + LINE * len(words)

    def _beside(self, stack: Stack, x: float, top: float) -> tuple[Box, ...]:
        """Return the layers beside the stack, each as near as there is room to the height at which it stands."""
        if not self._has_beside(stack) or self.shown_rows < self.build_steps:
            return ()
        boxes: list[Box] = []
        limit = top + self._stack_height()
        for layer in stack.beside():
            height = self._beside_height(stack, layer)
            row = int(self._height_rank(layer)) + 1
            limit = min(limit, self._row_top(min(row, self.row_count - 1), top) + self._row_height) - height
            boxes.append(Box(layer, x, limit, self.beside_width, height, stack.copies(layer)))
            limit -= GAP
        too_high = max(0.0, top + LINE + GAP - boxes[-1].y)
        return tuple(_pushed_down(boxes, too_high))

    def _lines(self, stack: Stack, x: float, top: float) -> tuple[Line, ...]:
        """Return the boundaries, each just above the layer that it guards."""
        lines = []
        for lower, upper, layer in self._neighbors(stack):
            if layer.boundary and self.is_true and upper < self.shown_rows:
                words, size = _boundary_words(layer.boundary, self.main_width)
                lines.append(Line(x - 5, self._row_top(lower, top) - GAP, self.main_width + 10, words, size, layer))
        return tuple(lines)

    def _voids(self, stack: Stack, top: float) -> tuple[tuple[float, float], ...]:
        """Return top and bottom of each stretch of rows in which this stack has nothing."""
        return tuple(
            (self._row_top(upper, top) + self._row_height, self._row_top(lower, top) - self._words_height(layer))
            for lower, upper, layer in self._neighbors(stack)
            if upper - lower > 1 and upper < self.shown_rows
        )

    def _marks(self, stack: Stack, boxes: tuple[Box, ...], beside: tuple[Box, ...], x: float) -> tuple[Mark, ...]:
        path = self._path(stack)
        everything = {box.layer.key: box for box in (*boxes, *beside)}
        if not path or any(step.layer.key not in everything for step in path.steps):
            return ()
        marks = []
        for step, lane in zip(path.steps, self._lanes(path), strict=True):
            box = everything[step.layer.key]
            lane_x = x + GAP + LANE * (lane + 0.5)
            touch = box.x if step.layer.is_beside else x
            marks.append(Mark(step.number, lane_x, box.y + box.height / 2, bool(step.crossing), touch))
        return tuple(marks)


def header_words(stack: Stack, picture: str, width: float) -> tuple[str, ...]:
    """Return the lines below the name of a system: how many workloads, kernels and boundaries it has."""
    return theme.wrap(stack.counts() if picture == "true" else "the usual picture", width, size=12)


def beside_name(stack: Stack, layer: Layer) -> str:
    """Return the label of a layer beside the stack, with how many of it there are."""
    copies = stack.copies(layer)
    return f"{layer.name} {TIMES}{copies}" if copies > 1 else layer.name


def _is_cut(name: str, width: float) -> bool:
    words, size = theme.fit(name, width, size=13, lines=2, bold=True)
    return any(line.endswith("…") or theme.text_width(line, size, bold=True) > width for line in words)


def _boundary_words(interface: str, width: float) -> tuple[tuple[str, ...], float]:
    return theme.fit(interface, width + 8, size=12, lines=2, bold=True)


def _separate(box: Box) -> list[Box]:
    if box.copies == 1:
        return [box]
    return [
        Box(box.layer, x, box.y, width, box.height, copy=number)
        for number, (x, width) in enumerate(box.parts(), start=1)
    ]


def _pushed_down(boxes: list[Box], distance: float) -> list[Box]:
    """Move the highest boxes down, and those below them only as far as they must."""
    moved: list[Box] = []
    floor = None
    for box in reversed(boxes):
        y = box.y + distance if floor is None else max(box.y, floor)
        moved.append(Box(box.layer, box.x, y, box.width, box.height, box.copies))
        floor = y + box.height + GAP
    return moved[::-1]


def _brackets(boxes: tuple[Box, ...], x: float) -> tuple[Bracket, ...]:
    brackets: list[Bracket] = []
    for box in {box.layer.key: box for box in boxes}.values():
        supplier = box.layer.supplied_by
        if brackets and brackets[-1].supplier == supplier:
            brackets[-1] = Bracket(supplier, x, box.y, brackets[-1].bottom)
        else:
            brackets.append(Bracket(supplier, x, box.y, box.y + box.height))
    return tuple(brackets)


def _supersequence(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Return the shortest sequence that holds both in order."""
    common = _common_lengths(first, second)
    merged: list[str] = []
    i = j = 0
    while i < len(first) and j < len(second):
        if first[i] == second[j]:
            merged.append(first[i])
            i, j = i + 1, j + 1
        elif common[i + 1][j] >= common[i][j + 1]:
            merged.append(first[i])
            i += 1
        else:
            merged.append(second[j])
            j += 1
    return (*merged, *first[i:], *second[j:])


def _common_lengths(first: tuple[str, ...], second: tuple[str, ...]) -> list[list[int]]:
    """Return for each pair of tails the length of their longest common subsequence."""
    lengths = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i in range(len(first) - 1, -1, -1):
        for j in range(len(second) - 1, -1, -1):
            same = first[i] == second[j]
            lengths[i][j] = 1 + lengths[i + 1][j + 1] if same else max(lengths[i + 1][j], lengths[i][j + 1])
    return lengths


def _places(rows: tuple[str, ...], sequence: tuple[str, ...]) -> tuple[int, ...]:
    """Return the row of each member of a sequence: the lowest that keeps the order, the top ones at the top."""
    places: list[int] = []
    for kind in sequence:
        places.append(rows.index(kind, places[-1] + 1 if places else 0))
    highest = len(rows)
    for index in range(len(sequence) - 1, -1, -1):
        if sequence[index] not in {"libraries", "application"}:
            break
        highest = len(rows) - 1 - rows[::-1].index(sequence[index], len(rows) - highest)
        places[index] = highest
    return tuple(places)
