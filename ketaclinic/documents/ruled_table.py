"""A ruled table over as many pages as it takes, its headings on each; a row is as high as its longest cell asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ketaclinic.documents.list_pages import ListPages, width_of

R = TypeVar("R")
_PAD = 3.0
_SMALLEST = 6.5
_LEADING = 1.18
_AIR = 0.38  # of the size, above and below the lines of a row together
_LONGEST_WORD = 9.0  # of the size: a word wider than that may be broken
_HEAD = 1.9  # height of the headings over the size


@dataclass(frozen=True)  # no slots: Column[Row](…) notes its type on the instance
class Column(Generic[R]):
    """One column.

    Attributes:
        share: of the room that is left; 0 for a column as wide as its widest text.
        width: at least, in points, where there is no text (boxes).
        most: lines a cell may have; what is longer is cut with "…".
        draw: draws the cell itself: pages, row, x, base line, size.
    """

    heading: str
    text: Callable[[R], str] = lambda _: ""
    share: float = 0
    width: float = 0
    bold: bool = False
    most: int = 1
    draw: Callable[[ListPages, R, float, float, float], None] | None = None


@dataclass(frozen=True)
class Table(Generic[R]):
    """A table set at one size: where its columns stand, the lines of its cells, the heights of its rows."""

    columns: tuple[Column[R], ...]
    rows: tuple[R, ...]
    size: float
    widths: tuple[float, ...]
    cells: tuple[tuple[tuple[str, ...], ...], ...]
    heights: tuple[float, ...]
    crowded: bool
    """Whether words are broken for want of room: the type is too large."""

    @property
    def head(self) -> float:
        """Height of the headings."""
        return self.size * _HEAD

    @property
    def height(self) -> float:
        """Of all rows together, without headings."""
        return sum(self.heights)


def set_table(
    pages: ListPages, columns: Sequence[Column[R]], rows: Sequence[R], *, size: float, least: float
) -> Table[R]:
    """Sets a table at a size; rows are at least `least` high."""
    widths, crowded = _widths(pages, columns, rows, size)
    cells = tuple(
        tuple(
            tuple(pages.lines(column.text(row), size, wide - 2 * _PAD + 0.1, column.most, bold=column.bold))
            for column, wide in zip(columns, widths, strict=True)
        )
        for row in rows
    )
    heights = (size * (_LEADING * max(map(len, row)) + _AIR) for row in cells)
    return Table(tuple(columns), tuple(rows), size, widths, cells, tuple(max(least, high) for high in heights), crowded)


def draw_table(
    pages: ListPages, table: Table[R], *, stretch: float = 0, group: Callable[[R], str] | None = None
) -> None:
    """Draws the rows from `pages.top` down, each `stretch` higher; a `group` that changes gets a line of its own."""
    y = _draw_head(pages, table)
    before = ""
    for row, cells, needs in zip(table.rows, table.cells, table.heights, strict=True):
        title, high = group(row) if group else "", needs + stretch
        titled = table.size * 2.2 if title != before else 0.0
        if y - high - titled < pages.bottom - 0.01:
            pages.new_page()
            y = _draw_head(pages, table)
            titled = table.size * 2.2 if title else 0.0
        if titled:
            y -= titled
            words = {"size": table.size + 1, "bold": True, "color": pages.tones.accent}
            pages.text(pages.left, y + table.size * 0.5, title, **words)  # type: ignore[arg-type]
            pages.rule(pages.left, y, pages.right)
            before = title
        y -= high
        _draw_row(pages, table, row, cells, y, high)
    pages.top = y


def _widths(
    pages: ListPages, columns: Sequence[Column[R]], rows: Sequence[R], size: float
) -> tuple[tuple[float, ...], bool]:
    """Each column as wide as its words ask; what is left goes to those that share, which break only very long words."""
    wanted = []
    for column in columns:
        texts = {column.text(row) for row in rows}
        parts = {word for text in texts for word in text.split(" ")} if column.share else texts
        widest = max((width_of(part, size, bold=column.bold) for part in parts), default=0.0)
        if column.share:
            widest = min(widest, size * _LONGEST_WORD)
        wanted.append(max(column.width, widest, width_of(column.heading, _heading(size), bold=True)) + 2 * _PAD)
    left = pages.wide - sum(wanted)
    shares = sum(column.share for column in columns)
    spread = zip(wanted, columns, strict=True)
    return tuple(max(wide + left * column.share / shares, size * 2) for wide, column in spread), left < 0


def _heading(size: float) -> float:
    return max(_SMALLEST, size - 1)


def _draw_head(pages: ListPages, table: Table[R]) -> float:
    y = pages.top - table.head
    pages.ground(pages.left, y, pages.wide, table.head)
    x, size = pages.left, _heading(table.size)
    for column, wide in zip(table.columns, table.widths, strict=True):
        base = y + table.head * 0.32
        pages.text(
            x + _PAD, base, column.heading, size=size, bold=True, color=pages.tones.second, width=wide - _PAD + 0.1
        )
        x += wide
    pages.rule(pages.left, y, pages.right, heavy=True)
    return y


def _draw_row(
    pages: ListPages, table: Table[R], row: R, cells: tuple[tuple[str, ...], ...], y: float, high: float
) -> None:
    size = table.size
    leading = size * _LEADING
    base = y + (high - size) / 2 + size * 0.14
    x = pages.left
    for column, wide, lines in zip(table.columns, table.widths, cells, strict=True):
        if column.draw is not None:
            column.draw(pages, row, x + _PAD, base, size)
        first = base + leading * (len(lines) - 1) / 2
        for number, line in enumerate(lines):
            pages.text(x + _PAD, first - leading * number, line, size=size, bold=column.bold)
        x += wide
    pages.rule(pages.left, y, pages.right)
