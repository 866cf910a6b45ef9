"""What was asked, decided and done, as a chain: each entry holds the digest of the one before, so that a changed one shows.

A chain alone does not show that its end was cut off; so its head is told elsewhere as well (docs/audit.md).
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

GENESIS: Final = "0" * 64
"""What the first entry has before it."""


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened.

    ``at``       when, UTC; ``actor`` a Slack id, "" for the bot itself; ``person`` whom it belongs to
    ``verb``     what: "plan-asked", "plan-approved", "plan-denied", "plan-void", "plan-expired", "step-started", …
    ``subject``  to what: the id of a request or a run; ``detail`` facts in words, without any secret
    """

    at: datetime
    verb: str
    cluster: str
    subject: str
    actor: str = ""
    person: str = ""
    detail: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A deed in its place. ``number`` counts from 1; ``before`` and ``digest`` are SHA-256 in hex."""

    number: int
    deed: Deed
    before: str
    digest: str


class Flaw(msgspec.Struct, frozen=True):
    """What is wrong with a chain, and from which entry on nothing can be relied upon."""

    number: int
    what: str


def entry(number: int, deed: Deed, before: str) -> Entry:
    """The next link."""
    return Entry(number=number, deed=deed, before=before, digest=digest(number, deed, before))


def digest(number: int, deed: Deed, before: str) -> str:
    """SHA-256 over every field behind its length, so that no text can pretend to be two."""
    sha = hashlib.sha256()
    for text in (before, str(number), deed.at.astimezone(UTC).isoformat(), *_texts(deed)):
        coded = text.encode("utf-8", "surrogatepass")
        sha.update(len(coded).to_bytes(8, "big"))
        sha.update(coded)
    return sha.hexdigest()


def flaws(entries: Iterable[Entry], head: str = "") -> Iterator[Flaw]:
    """Everything that does not fit, in order. ``head``: a digest that was told elsewhere, and must be among them."""
    before, number, is_known = GENESIS, 0, head in ("", GENESIS)
    for one in entries:
        number += 1
        if one.number != number:
            yield Flaw(number, f"entry {one.number} stands where entry {number} should")
            number = one.number
        if one.before != before:
            yield Flaw(one.number, f"entry {one.number} does not follow the one before it")
        if one.digest != digest(one.number, one.deed, one.before):
            yield Flaw(one.number, f"entry {one.number} was changed")
        before = one.digest
        is_known |= head == before
    if not is_known:
        # Cut off, or made anew from anywhere on: nobody can tell which.
        yield Flaw(1, f"the head {head[:8]}, which was told elsewhere, is not in it: its end is cut off, or it is another one")


def _texts(deed: Deed) -> tuple[str, ...]:
    return (deed.verb, deed.cluster, deed.subject, deed.actor, deed.person, deed.detail)
