"""Lists that fit a terminal: which columns there is room for, how wide each is, and the lines."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, NamedTuple

from mockserver.cli.terminal.short_ids import short_among

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GAP = "  "
LEAST = {"text": 8, "prose": 16}  # a column of these may be as narrow as that
COMFORT = 40  # ids are whole only if other columns have so much


class Column(NamedTuple):
    """A heading, what stands below it, and how soon the column is left out.

    `word` stays whole. `id` may lose its end. `text` is cut, `prose` goes on in the next line. A
    terminal that is too narrow loses the columns with the highest `rank` first, never rank 0.
    """

    name: str
    kind: Literal["word", "id", "text", "prose"] = "prose"
    rank: int = 0


def laid_out(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int | None
) -> Iterator[str]:
    """The lines of a table, the headings first. Without a width every row is one whole line."""
    cells = [[column.name, *(row[at] for row in rows)] for at, column in enumerate(columns)]
    if width is None:
        yield from _lines(cells, [_widest(below) for below in cells])
        return
    kept = _with_room(columns, cells, width)
    columns, cells = [columns[at] for at in kept], [cells[at] for at in kept]
    if sum(_wanted(c, below) for c, below in zip(columns, cells, strict=True)) > _room(kept, width):
        cells = [_shortened(c, below) for c, below in zip(columns, cells, strict=True)]
    yield from _lines(*_fitted(columns, cells, width))


def _room(kept: Sequence[object], width: int) -> int:
    """What is left of a line for the cells of so many columns."""
    return width - len(GAP) * (len(kept) - 1)


def _with_room(columns: Sequence[Column], cells: Sequence[list[str]], width: int) -> list[int]:
    """The places of the columns that there is room for."""
    needs = [_least(c, _shortened(c, below)) for c, below in zip(columns, cells, strict=True)]
    kept = list(range(len(columns)))
    while sum(needs[at] for at in kept) > _room(kept, width):
        last = max(reversed(kept), key=lambda at: columns[at].rank)
        if columns[last].rank == 0:
            break
        kept.remove(last)
    return kept


def _shortened(column: Column, below: list[str]) -> list[str]:
    if column.kind != "id":
        return below
    short = short_among(below[1:])
    return [below[0], *(short[whole] for whole in below[1:])]


def _least(column: Column, below: list[str]) -> int:
    return min(_widest(below), LEAST.get(column.kind, _widest(below)))


def _wanted(column: Column, below: list[str]) -> int:
    return min(_widest(below), COMFORT) if column.kind in LEAST else _widest(below)


def _fitted(
    columns: Sequence[Column], cells: Sequence[list[str]], width: int
) -> tuple[list[list[str]], list[int]]:
    """The cells, cut and wrapped, and how wide each column is. Narrow columns get all they need."""
    widths = [_widest(below) for below in cells]
    flexible = [at for at, column in enumerate(columns) if column.kind in LEAST]
    left = _room(columns, width) - sum(w for at, w in enumerate(widths) if at not in flexible)
    fitted = [list(below) for below in cells]
    for done, at in enumerate(sorted(flexible, key=widths.__getitem__)):
        widths[at] = min(widths[at], max(1, left // (len(flexible) - done)))
        left -= widths[at]
        fit = _cut if columns[at].kind == "text" else _wrapped
        fitted[at] = [fit(text, widths[at]) for text in cells[at]]
    return fitted, widths


def _lines(cells: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    for row in zip(*cells, strict=True):
        for parts in zip_longest(*(text.split("\n") for text in row), fillvalue=""):
            padded = (_padded(text, width) for text, width in zip(parts, widths, strict=True))
            yield GAP.join(padded).rstrip()


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """How many columns of a terminal a text takes; Chinese characters take two."""
    from rich.cells import cell_len

    return cell_len(text)


def _widest(below: Sequence[str]) -> int:
    return max(map(_width, below), default=0)


def _cut(text: str, width: int) -> str:
    from rich.cells import set_cell_size

    return text if _width(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def _wrapped(text: str, width: int) -> str:
    """A text on lines between its words; a word that is longer than a line is broken."""
    from rich.cells import chop_cells

    lines: list[str] = []
    for word in text.split(" "):
        if lines and _width(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines += chop_cells(word, width) or [""]
    return "\n".join(lines)
