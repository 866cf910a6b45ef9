"""Asking people to approve a plan: who may, what they saw, how many it takes, and what a click changes. Pure.

A request is bound to the digest of what its card shows (:mod:`bot.rotation.binding`). A click is worth what the request, the settings
and the cluster say at that moment; nothing that came with the click is believed but who clicked, and what.
"""

import enum
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import msgspec
from msgspec.structs import replace

from bot.model import phrases
from bot.model.rotation import Kind

OPEN_FOR: Final = timedelta(minutes=30)
"""So long a request waits for its approval."""
STARTS_WITHIN: Final = timedelta(minutes=15)
"""So long an approval is good for a start."""
LONGEST_REASON: Final = 500
"""So many characters of what somebody gives as the reason of a denial are kept."""
THE_BOT: Final = ""
"""Who asks when nobody did: the bot itself, which nobody is."""

People: TypeAlias = Mapping[str, str]
"""Slack id to person, of all who may approve now; several ids may be one person."""


class State(enum.Enum):
    """``PENDING`` is the only one that a click can change; every other is the end of the asking."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"
    VOID = "void"


class Verdict(enum.Enum):
    """What somebody clicked."""

    APPROVE = "approve"
    DENY = "deny"


class Vote(msgspec.Struct, frozen=True, kw_only=True):
    """One click that counted. ``actor`` is a Slack id, ``person`` whom it belongs to; ``reason`` outside text, "" for an approval."""

    actor: str
    person: str
    verdict: Verdict
    at: datetime
    reason: str = ""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One asking.

    ``id``         128 random bits in hex: the button holds nothing else
    ``requester``  the person who asked for it, ``THE_BOT`` when nobody did; ``actor`` their Slack id
    ``digest``     of what was shown; ``quorum`` how many people it takes
    ``reason``     why it was denied or is void, for people
    """

    id: str
    cluster: str
    kind: Kind
    digest: str
    requester: str
    made_at: datetime
    expires_at: datetime
    quorum: int = 1
    actor: str = ""
    state: State = State.PENDING
    votes: tuple[Vote, ...] = ()
    decided_at: datetime | None = None
    reason: str = ""

    @property
    def approvals(self) -> tuple[Vote, ...]:
        """The votes for it, in order."""
        return tuple(vote for vote in self.votes if vote.verdict is Verdict.APPROVE)


class Taken(msgspec.Struct, frozen=True):
    """The click counted, or came upon the end of the asking: ``request`` is what it is now, and is to be saved."""

    request: Request


class Refused(msgspec.Struct, frozen=True):
    """The click changed nothing. ``reason`` is said to whoever clicked, in private."""

    reason: str


class Drift(msgspec.Struct, frozen=True):
    """What the cluster looks like now, beside what was shown. ``changes`` () means: the same. None: could not be seen, see ``unseen``."""

    changes: tuple[str, ...] | None = ()
    unseen: str = ""


def decide(request: Request, vote: Vote, people: People, drift: Drift) -> Taken | Refused:
    """What a click does. ``vote.person`` is not believed: it is looked up again. ``vote.at`` is now."""
    if request.state is not State.PENDING:
        return Refused(f"Nothing was changed: {told(request)}")
    if vote.at >= request.expires_at:
        return Taken(_ended(request, State.EXPIRED, vote.at, "nobody decided in time"))
    person = people.get(vote.actor)
    why_not = _why_not(request, vote, people)
    if why_not:
        return Refused(why_not)
    told_why = _kept(vote.reason)
    counted = replace(request, votes=(*request.votes, replace(vote, person=person or request.requester, reason=told_why)))
    if vote.verdict is Verdict.DENY:
        return Taken(_ended(counted, State.DENIED, vote.at, told_why))
    return _approved(request, counted, people, drift, vote.at)


def _approved(request: Request, counted: Request, people: People, drift: Drift, now: datetime) -> Taken | Refused:
    if drift.changes is None:
        return Refused(f"Nothing was changed: the cluster cannot be seen now, so nobody knows whether the plan still holds. {drift.unseen}")
    if drift.changes:
        return Taken(_ended(request, State.VOID, now, _changed(drift.changes)))
    return Taken(_ended(counted, State.APPROVED, now, "") if _enough(counted, people) else counted)


def expired(request: Request, now: datetime) -> Request:
    """The request as it is now: a pending one ends by itself."""
    if request.state is State.PENDING and now >= request.expires_at:
        return _ended(request, State.EXPIRED, now, "nobody decided in time")
    return request


def void(request: Request, now: datetime, changes: tuple[str, ...]) -> Request:
    """The request, ended because what it shows is no longer so. One that has ended stays as it ended."""
    return _ended(request, State.VOID, now, _changed(changes)) if request.state is State.PENDING else request


def outdated(request: Request, people: People, person: str, quorum: int) -> tuple[str, ...]:
    """What the settings say now that they did not when it was asked, in words; () when it means the same, and of what has ended.

    ``person``: whom ``request.actor`` belongs to now; ``quorum``: how many it would take now.
    """
    if request.state is not State.PENDING:
        return ()
    return tuple(_other_terms(request, people, person, quorum))


