"""Lines that a person pasted, explained: what each of them is, and what stands behind all of them together.

Logs open a question, they never decide it: nothing in here says that a cluster is healthy.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from bot.diagnosis.classifying import classify
from bot.diagnosis.excerpting import excerpts
from bot.diagnosis.joining import joined
from bot.diagnosis.resembling import nearest
from bot.diagnosis.signature import Kind, Signature
from bot.diagnosis.signatures import SIGNATURES
from bot.diagnosis.table import ca_lost, expiry_warning, red_herrings, sentry_reads, sentry_refuses
from bot.diagnosis.table.others import FOREIGN
from bot.diagnosis.unwrapping import SEARCHED, Printed, plain, printed

MOST_LINES: Final = 100_000
"""Lines of a text that are read, from its beginning; :func:`unread` counts the others."""
MOST_GUESSED: Final = 10_000
"""Different unknown messages for which the nearest signature is sought; those after them get none."""

# As Go words it: "current time 2023-06-19T13:19:51Z is after 2023-06-16T12:31:17Z", the second being the certificate's end.
_ENDED: Final = re.compile(r"current time \S{1,40} is after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d))")
_QUIET: Final = frozenset({"trace", "debug", "info", "notice"})
_QUIET_BY_KLOG: Final = re.compile(r"I\d{4} \d\d:\d\d:\d\d\.")
_COMPLAINT: Final = re.compile(
    r"err|fail|fatal|panic|warn|can ?no?t|could\s?n.t|could not|unable|refus|reject|den[iy]|forbid|invalid|not valid|does ?n.t|does not"
    r"|expir|time(?:d )?out|mismatch|not found|missing|unknown|unauthori|trust|lost|x509|self.signed",
    re.IGNORECASE,
)

# What sentry, which makes the certificates, says of its own CA: all others only suffer from it. In them a reason is told already.
_CAUSES: Final = frozenset(one.id for table in (ca_lost, expiry_warning, sentry_refuses, sentry_reads) for one in table.GROUP.signatures)
_POSITIONS: Final = {one.id: position for position, one in enumerate(SIGNATURES)}
_RED_HERRINGS: Final = frozenset(one.id for one in red_herrings.GROUP.signatures)
_BEGINNINGS: Final = {
    True: ("This is about certificates.", Kind.CERTIFICATE),
    None: ("This may be about certificates.", Kind.OPEN),
    False: ("This is not about certificates.", Kind.OTHER),
}
_CAUSE, _REASON, _WARNING, _COMPLAINT_OF_CERTIFICATES, _OPEN, _OTHER, _HEALTHY, _RED_HERRING = range(8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One line; ``number`` counts from 1.

    ``excerpt``    what was printed, unwrapped, redacted and cut; outside text
    ``signature``  what it is; None: no signature knows it, so it is healthy noise, somebody else's, or a wording that is new
    ``reasons``    the signatures inside the line that tell why
    ``nearest``    of an unknown line that complains: what it looks most like, a guess and nothing more
    ``ended_at``   when the certificate ended that the line says has expired
    ``is_cut``     so long that only its beginning was read
    """

    number: int
    excerpt: str
    signature: Signature | None = None
    reasons: tuple[Signature, ...] = ()
    nearest: Signature | None = None
    ended_at: datetime | None = None
    is_cut: bool = False

    @property
    def told(self) -> tuple[Signature, ...]:
        """What stands in the line, the reasons first. Of a red herring only itself, and what it says of certificates."""
        if self.signature is None:
            return ()
        is_weighty = not is_red_herring(self.signature)
        return (*(one for one in self.reasons if is_weighty or one.kind is Kind.CERTIFICATE or is_foreign(one)), self.signature)

    @property
    def is_problem(self) -> bool:
        """Whether something is named that is the matter: neither healthy information nor a red herring."""
        return any(is_problem(one) for one in self.told)

    @property
    def is_certificate_problem(self) -> bool | None:
        """None: either, or nothing is known of the line. A reason that is open does not open what its carrier has closed."""
        if any(one.kind is Kind.CERTIFICATE for one in self.told):
            return True
        is_open = self.signature is None or self.signature.kind is Kind.OPEN or any(map(is_foreign, self.told))
        return None if is_open else False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One signature, how many lines bear it (or look like it), and the first of them."""

    signature: Signature
    count: int
    first: Explained


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All lines together.

    ``told``     what they are, first what stands behind the others; red herrings last
    ``guesses``  what unknown lines look like, the most frequent first
    ``ends``     the different ends of certificates that lines name, the earliest first
    ``read``     lines that were read; ``blank`` of them are empty, ``unknown`` are not and no signature knows them
    ``cut``      lines of which only the beginning was read
    """

    told: tuple[Told, ...]
    guesses: tuple[Told, ...]
    ends: tuple[datetime, ...]
    read: int
    blank: int
    unknown: int
    cut: int
    is_certificate_problem: bool | None

    @property
    def names_a_problem(self) -> bool:
        """Whether any line names something that is the matter; guesses do not count."""
        return any(is_problem(one.signature) for one in self.told)


