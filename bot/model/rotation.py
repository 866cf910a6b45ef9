"""A plan to rotate a cluster's CA: what would be done, to whom, for how long, what stands in its way, and until when it can be undone."""

import enum
from datetime import datetime, timedelta
from typing import Final, LiteralString

import msgspec

from bot.model.surroundings import WorkloadName

WAIT: Final = "wait-for-old-leaves"
"""Id of the step in which nobody does anything: the last certificates of the old issuer end."""


class Kind(enum.Enum):
    """How. ``CROSS_SIGNED``: the old issuer vouches for the new root, nobody loses anybody; ``RECOVERY``: the old CA is dead already.

    ``RESTORE``: something else replaced the CA, and the last good pair comes back; nothing new is made.
    """

    CROSS_SIGNED = "cross-signed"
    RECOVERY = "expired-recovery"
    RESTORE = "restore"


KINDS: Final[dict[Kind, LiteralString]] = {
    Kind.CROSS_SIGNED: "cross-signed: the old issuer vouches for the new root, so that nobody loses anybody",
    Kind.RECOVERY: "recovery: the old CA is dead, so the new one takes its place at once",
    Kind.RESTORE: "restore: something else replaced the CA, so the last good one comes back",
}
"""Each in a sentence."""


class Force(enum.Enum):
    """What a hazard does, the strongest first: ``BLOCKS`` the rotation, ``ASKS`` whoever approves, ``INFORMS``."""

    BLOCKS = "blocks"
    ASKS = "asks"
    INFORMS = "informs"


class Hazard(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a person should know before anyone is asked.

    ``id`` stable kebab-case, a heading of docs/rotation.md; ``fact`` what was seen; ``advice`` what to do; ``affected`` names, outside text
    """

    id: str
    force: Force
    fact: str
    advice: str
    affected: tuple[str, ...] = ()


class Undo(enum.Enum):
    """What going back means at the end of a step."""

    UNCHANGED = "nothing has changed yet"
    OLD_ISSUER = "the old issuer comes back, every root stays trusted"
    DEAD_CA = "only the dead CA could come back"
    FOREIGN_PAIR = "the pair that is there now comes back"
    NO_MORE = "no way back, and none needed"
    TOO_LATE = "not possible any more: the old CA would end before the way back does"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step, as it is told. ``title``: the fact that holds when it is done; ``detail``: what is done; ``takes``: an estimate."""

    id: str
    title: str
    detail: str
    takes: timedelta
    undo: Undo


class Left(enum.Enum):
    """Why a workload is left to people, as it is told."""

    BARE = "nothing brings this pod back"
    JOB = "a Job's pods run to their end"
    ROLLOUT = "Argo Rollouts restarts it in its own way"
    OTHER_KIND = "nobody knows how its kind is restarted"
    NOT_FOUND = "it owns pods but was not found itself"
    OPTED_OUT = "its annotation says dapr-warden.io/rotation: skip"
    PAUSED = "it is paused"
    ON_DELETE = "its pods change only when somebody deletes them (OnDelete)"
    PARTITION = "its partition keeps some pods as they are"


class Workload(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """Pods that come and go together. ``kind`` "Deployment", … or "Pod" for one that nobody brings back; ``apps``: Dapr app ids.

    ``pods``: as many as there should be, where that was seen, else as many as there are; ``at_once``: how many of them are replaced at
    a time. ``uid``, ``template`` (a digest): what an approval is bound to, "" where not seen. ``left``: why, of one that is.
    """

    namespace: str
    kind: str
    name: str
    apps: tuple[str, ...]
    pods: int
    at_once: int = 1
    uid: str = ""
    template: str = ""
    left: Left | None = None

    @property
    def full_name(self) -> WorkloadName:
        """Which it is."""
        return WorkloadName(self.namespace, self.kind, self.name)

    def __str__(self) -> str:
        """As people write it."""
        return str(self.full_name)


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Who is touched. ``waves``: workloads that are restarted, a wave after the other; ``left``: what is left to people."""

    apps: int
    pods: int
    namespaces: tuple[str, ...]
    waves: tuple[tuple[Workload, ...], ...] = ()
    left: tuple[Workload, ...] = ()


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What was shown before anything is done: whoever trusts exactly these roots accepts what the new issuer signs, or not.

    ``party``: as in "the old root 1a2b3c4d alone", "412 pods that trust 1a2b3c4d"; ``reason``: why not, "" when it does.
    """

    party: str
    accepts: bool
    reason: str = ""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """``expires_at``: the point of expiry, by which no pod may depend on the old CA any more; None where it is dead already.

    ``lifetime``: of the new CA; of a restored one what is left of it.
    ``leaves_for``: how long the last certificate of the old issuer may live.
    """

    kind: Kind
    cluster: str
    namespace: str
    made_at: datetime
    lifetime: timedelta
    steps: tuple[Step, ...]
    reach: Reach
    hazards: tuple[Hazard, ...]
    proofs: tuple[Proof, ...]
    leaves_for: timedelta
    expires_at: datetime | None = None

    @property
    def takes(self) -> timedelta:
        """From the first step to the last."""
        return sum((step.takes for step in self.steps), timedelta())

    @property
    def waits(self) -> timedelta:
        """How much of it is a wait for the old issuer's certificates to end."""
        return sum((step.takes for step in self.steps if step.id == WAIT), timedelta())

    @property
    def is_blocked(self) -> bool:
        """Whether nobody may be asked to approve it."""
        return self.counted(Force.BLOCKS) > 0

    def counted(self, force: Force) -> int:
        """How many hazards do that."""
        return sum(one.force is force for one in self.hazards)


class Unplannable(msgspec.Struct, frozen=True, kw_only=True):
    """There is no plan. ``reason``: why, in a sentence; ``advice``: what to do. ``is_unseen``: because something could not be seen."""

    cluster: str
    reason: str
    advice: str
    is_unseen: bool = False


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What the bot itself offers, without keys and without an end: whoever reviews it gets a bound plan.

    ``blocked``: facts that keep anybody from being asked. ``reason``: why there is no plan at all (``kind`` is None then), else "".
    """

    kind: Kind | None = None
    apps: int = 0
    pods: int = 0
    takes: timedelta = timedelta()
    waits: timedelta = timedelta()
    blocked: tuple[str, ...] = ()
    reason: str = ""


def offer_of(found: Plan | Unplannable) -> Offer:
    """As much of a plan as an offer tells."""
    if isinstance(found, Unplannable):
        return Offer(reason=found.reason)
    blocked = tuple(one.fact for one in found.hazards if one.force is Force.BLOCKS)
    reach = found.reach
    return Offer(kind=found.kind, apps=reach.apps, pods=reach.pods, takes=found.takes, waits=found.waits, blocked=blocked)
