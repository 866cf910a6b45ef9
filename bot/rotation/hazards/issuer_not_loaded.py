"""Does sentry run with another issuer than the Secret holds? Then a plan would prove things about a CA that nobody uses."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases, running
from bot.model.rotation import Force, Hazard, Kind
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "issuer-not-loaded"


def look(situation: Situation) -> Iterator[Hazard]:
    """By what it shows in a handshake, else by its metric. Recovery and restore replace whatever runs."""
    behind = running.behind(situation.snapshot) if situation.kind is Kind.CROSS_SIGNED else ()
    if behind:
        pods = tuple(one.pod for one in behind)
        yield Hazard(
            id=ID,
            force=Force.BLOCKS,
            fact=f"{phrases.named(pods)} signs with another issuer than the Secret holds",
            advice="Mend that first: docs/checks.md#issuer-not-loaded",
            affected=pods,
        )


ISSUER_NOT_LOADED = HazardKind(id=ID, look=look)
