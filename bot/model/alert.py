"""The life of an alert: one Card per cause, and what must be said about it. Nouns only; :mod:`bot.model.reconcile` decides."""

import enum
from datetime import datetime

import msgspec

from bot.model.finding import Finding, Severity
from bot.model.rotation import Offer


class CardState(enum.Enum):
    """``OPEN`` from first sight to the last healthy sweep needed; ``RESOLVED`` until it is forgotten or comes back."""

    OPEN = "open"
    RESOLVED = "resolved"


class Reason(enum.Enum):
    """Why something is said. All but ``OPENED`` and ``EDITED`` are also a thread reply broadcast to the channel, but for ``RESOLVED``."""

    OPENED = "opened"
    EDITED = "edited"
    THRESHOLD = "threshold"
    WORSENED = "worsened"
    STILL_CRITICAL = "still-critical"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    OFFERED = "offered"

    @property
    def is_broadcast(self) -> bool:
        """Whether it is also a thread reply broadcast to the channel: an edit alone notifies nobody."""
        return self in (Reason.THRESHOLD, Reason.WORSENED, Reason.STILL_CRITICAL, Reason.REOPENED, Reason.OFFERED)

    @property
    def notifies(self) -> bool:
        """Whether people are notified, by a new card or by a broadcast."""
        return self is Reason.OPENED or self.is_broadcast


class Effect(enum.Enum):
    """What one outbox entry does to Slack; each is one call, so that each can be found again after a lost answer."""

    POST = "post"
    EDIT = "edit"
    REPLY = "reply"


def effects(reason: Reason) -> tuple[Effect, ...]:
    """The calls that say ``reason``, in order: a broadcast first puts the card right, then replies under it."""
    if reason is Reason.OPENED:
        return (Effect.POST,)
    return (Effect.EDIT, Effect.REPLY) if reason.is_broadcast else (Effect.EDIT,)


class Rotating(msgspec.Struct, frozen=True, kw_only=True):
    """A rotation as the cards say it that were open while it went on. ``run``: its id; ``stand``: a value of :class:`bot.model.run.Stand`.

    ``number`` of ``of`` steps, 0 where it stands at none of its way's. ``ended_at``: None while it is under way. ``kind``: a value of
    :class:`bot.model.rotation.Kind`, "" in rows from before it was kept; ``back``: whether it goes, or went, back.
    """

    run: str
    stand: str
    number: int
    of: int
    begun_at: datetime
    ended_at: datetime | None = None
    kind: str = ""
    back: bool = False


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One cause, as the channel knows it.

    ``finding``           the last one seen (kept while the cause cannot be seen, and after it is resolved)
    ``severity``          what the card shows; unknown never lowers it
    ``told_rung``         lowest rung of the expiry ladder already told, None outside expiry
    ``told_severity``     worst severity already told since it was opened, reopened or has lastingly eased
    ``healthy_sweeps``    healthy sweeps in a row so far
    ``eased_sweeps``      sweeps in a row that were milder than what was told; once lasting, getting worse is news again
    ``unseen_since_at``   first sweep since which the cause cannot be judged ("cannot see since ..."), None when seen
    ``broadcast_at``      last time people were notified (opening counts)
    ``rotating``          the newest rotation that went on while it was open, where that is what mends it
    ``said``              digest of what the card last said: equal digest, no edit
    """

    cause: str
    state: CardState
    severity: Severity
    finding: Finding
    opened_at: datetime
    broadcast_at: datetime
    told_severity: Severity
    told_rung: int | None = None
    healthy_sweeps: int = 0
    eased_sweeps: int = 0
    unseen_since_at: datetime | None = None
    resolved_at: datetime | None = None
    rotating: Rotating | None = None
    said: str = ""


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to say: the card as it was then, and why. Rendering happens at delivery, in the conversation.

    ``offer``: what the bot offers to do about it, in the reply; None for nothing.
    """

    reason: Reason
    card: Card
    cluster: str
    at: datetime
    offer: Offer | None = None


class Place(msgspec.Struct, frozen=True):
    """Where a card stands: the channel's id and the message's ts."""

    channel: str
    ts: str


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One call on its way out of the outbox; a broadcast is two of them.

    ``id``              opaque, unique, also in the message's metadata so that a lost answer can be found again
    ``effect``          what to do in Slack
    ``place``           where the card stands; None while it has never been posted, or when a new one is due
    ``attempts``        how often sending was begun before
    ``first_begun_at``  since when it may have arrived without our knowing; None: it surely has not, no need to look
    ``is_repost``       the card's earlier message is gone (somebody deleted it): this one replaces it, and says so
    """

    id: str
    announcement: Announcement
    effect: Effect
    place: Place | None
    attempts: int
    first_begun_at: datetime | None
    is_repost: bool = False


class Delivered(msgspec.Struct, frozen=True):
    """It was said: the card's place afterwards."""

    place: Place


class Backlog(msgspec.Struct, frozen=True):
    """What still waits to be said: how many calls, since when the oldest waits, and when the next may be tried."""

    count: int = 0
    oldest_at: datetime | None = None
    due_at: datetime | None = None