def is_red_herring(one: Signature) -> bool:
    """Whether it stands in every log of an incident and explains nothing."""
    return one.id in _RED_HERRINGS


def is_foreign(one: Signature) -> bool:
    """Whether it is about a certificate, perhaps not one of Dapr's."""
    return one is FOREIGN


def is_problem(one: Signature) -> bool:
    """Whether it says that something is the matter."""
    return one.kind is not Kind.STATE and not is_red_herring(one)


def explain(text: str) -> tuple[Explained, ...]:
    """Every line of a text, at most ``MOST_LINES`` of them. Never raises.

    Lines end with a line feed, or, where there is none, with a carriage return. What a container runtime cut into pieces is one line,
    with the number of its first piece.
    """
    lines = text.split(_ending(text), MOST_LINES)[:MOST_LINES]
    if lines and not lines[-1]:
        lines.pop()  # the end of the last line, or nothing at all
    guesses: dict[str, Signature | None] = {}
    whole = joined(enumerate(lines, 1), _text, lambda _: (), lambda line, text: (line[0], text))
    found = [_of(number, line, guesses) for number, line in sorted(whole, key=_number)]
    shown = excerpts(message for _, message in found)
    return tuple(replace(one, excerpt=excerpt) for (one, _), excerpt in zip(found, shown, strict=True))


def unread(text: str) -> int:
    """How many lines of a text are left out by :func:`explain`."""
    ending = _ending(text)
    return max(0, text.count(ending) + (not text.endswith(ending)) - MOST_LINES)


def _ending(text: str) -> str:
    """What a line ends with: a lone carriage return only where nothing else ends one, as otherwise it is a progress bar's."""
    return "\r" if "\n" not in text and "\r" in text else "\n"


def _number(line: tuple[int, str]) -> int:
    return line[0]


def _text(line: tuple[int, str]) -> str:
    return line[1]


def _of(number: int, line: str, guesses: dict[str, Signature | None]) -> tuple[Explained, str]:
    """A line without its excerpt, and what was printed."""
    line = plain(line)
    known, is_cut = classify(line, None), len(line) > SEARCHED
    if known is not None:
        message = known.printed.message
        ended_at = _ended(message)
        one = Explained(number=number, excerpt="", signature=known.primary, reasons=known.reasons, ended_at=ended_at, is_cut=is_cut)
        return one, message
    seen = printed(line)
    return Explained(number=number, excerpt="", nearest=_guess(seen, guesses), is_cut=is_cut), seen.message


def _guess(seen: Printed, guesses: dict[str, Signature | None]) -> Signature | None:
    message = seen.message[:SEARCHED]
    if seen.level.lower() in _QUIET or _QUIET_BY_KLOG.match(message) or not _COMPLAINT.search(message):
        return None
    if message not in guesses and len(guesses) < MOST_GUESSED:
        guesses[message] = nearest(message)
    return guesses.get(message)


def _ended(message: str) -> datetime | None:
    found = _ENDED.search(message[:SEARCHED])
    try:
        return datetime.fromisoformat(found[1]).astimezone(UTC) if found else None
    except (ValueError, OverflowError):  # a 31st of February, a year that no time zone reaches
        return None


