"""A Plan for a person at a terminal, or as JSON."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import click

from bot.cli import documents
from bot.cli.text import instant, printable
from bot.config import Settings
from bot.errors import InputError
from bot.model import phrases
from bot.model.observed import Observed
from bot.model.rotation import KINDS, Force, Hazard, Kind, Plan, Undo, Unplannable
from bot.model.snapshot import Snapshot
from bot.usecases import renew

SHOWN: Final = 10
_MARKS: Final = {Force.BLOCKS: ("✗", "red"), Force.ASKS: ("?", "yellow"), Force.INFORMS: ("i", "blue")}
_CODES: Final = {Force.BLOCKS: 2, Force.ASKS: 1}


def offered(snapshot: Snapshot, settings: Settings) -> Plan | Unplannable:
    """What a rotation of this cluster would be."""
    kept = snapshot.backup.value if isinstance(snapshot.backup, Observed) else None
    return renew.offer(snapshot, lifetime=timedelta(days=settings.ca_days), backup=kept)


def exit_code(plan: Plan) -> int:
    """0 it could be approved as it is, 1 somebody has to decide something, 2 something blocks it."""
    return max((_CODES.get(one.force, 0) for one in plan.hazards), default=0)


def refusal(why: Unplannable) -> InputError:
    """There is no plan."""
    return InputError(f"No rotation of {printable(why.cluster)} can be planned. {printable(why.reason)}", hint=printable(why.advice))


def as_json(plan: Plan) -> str:
    """All of it, with its exit code and what it takes; spans in ISO 8601."""
    body: dict[str, Any] = {
        "exit_code": exit_code(plan),
        "is_blocked": plan.is_blocked,
        "takes": plan.takes,
        **{name: getattr(plan, name) for name in plan.__struct_fields__},
    }
    return documents.pretty(body)


def as_text(plan: Plan) -> str:
    """What it is and whether it can be; what stands in the way; the steps, and until when they can be undone; whom it touches."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    yield f"{click.style(f'{printable(plan.cluster)} · rotation of the CA', bold=True)} · {instant(plan.made_at)}"
    yield KINDS[plan.kind]
    yield ""
    yield _verdict(plan)
    for hazard in plan.hazards:
        yield from _hazard(hazard)
    yield ""
    yield from _numbers(plan)
    yield from ("", click.style("Steps", bold=True))
    yield from _steps(plan)
    yield from _left(plan)
    yield from _refused(plan)
    yield from ("", click.style("Nothing was changed: this is an offer, without keys.", dim=True))


def _verdict(plan: Plan) -> str:
    blocking, asking = plan.counted(Force.BLOCKS), plan.counted(Force.ASKS)
    if blocking:
        return click.style(f"✗ {'one thing blocks' if blocking == 1 else f'{blocking} things block'} it", fg="red", bold=True)
    if asking:
        return click.style(f"? possible, with {phrases.count(asking, 'thing')} to decide", fg="yellow", bold=True)
    return click.style("✓ possible: nothing stands in its way", fg="green", bold=True)


def _hazard(hazard: Hazard) -> Iterator[str]:
    mark, colour = _MARKS[hazard.force]
    yield ""
    yield f"{click.style(f'{mark} {printable(hazard.fact)}', fg=colour)}  {click.style(f'{hazard.id}, {hazard.force.value}', dim=True)}"
    if hazard.affected:
        yield f"  affects  {printable(phrases.named(hazard.affected, most=SHOWN))}"
    yield f"  do       {printable(hazard.advice)}"


def _numbers(plan: Plan) -> Iterator[str]:
    reach = plan.reach
    where = (
        f"{phrases.count(len(reach.namespaces), 'namespace')} ({phrases.named(reach.namespaces, most=SHOWN)})" if reach.namespaces else ""
    )
    yield f"touches    {phrases.count(reach.apps, 'app')}, {phrases.count(reach.pods, 'pod')}{f', {printable(where)}' if where else ''}"
    yield (
        f"takes      about {phrases.left(plan.takes)}, of which {phrases.left(plan.waits)} is a wait for old certificates to end"
        if plan.waits
        else f"takes      about {_span(plan.takes)}"
    )
    if plan.expires_at:
        yield f"before     {instant(plan.expires_at)}, the point of expiry: {phrases.left(plan.expires_at - plan.made_at)} from now"
    is_restore = plan.kind is Kind.RESTORE
    yield f"{'old' if is_restore else 'new'} CA     lives for {phrases.left(plan.lifetime)}"
    shown = [one.party for one in plan.proofs if one.accepts]
    if shown:
        issuer = "restored" if is_restore else "new"
        yield f"proved     what the {issuer} issuer signs is accepted by {printable(phrases.named(shown, most=SHOWN))}"


def _steps(plan: Plan) -> Iterator[str]:
    undo: Undo | None = None
    for number, step in enumerate(plan.steps, start=1):
        if step.undo is not undo:
            undo = step.undo
            yield click.style(f"     from here, going back means: {undo.value}", dim=True)
        yield f"{number:>3}  {_span(step.takes):>7}  {printable(step.title)}"
        yield click.style(f"              {printable(step.detail)}", dim=True)


def _left(plan: Plan) -> Iterator[str]:
    left = plan.reach.left
    if left:
        yield from ("", click.style("Left to you", bold=True))
        yield from (f"     {printable(f'{one}: {one.left.value}' if one.left else str(one))}" for one in left[:SHOWN])
        if len(left) > SHOWN:
            yield f"     and {len(left) - SHOWN} more"


def _refused(plan: Plan) -> Iterator[str]:
    for one in plan.proofs:
        if not one.accepts:
            word = "restarted" if plan.kind is Kind.RESTORE else "refused  "
            yield f"{word}  {printable(one.party)}: {printable(one.reason)}"


def _span(span: timedelta) -> str:
    """As in "5 s", "4 min", "24 h"."""
    seconds = round(span.total_seconds())
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{round(seconds / 3600)} h"  # noqa: PLR2004 - two hours
