"""Would pods that are recreated get their sidecar? Without an injector that the API server trusts they start without one, silently."""

from collections.abc import Iterator
from typing import Final

from bot.model import ca_bundles, control_plane
from bot.model.rotation import Force, Hazard, Kind
from bot.rotation.hazard import HazardKind
from bot.rotation.situation import Situation

ID: Final = "injector-adrift"


def look(situation: Situation) -> Iterator[Hazard]:
    """A recovery or a restore mends exactly that, so it is not held up by it."""
    if situation.kind is not Kind.CROSS_SIGNED:
        return
    injector = control_plane.component(situation.snapshot, control_plane.INJECTOR)
    is_down = injector is None or not injector.ready
    if is_down or ca_bundles.is_injector_adrift(situation.snapshot):
        why = (
            "The injector is not there"
            if injector is None
            else "No injector is ready"
            if is_down
            else "The API server refuses the injector"
        )
        yield Hazard(
            id=ID,
            force=Force.BLOCKS,
            fact=f"{why}: pods that are recreated would start without their sidecar",
            advice="Mend that first: docs/checks.md#control-plane-unready and docs/checks.md#injector-untrusted",
        )


INJECTOR_ADRIFT = HazardKind(id=ID, look=look)
