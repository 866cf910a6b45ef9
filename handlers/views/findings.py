"""The parts of a Finding, as cards, status and checks show them. Everything in a Finding is outside text."""

from datetime import datetime, timedelta
from typing import LiteralString

from bot.model import phrases
from bot.model.finding import Affected, Finding
from handlers.views.inline import Count, Line, Moment, Outside, Part, Span, bold, code
from handlers.views.untrusted import Untrusted

AFFECTED_SHOWN = 5
EVIDENCE_SHOWN = 12
NEXT_STEP_LIMIT = 600
NAME_LIMIT = 120
DETAIL_LIMIT = 160
JUST_NOW = timedelta(seconds=10)
# The most of each kind of thing first named in "Affects ..."; more kinds than these are "more".
_KINDS: tuple[tuple[str, LiteralString, LiteralString], ...] = (
    ("app", "app", "apps"),
    ("pod", "pod", "pods"),
    ("component", "component", "components"),
    ("certificate", "certificate", "certificates"),
)


def name(text: str) -> Part:
    """A name from outside, short enough for a line."""
    return Outside(Untrusted(text), NAME_LIMIT)


def fact(finding: Finding) -> Part:
    """The first line, as the check says it; a full stop would stand in the way of what follows."""
    return Untrusted(finding.fact.rstrip(" ."))


def time_left(finding: Finding, now: datetime) -> Line:
    """Such as " · 12 days left"; nothing when the fact says so already or there is no deadline."""
    if finding.deadline_at is None:
        return ()
    span = finding.deadline_at - now
    if span.total_seconds() <= 0:
        return (" · expired",) if "expired" not in finding.fact.lower() and finding.rung is not None else ()
    left = phrases.left(span)
    return () if left in finding.fact else (" · ", Untrusted(left), " left")


def deadline(at: datetime, now: datetime) -> Line:
    """The instant for each reader, and how far it is."""
    if at > now:
        # In the words of the facts, lest "12 days" stand above "in 11 days".
        return (Moment(at), " (in ", Untrusted(phrases.left(at - now)), ")")
    return (Moment(at), " (", Span(now - at), " ago)")


def seen(at: datetime, now: datetime) -> Line:
    """How old a look is: always said, in both ways."""
    if now - at < JUST_NOW:
        return ("Seen just now (", Moment(at), ")")
    return ("Seen ", Span(now - at), " ago (", Moment(at), ")")


def affects(affected: tuple[Affected, ...]) -> Line:
    """The title above the names: "Affects 3 apps and 12 pods"."""
    counts: list[Line] = []
    for kind, one, many in _KINDS:
        # An application may have several workloads, each with a line of its own.
        number = len({(thing.namespace, thing.name) for thing in affected if thing.kind == kind})
        if number:
            counts.append((Count(number), " ", one if number == 1 else many))
    others = sum(thing.kind not in {kind for kind, _, _ in _KINDS} for thing in affected)
    if others:
        counts.append((Count(others), " other object" if others == 1 else " other objects"))
    line: list[Part] = ["Affects "]
    for position, count in enumerate(counts):
        if position:
            line.append(" and " if position == len(counts) - 1 else ", ")
        line.extend(count)
    return bold(*line)


def affected(thing: Affected) -> Line:
    """One name: kind, namespace/name as code, detail."""
    where: Line = (*code(name(thing.namespace)), *code("/")) if thing.namespace else ()
    detail: Line = (" - ", Outside(Untrusted(thing.detail), DETAIL_LIMIT)) if thing.detail else ()
    return (name(thing.kind), " ", *where, *code(name(thing.name)), *detail)


def next_step(finding: Finding) -> Line:
    """What a person does now."""
    return (*bold("Next step: "), Outside(Untrusted(finding.next_step), NEXT_STEP_LIMIT))


def where_explained(check_id: str) -> Line:
    """The heading in the documentation."""
    return ("docs/checks.md#", name(check_id))
