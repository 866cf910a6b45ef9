"""The doctor's answer for a terminal, and as JSON. Exit code 0 in order, 1 a warning, 2 trouble, 3 not everything could be told."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

import click

from bot.cli import documents, exit_codes
from bot.cli.text import printable
from bot.model import phrases
from bot.model.examination import Examined, Outcome, Result, alike

MARKS: Final = {
    Outcome.FINE: ("✓", "green", "fine"),
    Outcome.NOT_LOOKED_AT: ("-", "bright_black", "not looked at, by choice"),
    Outcome.UNKNOWN: ("?", "magenta", "UNKNOWN"),
    Outcome.WARNING: ("!", "yellow", "WARNING"),
    Outcome.TROUBLE: ("✗", "red", "TROUBLE"),
}
_CODES: Final = {Outcome.FINE: 0, Outcome.NOT_LOOKED_AT: 0, Outcome.WARNING: 1, Outcome.TROUBLE: 2, Outcome.UNKNOWN: exit_codes.UNABLE}


def exit_code(examined: Examined) -> int:
    """Of the worst: what must be mended counts more than what could not be told."""
    return _CODES[examined.worst]


def as_json(examined: Examined) -> str:
    """One JSON object and a newline."""
    body: dict[str, Any] = {
        "cluster": examined.cluster,
        "at": examined.at,
        "verdict": examined.verdict,
        "exit_code": exit_code(examined),
        "results": examined.results,
    }
    return documents.pretty(body)


def as_text(examined: Examined) -> str:
    """Verdict first; then all by subject, with what to do under what is not fine."""
    _, colour, _ = MARKS[examined.worst]
    named = f"The bot{f' of {printable(examined.cluster)}' if examined.cluster else ''}"
    lines = [click.style(f"{named}: {examined.verdict}", fg=colour, bold=True), f"Looked at {phrases.instant(examined.at)}."]
    for subject, results in groupby(examined.results, key=lambda result: result.subject):
        lines += ["", click.style(subject.value, bold=True)]
        for same in alike(results):
            lines += _told(same)
    return "\n".join([*lines, "", "Each one is explained in docs/doctor.md."]) + "\n"


def _told(same: Sequence[Result]) -> Iterator[str]:
    result = same[0]
    mark, colour, word = MARKS[result.outcome]
    # A title is the healthy fact, and only told where it holds.
    named = result.title if result.outcome is Outcome.FINE else click.style(word, fg=colour)
    yield f"  {click.style(mark, fg=colour)} {named}  {click.style(', '.join(one.id for one in same), dim=True)}"
    yield f"      {printable(result.seen)}"
    if result.remedy and result.outcome is not Outcome.FINE:
        yield f"      → {printable(result.remedy)}"
