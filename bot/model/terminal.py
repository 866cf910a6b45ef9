"""How rotations stand, and what a terminal is answered: what goes over the loopback port, as JSON. Names in it are outside text."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.model.approval import Request, State
from bot.model.binding import Asked
from bot.model.rotation import Force, Kind
from bot.model.run import File, Stand, Way

WAYS: Final = (Way.PAUSE, Way.RESUME, Way.RETRY, Way.REVERT, Way.ABORT)
"""What a terminal can decide. To lose pods is agreed to where they are named and seen by all: in Slack."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """The newest request. ``hazards``: what whoever approves should know; ``takes`` an estimate."""

    digest: str
    kind: Kind
    state: State
    requester: str
    approved_by: tuple[str, ...]
    quorum: int
    expires_at: datetime
    apps: int
    pods: int
    namespaces: tuple[str, ...]
    takes: timedelta
    reason: str = ""
    hazards: tuple[str, ...] = ()


class Under(msgspec.Struct, frozen=True, kw_only=True):
    """The newest run. ``step``: its title, "" before the first; ``number`` of ``of`` steps are done.

    ``told``: for what it waits, ``until`` when that ends by itself; ``reason``, ``advice``, ``affected``: why it holds; ``ways``: what
    people can do about it now; ``proof``, ``left``: of one that is over.
    """

    id: str
    digest: str
    kind: Kind
    stand: Stand
    back: bool
    started_at: datetime
    step: str
    number: int
    of: int
    told: str = ""
    until: datetime | None = None
    reason: str = ""
    advice: str = ""
    affected: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    proof: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """``said``: what came of what was asked, "" for a mere question. ``run`` None: none yet, or this bot carries none out."""

    cluster: str
    taken_at: datetime
    said: str = ""
    request: Waiting | None = None
    run: Under | None = None


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked at the port: its path; ``body`` None for a mere question, else what is decided."""

    path: str
    body: dict[str, str] | None = None


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """``error``: one word, as in "forbidden". ``reason`` and ``hint`` are for people."""

    error: str
    reason: str
    hint: str = ""


def waiting(asked: Asked) -> Waiting:
    """A request, without the id by which buttons know it."""
    request, plan = asked.request, asked.dossier.plan
    return Waiting(
        digest=request.digest,
        kind=request.kind,
        state=request.state,
        requester=_requester(request),
        approved_by=tuple(vote.actor for vote in request.approvals),
        quorum=request.quorum,
        expires_at=request.expires_at,
        apps=plan.reach.apps,
        pods=plan.reach.pods,
        namespaces=plan.reach.namespaces,
        takes=plan.takes,
        reason=request.reason,
        hazards=tuple(one.fact for one in plan.hazards if one.force is not Force.INFORMS),
    )


def under(file: File, ways: tuple[Way, ...]) -> Under:
    """A run. ``ways``: what can be done about it now."""
    run, titles = file.run, {one.id: one.title for one in file.dossier.plan.steps}
    counted, held, finished = run.counted, run.held, run.finished
    return Under(
        id=run.id,
        digest=run.digest,
        kind=run.kind,
        stand=run.stand,
        back=run.back,
        started_at=run.started_at,
        step=titles.get(run.step, run.step),
        number=sum(one in run.done for one in titles),
        of=len(titles),
        told=counted.told if counted else "",
        until=counted.until if counted else None,
        reason=held.reason if held else "",
        advice=held.advice if held else "",
        affected=held.affected if held else (),
        ways=ways,
        proof=finished.proof if finished else (),
        left=finished.left if finished else (),
    )


def _requester(request: Request) -> str:
    return request.actor or request.requester or "the bot"
