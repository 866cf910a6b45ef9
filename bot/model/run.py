"""A rotation under way: what its journal says happened, and what follows from that. Pure; the journal is folded, never edited.

The journal proves intent and order. What *is* so is seen in the cluster: a step is done when a look shows it.
"""

import enum
import itertools
from collections.abc import Iterable
from datetime import datetime
from typing import Final, TypeAlias

import msgspec
from msgspec.structs import replace

from bot.model.binding import Dossier
from bot.model.canary_urls import UrlTally
from bot.model.rotation import Kind
from bot.model.trust_pair import OLD, PairDigest


class Way(enum.Enum):
    """What people can do about a run. ``LOSE``: go on although the named pods lose their peers."""

    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"
    REVERT = "revert"
    ABORT = "abort"
    LOSE = "lose"


class Stand(enum.Enum):
    """How a run stands. The last three are its end."""

    RUNNING = "running"
    PAUSED = "paused"
    HELD = "held"
    DONE = "done"
    REVERTED = "reverted"
    ABORTED = "aborted"


APPROVAL: Final = "approval"
"""In place of a step's id, when it holds because not enough of those who approved it may approve any more."""
OVER: Final = frozenset((Stand.DONE, Stand.REVERTED, Stand.ABORTED))


class Started(msgspec.Struct, frozen=True, kw_only=True, tag="started"):
    """``approved_by``: Slack ids. ``adopted``: it was found in the cluster by a bot that had lost its memory."""

    kind: Kind
    digest: str
    approved_by: tuple[str, ...] = ()
    adopted: bool = False


class Staged(msgspec.Struct, frozen=True, kw_only=True, tag="staged"):
    """The pairs of this run lie sealed in the cluster."""

    pairs: tuple[PairDigest, ...]


class Intended(msgspec.Struct, frozen=True, kw_only=True, tag="intended"):
    """Written before an effect. ``effect``: its id, as in "write-pair both"; ``pair``: the one that both objects will hold, else ""."""

    step: str
    effect: str
    pair: str = ""


class Effected(msgspec.Struct, frozen=True, kw_only=True, tag="effected"):
    """Written after an effect: the call returned. Whether it is so is seen."""

    step: str
    effect: str


class StepDone(msgspec.Struct, frozen=True, kw_only=True, tag="step-done"):
    """A look showed it. ``fact``: what was seen, for people."""

    step: str
    fact: str = ""


class Counted(msgspec.Struct, frozen=True, kw_only=True, tag="counted"):
    """How far a step is. ``told``: for what or whom it waits; ``until``: when that is over by itself; ``blind``: it cannot be seen."""

    step: str
    told: str
    done: int = 0
    of: int = 0
    until: datetime | None = None
    blind: bool = False


class Reopened(msgspec.Struct, frozen=True, kw_only=True, tag="reopened"):
    """This step and all behind it have to be seen anew. ``reason``: why, for people."""

    step: str
    reason: str


class Held(msgspec.Struct, frozen=True, kw_only=True, tag="held"):
    """Nothing goes on by itself. ``ways``: what people can do; ``affected``: names, outside text."""

    step: str
    reason: str
    advice: str
    ways: tuple[Way, ...]
    affected: tuple[str, ...] = ()


class Commanded(msgspec.Struct, frozen=True, kw_only=True, tag="commanded"):
    """Somebody decided. ``actor`` a Slack id or a person of the terminal, "" for the engine itself; ``reason``: why, then."""

    way: Way
    actor: str = ""
    person: str = ""
    reason: str = ""
    named: tuple[str, ...] = ()


class Finished(msgspec.Struct, frozen=True, kw_only=True, tag="finished"):
    """The end. ``proof``: what was seen, a sentence each; ``left``: what is left to people."""

    stand: Stand
    proof: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class Unread(msgspec.Struct, frozen=True, kw_only=True, tag="unread"):
    """In place of an event that this version of the bot does not know; never written."""

    text: str


