"""``dapr-warden explain``: what the lines of a log mean, all of them together and each once.

``judge`` is pure; ``run`` only reads. Exit code 0 nothing known is a problem, 1 a problem is named, 3 unable, or not all could be read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from bot import files
from bot.cli import documents, exit_codes
from bot.cli.text import printable
from bot.diagnosis import explaining
from bot.diagnosis.explaining import MOST_LINES, Explained, Summary, Told
from bot.diagnosis.signature import Kind, Signature
from bot.errors import InputError
from bot.model import phrases

MAX_SIZE: Final = 16 * 1024 * 1024
STANDARD_INPUT: Final = "-"

_NAMED: Final = 1
_ENDS_SHOWN: Final = 3
_BINARY_IS_SEEN_IN: Final = 8_000
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_LOOKS: Final = {
    Kind.CERTIFICATE: ("CERTIFICATES", "red"),
    Kind.OPEN: ("OPEN, certificates or not", "yellow"),
    Kind.OTHER: ("NOT CERTIFICATES", "yellow"),
    Kind.STATE: ("HEALTHY", "green"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer. ``left_out``: lines after those that were read."""

    lines: tuple[Explained, ...]
    summary: Summary
    left_out: int = 0

    @property
    def exit_code(self) -> int:
        """0 nothing known is a problem, 1 a problem is named, 3 none is, but not everything was read."""
        if self.summary.names_a_problem:
            return _NAMED
        return exit_codes.UNABLE if self.left_out or self.summary.cut else 0


def run(file: Path) -> Result:
    """Explain a file, or standard input for "-". InputError when there is no text in it, or more than 16 MiB."""
    is_piped = str(file) == STANDARD_INPUT
    if is_piped and files.is_typed():
        click.echo("Paste the lines, then press Return and Ctrl-D.", err=True)
    data = files.standard_input(MAX_SIZE) if is_piped else files.content(file, MAX_SIZE)
    return judge(_text(data, "Standard input" if is_piped else str(file)))


def judge(text: str) -> Result:
    """What the lines of a text mean; of more than 100,000 lines the first ones."""
    lines = explaining.explain(text)
    return Result(lines=lines, summary=explaining.ranked(lines), left_out=explaining.unread(text))


def as_json(result: Result) -> str:
    """One JSON document and a newline."""
    return documents.explanation(result.lines, result.summary, left_out=result.left_out, exit_code=result.exit_code)


def as_text(result: Result) -> str:
    """All lines together first; then each explanation once, what stands behind the others before them; then what is only a guess."""
    summary = result.summary
    lines = [click.style(explaining.headline(summary), bold=True), _counts(result), *_ends(summary.ends)]
    for told in summary.told:
        lines += ["", *_told(told)]
    for guess in summary.guesses:
        lines += ["", *_guess(guess)]
    return "\n".join(lines) + "\n"


def _text(data: bytes, name: str) -> str:
    if len(data) > MAX_SIZE:
        raise InputError(
            f"{name} is larger than {MAX_SIZE // 2**20} MiB; nothing of it was read.",
            hint=f"Give a part of it: tail -n {MOST_LINES} FILE | dapr-warden explain",
        )
    if data.startswith(_UTF16):  # what PowerShell writes
        data = data.decode("utf-16", "replace").encode()
    # A node that crashed leaves blocks of NUL in its logs; other bytes beyond text are no log.
    seen = data[:_BINARY_IS_SEEN_IN].lstrip(b"\0")
    if seen.count(b"\0") > len(seen) // 10 or (data and not seen):
        raise InputError(f"{name} is binary, not lines of a log.", hint="Give the log as text; unpack it first if it is packed.")
    text = data.replace(b"\0", b"").decode("utf-8-sig", "replace")
    if not text.strip():
        raise InputError(f"{name} is empty.", hint="For example: kubectl logs -n dapr-system deploy/dapr-sentry | dapr-warden explain")
    return text


def _counts(result: Result) -> str:
    summary = result.summary
    known = summary.read - summary.blank - summary.unknown
    parts = [f"{_lines(summary.read)} read: {known:,} known, {summary.unknown:,} unknown"]
    if result.left_out:
        parts.append(f"{_lines(result.left_out)} after them left out (at most {MOST_LINES:,} are read)")
    if summary.cut:
        parts.append(f"{_lines(summary.cut)} so long that only the beginning was read")
    return "; ".join(parts) + "."


def _ends(ends: tuple[datetime, ...]) -> Iterator[str]:
    if ends:
        more = f" and {len(ends) - _ENDS_SHOWN} other instants" if len(ends) > _ENDS_SHOWN else ""
        yield f"What they say has expired ended at {', '.join(phrases.instant(at) for at in ends[:_ENDS_SHOWN])}{more}."


def _told(told: Told) -> Iterator[str]:
    one = told.signature
    name, colour = _look(one)
    yield click.style(f"{name}: {one.meaning}", fg=colour, bold=True)
    yield from _where(told)
    yield f"  cause    {one.cause}"
    yield f"  do       {one.remedy}"
    yield click.style(f"  explained in docs/signatures.md, row {one.row} ({one.id})", dim=True)


def _look(one: Signature) -> tuple[str, str]:
    if explaining.is_red_herring(one):
        return "RED HERRING", "blue"
    return ("A CERTIFICATE, perhaps not Dapr's", "yellow") if explaining.is_foreign(one) else _LOOKS[one.kind]


def _guess(guess: Told) -> Iterator[str]:
    one = guess.signature
    yield click.style(f"UNKNOWN, nearest: {one.id}", fg="magenta", bold=True)
    yield from _where(guess)
    yield f"  guess    If it were that: {one.meaning}"
    yield click.style(f"  compare with docs/signatures.md, row {one.row}", dim=True)


def _where(told: Told) -> Iterator[str]:
    where = f"line {told.first.number:,}" if told.count == 1 else f"{_lines(told.count)}, the first is {told.first.number:,}"
    yield f"  seen     {where}: {printable(told.first.excerpt)}"


def _lines(number: int) -> str:
    return f"{number:,} line" if number == 1 else f"{number:,} lines"
