"""Servers are asked for their certificates, or not, as DAPR_WARDEN_TLS_PROBES says."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from bot.model.chains import Endpoint, LiveChains
from bot.model.observed import Observed, Part, Unobserved, Why
from bot.ports import Chains
from bot.usecases.parts import part

OFF: Final = Unobserved(
    Why.BY_CHOICE,
    "The certificates that servers show are not read (DAPR_WARDEN_TLS_PROBES=off).",
    "Set it to auto, direct or portforward.",
)
NOT_ALLOWED: Final = Unobserved(
    Why.BY_CHOICE,
    "The certificates that servers show are not read: the bot runs outside of the cluster, and may not forward ports into it; "
    "deploy/kustomize/components/pods-portforward grants that (DAPR_WARDEN_TLS_PROBES=auto).",
    "Grant get and create pods/portforward with deploy/kustomize/components/pods-portforward, or set it to off.",
)


@dataclass(frozen=True, slots=True)
class Handshakes:
    """``chains`` does it; ``way`` is the setting."""

    chains: Chains
    way: Literal["auto", "direct", "portforward", "off"]

    async def seen(self, what: str, endpoints: Sequence[Endpoint], seconds: float) -> Part[LiveChains]:
        """What they show. ``auto`` looks only where it may. ``what``: as a sentence calls it."""
        if self.way == "off":
            return OFF
        if not endpoints:
            return Observed(LiveChains())
        found = await part(what, partial(self.chains.shown, endpoints), seconds)
        is_forbidden = isinstance(found, Unobserved) and found.why is Why.FORBIDDEN
        return NOT_ALLOWED if is_forbidden and self.way == "auto" else found
