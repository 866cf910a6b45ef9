"""The record of what was asked, decided and done: is it whole, and what does it say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

import click

from bot.cli import documents
from bot.cli.text import printable
from bot.errors import InputError
from bot.model import audit, phrases
from bot.model.audit import Entry, Flaw

SHOWN: Final = 20
_BROKEN: Final = 2
_HEX: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What came of it. ``first``, ``last``: entries, None when there is none; ``flaws``: the first of them, ``broken`` how many.

    ``since``: from which entry on nothing can be relied upon, 0 when everything can.
    """

    entries: int
    first: Entry | None
    last: Entry | None
    flaws: tuple[Flaw, ...]
    broken: int
    since: int
    asked_for: str

    @property
    def head(self) -> str:
        """The digest of the last entry; what an empty record begins with when there is none."""
        return self.last.digest if self.last else audit.GENESIS

    @property
    def exit_code(self) -> int:
        """0 whole, 2 not."""
        return _BROKEN if self.broken else 0


def head(given: str) -> str:
    """A digest as a person gave it. Raises InputError."""
    digest = given.strip().lower()
    if digest and (len(digest) != len(audit.GENESIS) or not _HEX.issuperset(digest)):
        raise InputError(
            f"{given!r} is not the head of a record.", hint="Give all 64 hexadecimal digits, as they stand where the head was told."
        )
    return digest


def verified(entries: Iterable[Entry], asked_for: str = "") -> Verified:
    """Read once from beginning to end, however long it is."""
    passed = _Passed(entries)
    kept: list[Flaw] = []
    broken = since = 0
    for flaw in audit.flaws(passed, asked_for):
        broken += 1
        since = min(since or flaw.number, flaw.number)
        if len(kept) < SHOWN:
            kept.append(flaw)
    return Verified(
        entries=passed.count,
        first=passed.first,
        last=passed.last,
        flaws=tuple(kept),
        broken=broken,
        since=since,
        asked_for=asked_for,
    )


class _Passed:
    """Entries on their way; remembers the first, the last and how many they were."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = entries
        self.count = 0
        self.first: Entry | None = None
        self.last: Entry | None = None

    def __iter__(self) -> Iterator[Entry]:
        for one in self._entries:
            self.count += 1
            self.first = self.first or one
            self.last = one
            yield one


def verified_text(found: Verified) -> str:
    """The verdict, then what does not fit, then the head."""
    return "\n".join(_verdict(found)) + "\n"


def verified_json(found: Verified) -> str:
    """The same for a machine."""
    body: dict[str, Any] = {
        "exit_code": found.exit_code,
        "is_whole": not found.broken,
        "entries": found.entries,
        "head": found.head,
        "first_at": found.first.deed.at if found.first else None,
        "last_at": found.last.deed.at if found.last else None,
        "unreliable_since": found.since or None,
        "flaws": found.flaws,
        "flaws_left_out": found.broken - len(found.flaws),
    }
    return documents.pretty(body)


def _verdict(found: Verified) -> Iterator[str]:
    what = phrases.count(found.entries, "entry") if found.entries == 1 else f"{found.entries} entries"
    if found.broken:
        yield click.style(f"✗ NOT WHOLE: do not rely on this record from entry {found.since} on ({what})", fg="red", bold=True)
        yield from (f"  {printable(flaw.what)}" for flaw in found.flaws)
        if found.broken > len(found.flaws):
            yield f"  and {found.broken - len(found.flaws)} more"
        yield "  do    keep the file as it is, and find out who could write to it: docs/audit.md#when-it-is-not-whole"
    else:
        yield click.style(f"✓ whole: {what}, each behind the one before it", fg="green", bold=True)
    if found.first and found.last:
        yield f"  from  {_at(found.first)} to {_at(found.last)}"
    yield f"  head  {found.head}"
    if not found.asked_for:
        yield "  A cut-off end shows only beside a head that was told elsewhere: give it with --head."


def exported_text(entries: Iterable[Entry]) -> str:
    """A line per entry."""
    lines = [_line(one) for one in entries]
    return "\n".join(lines or ["Nothing is recorded yet."]) + "\n"


def exported_json(entries: Iterable[Entry]) -> str:
    """All of it, with the head; with ``before`` and ``digest`` anybody can verify it again."""
    told = list(entries)
    return documents.pretty({"head": told[-1].digest if told else audit.GENESIS, "entries": told})


def _line(one: Entry) -> str:
    deed = one.deed
    who = "the bot" if not deed.actor else deed.actor if deed.person in ("", deed.actor) else f"{deed.actor} ({deed.person})"
    words = (str(one.number), _at(one), deed.verb, deed.cluster, deed.subject, f"by {who}", deed.detail)
    return "  ".join(printable(word) for word in words if word)


def _at(one: Entry) -> str:
    return phrases.instant(one.deed.at.astimezone(UTC))