Event: TypeAlias = Started | Staged | Intended | Effected | StepDone | Counted | Reopened | Held | Commanded | Finished | Unread


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event in its place. ``seq`` grows; ``fence``: of the Lease under which it was written, 0 = by a person."""

    seq: int
    at: datetime
    fence: int
    event: Event


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What the journal comes to.

    ``id``        that of the request that was approved
    ``done``      steps that a look showed, with when
    ``effects``   effects that returned, with when the last of each did
    ``intended``  the effect that was begun and not seen to return, "" for none
    ``pair``      the name of the pair that both objects hold or are about to
    ``back``      whether it goes back
    ``lost``      pods that somebody agreed to lose
    ``aborting``  somebody wants no step more; ``retried``: the step at which it held when somebody said to try again
    ``reopened``  how often sentry's own CA, or a foreign one, was replaced by ours
    ``vouched``   Slack ids of those who said to go on when it held at :data:`APPROVAL`
    ``blind``     since when a part of the cluster cannot be seen; ``unread``: an event that this version does not know, "" for none
    """

    id: str
    cluster: str
    kind: Kind
    digest: str
    started_at: datetime
    stand: Stand = Stand.RUNNING
    approved_by: tuple[str, ...] = ()
    adopted: bool = False
    done: dict[str, datetime] = {}
    effects: dict[str, datetime] = {}
    begun: dict[str, datetime] = {}
    facts: dict[str, str] = {}
    intended: str = ""
    pair: str = OLD
    pairs: tuple[PairDigest, ...] = ()
    back: bool = False
    step: str = ""
    counted: Counted | None = None
    held: Held | None = None
    held_at: datetime | None = None
    commanded: Commanded | None = None
    lost: tuple[str, ...] = ()
    aborting: bool = False
    retried: str = ""
    reopened: int = 0
    vouched: tuple[str, ...] = ()
    blind: datetime | None = None
    unread: str = ""
    finished: Finished | None = None
    at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be done any more."""
        return self.stand in OVER

    @property
    def has_written(self) -> bool:
        """Whether a pair was begun: from then on there is no "nothing has changed"."""
        return self.pair != OLD or self.back

    def named(self, name: str) -> PairDigest | None:
        """A staged pair."""
        return next((one for one in self.pairs if one.name == name), None)


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A run with everything that is kept of it. ``urls``: what calls of canary URLs came to since its start."""

    id: str
    cluster: str
    dossier: Dossier
    entries: tuple[Entry, ...]
    urls: tuple[UrlTally, ...] = ()

    @property
    def seq(self) -> int:
        """Of the last entry: how far whoever has this file has seen."""
        return self.entries[-1].seq

    @property
    def run(self) -> Run:
        """What it comes to."""
        return folded(self.id, self.cluster, self.entries)


def folded(id_: str, cluster: str, entries: Iterable[Entry]) -> Run:
    """The run behind a journal, whose first entry is Started. ValueError for any other."""
    found: Run | None = None
    for one in entries:
        if found is None:
            if not isinstance(one.event, Started):
                raise ValueError(f"the journal of {id_} does not begin with its start")
            first = one.event
            found = Run(id=id_, cluster=cluster, kind=first.kind, digest=first.digest, started_at=one.at)
            found = replace(found, approved_by=first.approved_by, adopted=first.adopted, at=one.at)
        else:
            found = replace(_after(found, one.event, one.at), at=one.at)
    if found is None:
        raise ValueError(f"the journal of {id_} is empty")
    return found


def _after(run: Run, event: Event, at: datetime) -> Run:
    match event:
        case Started() | Unread():
            return replace(run, unread=event.text) if isinstance(event, Unread) else run
        case Staged(pairs=pairs):
            return replace(run, pairs=pairs)
        case Held(step=step):
            # Whoever wants no step more still wants none when it is let go.
            return replace(run, stand=Stand.HELD, held=event, held_at=at, step=step)
        case Commanded():
            return _commanded(run, event, at)
        case Finished(stand=stand):
            return replace(run, stand=stand, finished=event, counted=None, held=None, held_at=None)
        case _:
            return _in_step(run, event, at)


def _in_step(run: Run, event: Intended | Effected | StepDone | Counted | Reopened, at: datetime) -> Run:
    begun = run.begun if event.step in run.begun else run.begun | {event.step: at}
    match event:
        case Intended(step=step, effect=effect, pair=pair):
            return replace(run, intended=effect, step=step, pair=pair or run.pair, begun=begun, retried="", blind=None)
        case Effected(effect=effect):
            return replace(run, intended="", begun=begun, effects=run.effects | {effect: at}, retried="")
        case StepDone(step=step, fact=fact):
            return replace(run, done=run.done | {step: at}, facts=run.facts | {step: fact}, step=step, counted=None, blind=None, retried="")
        case Counted(step=step, blind=blind):
            # One order to try again is for what it held at, and not for whatever happens later.
            retried = run.retried if step == run.retried else ""
            return replace(run, counted=event, step=step, begun=begun, blind=(run.blind or at) if blind else None, retried=retried)
        case Reopened(step=step):
            # What was done before that step: a dict keeps the order in which it was filled.
            before = dict(itertools.takewhile(lambda one: one[0] != step, run.done.items()))
            return replace(run, done=before, reopened=run.reopened + 1, counted=None)


def _commanded(run: Run, event: Commanded, at: datetime) -> Run:
    retried = run.held.step if run.held else ""
    going = replace(run, stand=Stand.RUNNING, held=None, held_at=None, commanded=event, blind=None)
    match event.way:
        case Way.PAUSE:
            return replace(run, stand=Stand.PAUSED, commanded=event)
        case Way.ABORT:
            return replace(going, aborting=True)
        case Way.REVERT:
            return replace(going, back=True, counted=None, aborting=False)
        case Way.RESUME | Way.RETRY | Way.LOSE:
            # Clocks of the step start anew: whoever resumes gives it its time again.
            again = {step: at for step in run.begun if step not in run.done}
            lost = tuple(dict.fromkeys((*run.lost, *event.named))) if event.way is Way.LOSE else run.lost
            vouched = (*run.vouched, event.actor) if retried == APPROVAL else run.vouched
            aborting = run.aborting and event.way is not Way.RESUME
            return replace(going, begun=run.begun | again, retried=retried, lost=lost, vouched=vouched, aborting=aborting)
