"""The adapter behind ``ports.Chains``: straight to the pods where that can be, else through the API server where that is allowed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.adapters.kubernetes.api import Api
from bot.adapters.kubernetes.needs import port_forward
from bot.adapters.kubernetes.port_forward import SEATS, Another, PortForward
from bot.adapters.kubernetes.review import is_allowed
from bot.adapters.tls import probing
from bot.errors import Forbidden
from bot.model.chains import Endpoint, LiveChains, NoChain
from bot.model.observed import Unobserved, Why

# A way with more steps, over a greater distance.
DEADLINE: Final = timedelta(seconds=3)
GRANT: Final = (
    "Grant get and create pods/portforward with deploy/kustomize/components/pods-portforward, run the bot in the cluster, "
    "or set DAPR_WARDEN_TLS_PROBES=off."
)


class KubernetesChains:
    """Implements ``ports.Chains``. ``way``: the setting."""

    def __init__(self, api: Api, another: Another, *, way: str) -> None:
        self._api = api
        self._forward = PortForward(another)
        self._is_straight = way == "direct" or (way == "auto" and api.in_cluster)

    async def shown(self, endpoints: Sequence[Endpoint]) -> LiveChains:
        """Of the namespaces into which nothing may be forwarded nobody is asked; Forbidden when that is all of them."""
        if self._is_straight:
            return await probing.asked(endpoints, probing.straight)
        refused = {one: need for one in dict.fromkeys(each.namespace for each in endpoints) if (need := await self._refused(one))}
        open_ = [one for one in endpoints if one.namespace not in refused]
        if endpoints and not open_:
            raise Forbidden(f"Forbidden: {next(iter(refused.values()))}.", hint=GRANT)
        found = await probing.asked(open_, self._forward.connected, deadline=DEADLINE, at_once=SEATS)
        closed = tuple(
            NoChain(endpoint=one, why=Unobserved(Why.FORBIDDEN, f"{one}: forbidden: {refused[one.namespace]}.", GRANT))
            for one in endpoints
            if one.namespace in refused
        )
        return LiveChains(shown=found.shown, silent=(*found.silent, *closed))

    async def _refused(self, namespace: str) -> str:
        """Which right is missing there, "" when none is."""
        for need in port_forward(namespace):
            if not await is_allowed(self._api, need):
                return need.words
        return ""
