"""Do the two objects hold more than they should? What stands there is kept byte for byte, so it is told."""

from collections.abc import Iterator
from typing import Final

from bot.model import phrases, trust
from bot.model.pem import PemDocument
from bot.model.rotation import Force, Hazard, Kind
from bot.model.snapshot import TrustSecret
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "untidy-pair"


def look(situation: Situation) -> Iterator[Hazard]:
    """Slips that Dapr tolerates: junk between blocks, roots that nothing relies on. What is foreign does not stay."""
    if situation.kind is Kind.RESTORE:
        return
    snapshot = situation.snapshot
    held = trust.secret(snapshot)
    slips = [f"{name}: {one.message}" for name, text in _texts(held) for one in text.problems] if held else []
    if slips:
        yield Hazard(
            id=ID,
            force=Force.INFORMS,
            fact=f"{phrases.count(len(slips), 'slip')} in the bundle that Dapr reads over: {slips[0]}",
            advice="It is kept as it stands until the old root is dropped, and gone then.",
        )


def _texts(held: TrustSecret) -> Iterator[tuple[str, PemDocument]]:
    if held.ca is not None:
        yield "ca.crt", held.ca
    if held.issuer is not None:
        yield "issuer.crt", held.issuer


UNTIDY_PAIR = HazardKind(id=ID, look=look)