def _other_terms(request: Request, people: People, person: str, quorum: int) -> Iterator[str]:
    if quorum != request.quorum:
        yield _another_quorum(request, quorum)
    if request.actor and person != request.requester:
        yield "who asked counts as another person now"
    lost = [vote for vote in request.approvals if people.get(vote.actor) != vote.person]
    if lost:
        names = phrases.listed([f"<@{vote.actor}>" for vote in lost])
        yield f"{names}, who approved it, may not any more, or {'counts' if len(lost) == 1 else 'count'} as somebody else"


def startable(request: Request, people: People, drift: Drift, now: datetime, *, quorum: int) -> Request | Refused:
    """The approval as it is at the start: everything is asked once more, now. A Request in state VOID: it does not hold any more.

    ``quorum``: how many it takes by the settings of now.
    """
    if request.state is not State.APPROVED or request.decided_at is None:
        return Refused(f"Nothing is started: {told(request)}")
    if now - request.decided_at > STARTS_WITHIN:
        return _ended(
            request, State.VOID, now, f"it was not started within {phrases.count(STARTS_WITHIN // timedelta(minutes=1), 'minute')}"
        )
    if not _enough(request, people):
        return _ended(request, State.VOID, now, "not all who approved it may approve any more")
    if len(_counting(request, (), people)) < quorum:
        return _ended(request, State.VOID, now, _another_quorum(request, quorum))
    if drift.changes is None:
        return Refused(f"Nothing is started: the cluster cannot be seen now. {drift.unseen}")
    return _ended(request, State.VOID, now, _changed(drift.changes)) if drift.changes else request


def lapsed(request: Request, vouched: Collection[str], people: People) -> str:
    """Why it does not hold any more, "" while it does. ``vouched``: Slack ids of those who said since then to go on."""
    counting = _counting(request, vouched, people)
    if len(counting) >= max(request.quorum, 1):
        return ""
    return f"not all who approved it may approve any more ({len(counting)} of {max(request.quorum, 1)})"


def told(request: Request) -> str:
    """How the asking stands, in a sentence."""
    last = request.votes[-1].actor if request.votes else ""
    match request.state:
        case State.PENDING:
            return f"it waits for approval, {len(request.approvals)} of {request.quorum} given."
        case State.APPROVED:
            return f"it is approved already, by {phrases.listed([f'<@{vote.actor}>' for vote in request.approvals])}."
        case State.DENIED:
            return f"it was denied by <@{last}>."
        case State.EXPIRED:
            return "it has expired. Plan again."
        case State.VOID:
            return f"it is void: {request.reason}. Plan again."


def _why_not(request: Request, vote: Vote, people: People) -> str:
    """Why this click does not count, "" when it does. Whoever asked may take it back, and needs no right for that."""
    person = people.get(vote.actor)
    if vote.verdict is Verdict.DENY and request.actor and vote.actor == request.actor:
        return ""
    if person is None:
        return (
            f"You may not decide on this: your Slack id {vote.actor} is not in DAPR_WARDEN_APPROVERS. "
            "Ask whoever runs this bot to add it. Nothing was changed."
        )
    if vote.verdict is Verdict.DENY:
        return ""
    if vote.actor == request.actor or person in _askers(request, people):
        return "You asked for this yourself, so somebody else has to approve it. Nothing was changed."
    if any(vote.actor == one.actor or person in {one.person, people.get(one.actor)} for one in request.approvals):
        return f"You have approved it already: {len(request.approvals)} of {request.quorum}. Somebody else has to as well."
    return ""


def _another_quorum(request: Request, quorum: int) -> str:
    return f"it takes {phrases.count(quorum, 'approval')} now instead of {request.quorum}"


def _askers(request: Request, people: People) -> frozenset[str]:
    """Whom the request belongs to: the person of then, and of now, as the settings may have changed in between. Empty: the bot's own."""
    return frozenset({request.requester, request.actor, people.get(request.actor, "")} - {THE_BOT})


def _enough(request: Request, people: People) -> bool:
    """Whether enough different people, who may approve now, have; the one who asked for it is never one of them."""
    return len(_counting(request, (), people)) >= max(request.quorum, 1)


def _counting(request: Request, vouched: Collection[str], people: People) -> set[str]:
    actors = (*(vote.actor for vote in request.approvals), *vouched)
    counting = {people[actor] for actor in actors if actor in people and actor != request.actor}
    return counting - _askers(request, people)


def _kept(reason: str) -> str:
    """Outside text as it can be stored: cut, and without the halves of characters that JSON lets through and UTF-8 does not."""
    return reason[:LONGEST_REASON].encode("utf-8", "replace").decode()


def _ended(request: Request, state: State, at: datetime, reason: str) -> Request:
    return replace(request, state=state, decided_at=at, reason=reason)


def _changed(changes: tuple[str, ...]) -> str:
    return f"since it was shown, {phrases.named(changes)}"
