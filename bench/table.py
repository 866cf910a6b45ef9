"""What a measure yields: tables of figures with their units, and promises that were kept or not. Text and Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``rows`` have one cell per column; numbers are shown with three digits that matter. ``notes``: sentences below it."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | float]]
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """``value`` against ``limit``, both in ``unit``; ``at_least``: more is better. ``value`` None: it could not be measured."""

    what: str
    limit: float
    unit: str
    value: float | None
    at_least: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether the value was measured, and is on the right side."""
        if self.value is None:
            return False
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Everything that one measure found. ``problem``: why it could not, "" when it could."""

    tables: Sequence[Table] = ()
    promises: Sequence[Promise] = field(default=())
    problem: str = ""


def promises(found: Sequence[Promise]) -> Table:
    """What was promised, beside what was measured."""
    rows = [(one.what, _limit(one), "?" if one.value is None else f"{number(one.value)} {one.unit}", _word(one)) for one in found]
    return Table(title="What was promised", columns=("what", "promised", "measured", ""), rows=rows)


def number(value: float) -> str:
    """Three digits that matter: 0.0123, 1.23, 12.3, 123, 12300."""
    if value == 0:
        return "0"
    shown = f"{value:.3g}"
    return f"{float(shown):.0f}" if "e+" in shown else shown


def text(table: Table) -> str:
    """For a terminal: columns in line, numbers to the right."""
    cells = [[_cell(cell) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(table.columns))]
    numeric = [_is_numeric(table, at) for at in range(len(widths))]
    lines = ["  ".join(_aligned(*cell) for cell in zip(row, widths, numeric, strict=True)).rstrip() for row in cells]
    return "\n".join((table.title, "-" * len(table.title), *lines, *(f"* {note}" for note in table.notes))) + "\n"


def markdown(table: Table) -> str:
    """For a page: a heading, the table, the notes as a list."""
    ruler = ["---:" if _is_numeric(table, at) else "---" for at in range(len(table.columns))]
    cells = ([_cell(cell) for cell in table.columns], ruler, *([_cell(cell) for cell in row] for row in table.rows))
    lines = [f"| {' | '.join(row)} |" for row in cells]
    notes = ("", *(f"- {note}" for note in table.notes)) if table.notes else ()
    return "\n".join((f"### {table.title}", "", *lines, *notes)) + "\n"


def _cell(cell: str | float) -> str:
    return cell if isinstance(cell, str) else number(cell)


def _is_numeric(table: Table, at: int) -> bool:
    return any(not isinstance(row[at], str) for row in table.rows)


def _aligned(cell: str, width: int, numeric: bool) -> str:  # noqa: FBT001 - a row of the same three things
    return cell.rjust(width) if numeric else cell.ljust(width)


def _limit(one: Promise) -> str:
    return f"{'≥' if one.at_least else '≤'} {number(one.limit)} {one.unit}"


def _word(one: Promise) -> str:
    if one.value is None:
        return "not measured"
    return "kept" if one.is_kept else "MISSED"
