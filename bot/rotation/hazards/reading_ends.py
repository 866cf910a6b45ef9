"""Does reading of ca.crt end before its end? Then nobody would see a root that is put behind what is there."""

from collections.abc import Iterator
from typing import Final

from bot.model import trust
from bot.model.rotation import Force, Hazard, Kind
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "reading-ends"
_CERTIFICATE: Final = "CERTIFICATE"


def look(situation: Situation) -> Iterator[Hazard]:
    """Dapr stops without a word at the first block that is no certificate (kit/crypto/pem)."""
    held = trust.secret(situation.snapshot)
    if situation.kind is not Kind.CROSS_SIGNED or held is None or held.ca is None:
        return
    stops = [block for block in held.ca.blocks if block.label != _CERTIFICATE]
    if stops:
        yield Hazard(
            id=ID,
            force=Force.BLOCKS,
            fact=f"Dapr stops reading ca.crt at line {stops[0].line}, which begins a block that is no certificate: "
            "a root that is put behind it would not be seen",
            advice="Leave everything but the certificates out of ca.crt, in ConfigMap and Secret alike, ConfigMap first.",
        )


READING_ENDS = HazardKind(id=ID, look=look)
