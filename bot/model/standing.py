"""How the bot stands that would carry a plan out: may it, is its clock right, does its memory last, has it a canary? Nouns only."""

from typing import Final

import msgspec

from bot.model.observed import Part, Unobserved, Why
from bot.model.surroundings import WorkloadName
from bot.model.vitals import ApiServer, Permission, Skew, StoreCondition


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """``rights``: everything that a rotation needs beyond reading, granted or not; ``memory``: where its journal would lie.

    ``canary``: the workload that is recreated first.
    """

    rights: Part[tuple[Permission, ...]]
    server: Part[ApiServer]
    skew: Part[Skew]
    memory: Part[StoreCondition]
    canary: WorkloadName


STANDING_NOT_LOOKED_AT: Final = Unobserved(
    Why.BY_CHOICE,
    "No bot that carries plans out has looked.",
    "A bot with DAPR_WARDEN_ROTATION=ask looks at that when `/dapr renew` plans.",
)
"""What a look knows that is of no such bot: the terminal's, every sweep's, and every look from before there were any."""
