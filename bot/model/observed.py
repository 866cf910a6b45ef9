"""Every part of a Snapshot was either seen, or not, and then for a reason. There is no third case and no None."""

import enum
from typing import Final, Generic, TypeAlias, TypeVar

import msgspec

from bot.errors import BotError, Forbidden, Malformed, Missing, TimedOut, Transient, Unauthenticated

T = TypeVar("T")


class Why(enum.Enum):
    """Why a part could not be seen. ``BY_CHOICE`` is the operator's own setting, all others are trouble."""

    BY_CHOICE = "by-choice"
    FORBIDDEN = "forbidden"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed-out"
    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"


class Observed(msgspec.Struct, Generic[T], frozen=True, tag="observed"):
    """A part that was seen. An object that does not exist was *seen* to be absent: ``Observed(None)``."""

    value: T


class Unobserved(msgspec.Struct, frozen=True, tag="unobserved"):
    """A part that was not seen. ``detail``: what was tried and what happened; ``hint``: what to do."""

    why: Why
    detail: str
    hint: str = ""

    @property
    def by_choice(self) -> bool:
        """Whether the operator chose not to look here."""
        return self.why is Why.BY_CHOICE


Part: TypeAlias = Observed[T] | Unobserved

WHY: Final[tuple[tuple[type[BotError], Why], ...]] = (
    (Forbidden, Why.FORBIDDEN),
    (Unauthenticated, Why.FORBIDDEN),
    (TimedOut, Why.TIMED_OUT),
    (Transient, Why.UNREACHABLE),
    (Missing, Why.UNSUPPORTED),
    (Malformed, Why.MALFORMED),
)
"""Of each error the reason that it is; the first that fits."""


def unobserved(error: BotError) -> Unobserved:
    """How it is told that something could not be seen because of ``error``."""
    why = next((reason for kind, reason in WHY if isinstance(error, kind)), Why.UNREACHABLE)
    return Unobserved(why, str(error), error.hint)