def ranked(explained: Sequence[Explained]) -> Summary:
    """What stands behind the lines: certificates before anything else, reasons before the complaints that end with them."""
    told = _counted((one, signature) for one in explained for signature in dict.fromkeys(one.told))
    guesses = _counted((one, one.nearest) for one in explained if one.nearest is not None)
    unknown = [one for one in explained if one.signature is None]
    blank = sum(not one.excerpt for one in unknown)
    ranks = _ranks(explained)
    return Summary(
        told=tuple(sorted(told, key=lambda one: _order(one, ranks))),
        guesses=tuple(sorted(guesses, key=lambda one: -one.count)),
        ends=tuple(sorted({one.ended_at for one in explained if one.ended_at is not None})),
        read=len(explained),
        blank=blank,
        unknown=len(unknown) - blank,
        cut=sum(one.is_cut for one in explained),
        is_certificate_problem=_verdict(explained, guesses),
    )


def headline(summary: Summary) -> str:
    """All of it in a sentence or two, our own words."""
    if not summary.told:
        known = "some look like something that is" if summary.guesses else "that does not mean that all is well"
        return f"Unknown. No signature knows any of these lines; {known}."
    first = summary.told[0].signature
    if is_red_herring(first):
        return f"This misleads: it explains nothing about certificates. {first.meaning}"
    if first.kind is Kind.STATE:
        return "Nothing that is known of these lines is a problem."
    if is_foreign(first):
        return f"This is about a certificate, perhaps not one of Dapr's. {first.meaning}"
    begins, kind = _BEGINNINGS[summary.is_certificate_problem]
    subject = next((one.signature for one in summary.told if one.signature.kind is kind), first)
    why = f" The first reason to look at: {first.meaning}" if subject is not first else ""
    return f"{begins} {subject.meaning}{why}"


def _counted(pairs: Iterable[tuple[Explained, Signature]]) -> list[Told]:
    firsts: dict[str, tuple[Explained, Signature]] = {}
    counts: Counter[str] = Counter()
    for one, signature in pairs:
        firsts.setdefault(signature.id, (one, signature))
        counts[signature.id] += 1
    return [Told(signature=signature, count=counts[id_], first=one) for id_, (one, signature) in firsts.items()]


def _verdict(explained: Sequence[Explained], guesses: Sequence[Told]) -> bool | None:
    """Whether anything is a problem of Dapr's certificates; None: it may be."""
    verdicts = {one.is_certificate_problem for one in explained if one.signature is not None}
    if True in verdicts:
        return True
    return None if not verdicts or None in verdicts or guesses else False


def _order(one: Told, ranks: dict[str, tuple[int, int]]) -> tuple[int, int, int, int]:
    """Of one rank the most frequent first; what sentry says of its CA in the table's order, since it repeats some of it every hour."""
    rank, carries = ranks[one.signature.id]
    return rank, carries, -one.count if rank != _CAUSE else 0, _POSITIONS[one.signature.id]


def _ranks(explained: Sequence[Explained]) -> dict[str, tuple[int, int]]:
    """Per signature: its rank, and 0 for a reason or 1 for what may carry one. A reason not of certificates ranks as its carrier."""
    ranks: dict[str, tuple[int, int]] = {}
    for one in explained:
        if one.signature is None:
            continue
        carrier = _rank(one.signature)
        ranks[one.signature.id] = min(ranks.get(one.signature.id, (carrier, 1)), (carrier, 1))
        for reason in one.reasons:
            rank = min(_rank(reason), max(carrier, _REASON)), 0
            ranks[reason.id] = min(ranks.get(reason.id, rank), rank)
    return ranks


def _rank(one: Signature) -> int:  # noqa: PLR0911 - a list of what comes first
    if one.id in _RED_HERRINGS:
        return _RED_HERRING
    match one.kind:
        case Kind.STATE:
            return _HEALTHY
        case Kind.OPEN:
            return _OPEN
        case Kind.OTHER:
            return _OTHER
        case Kind.CERTIFICATE if one is expiry_warning.SOON:
            return _WARNING
        case Kind.CERTIFICATE if one.id in _CAUSES:
            return _CAUSE
        case Kind.CERTIFICATE:
            return _REASON if one.is_part else _COMPLAINT_OF_CERTIFICATES
