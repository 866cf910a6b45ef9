"""An Inventory for a person at a terminal, as one table, or as JSON with everything that is in it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import click

from bot.cli import documents, exit_codes
from bot.cli.text import MARKS, age, instant, printable
from bot.model import inventory_words as words
from bot.model.finding import Severity
from bot.model.inventory import Entry, Inventory

HEADS = ("LEFT", "CERTIFICATE", "TRUST", "ENDS", "KEY", "WHERE")
LONGEST_CELL = 400


def as_json(inventory: Inventory) -> str:
    """All of it, worst first, with its exit code on top; days are those of the look."""
    body: dict[str, Any] = {
        "cluster": inventory.cluster,
        "namespace": inventory.namespace,
        "taken_at": inventory.taken_at,
        "severity": inventory.severity,
        "exit_code": exit_codes.of(inventory.severity),
        "headline": words.headline(inventory),
        "certificates": inventory.entries,
        "generations": inventory.generations,
        "pods": inventory.trusting,
        "not_listed": inventory.blanks,
    }
    return documents.pretty(body)


def as_text(inventory: Inventory, now: datetime) -> str:
    """The next to end, then the table, then who trusts what and what could not be listed."""
    return "\n".join(_lines(inventory, now)) + "\n"


def _lines(inventory: Inventory, now: datetime) -> Iterator[str]:
    where = f"{click.style(printable(inventory.cluster), bold=True)} · namespace {printable(inventory.namespace)}"
    yield f"{where} · {age(inventory.taken_at, now)}"
    yield ""
    mark, colour, name = MARKS[inventory.severity]
    yield f"{click.style(f'{mark} {name}: {_told(inventory)}', fg=colour, bold=True)} ({words.counts(inventory)})"
    yield from _table(inventory)
    yield from _section(
        "Trust generations, the oldest first", [(Severity.OK, words.generation(one, inventory)) for one in inventory.generations]
    )
    groups = [(group.severity, words.trusting(group)) for group in inventory.trusting]
    yield from _section("What pods were started with", sorted(groups, key=lambda group: -group[0].rank))
    blanks = [(blank.severity, f"{blank.fact.rstrip('. ')}. {blank.hint}".rstrip()) for blank in inventory.blanks]
    yield from _section("Not in this list", blanks)


def _told(inventory: Inventory) -> str:
    headline = words.headline(inventory)
    return headline[0].lower() + headline[1:]


def _table(inventory: Inventory) -> Iterator[str]:
    if not inventory.entries:
        return
    rows = [HEADS, *(_row(entry, inventory) for entry in inventory.entries)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADS) - 1)]
    yield ""
    yield click.style(f"  {_aligned(rows[0], widths)}", dim=True)
    for entry, row in zip(inventory.entries, rows[1:], strict=True):
        mark, colour, _ = MARKS[entry.severity]
        yield click.style(f"{mark} {_aligned(row, widths)}", fg=colour if entry.severity.is_trouble else None, dim=entry.is_routine)


def _row(entry: Entry, inventory: Inventory) -> Sequence[str]:
    remark = words.remark(entry, inventory)
    cells = (
        words.left(entry, inventory),
        words.name(entry),
        words.trust(entry),
        instant(entry.not_after_at),
        entry.key_kind or "-",
        f"{words.where(entry)}{f' [{remark}]' if remark else ''}",
    )
    return [_cell(cell) for cell in cells]


def _cell(text: str) -> str:
    clean = printable(text)
    return clean if len(clean) <= LONGEST_CELL else f"{clean[:LONGEST_CELL]}…"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join([*(f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)), row[-1]])


def _section(title: str, lines: Sequence[tuple[Severity, str]]) -> Iterator[str]:
    if not lines:
        return
    yield ""
    yield click.style(title, bold=True)
    for severity, line in lines:
        mark, colour, name = MARKS[severity]
        word = f"{name}: " if severity.is_trouble or severity is Severity.UNKNOWN else ""
        yield f"  {click.style(f'{mark} {word}', fg=colour, bold=True) if word else ''}{_cell(line)}"
