"""Servers that show certificates without a handshake: :class:`bot.ports.Chains` over values.

``chains`` by pod; whoever is not among them is silent. ``unable`` makes it raise, ``hanging`` never answer.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model import pem
from bot.model.chains import Endpoint, LiveChain, LiveChains, NoChain
from bot.model.observed import Unobserved, Why


@dataclass
class FakeChains:
    """``asked``: the endpoints of each call."""

    chains: dict[str, bytes] = field(default_factory=dict)
    unable: Exception | None = None
    hanging: bool = False
    asked: list[tuple[Endpoint, ...]] = field(default_factory=list)

    async def shown(self, endpoints: Sequence[Endpoint]) -> LiveChains:
        self.asked.append(tuple(endpoints))
        if self.hanging:
            await asyncio.Event().wait()
        if self.unable is not None:
            raise self.unable
        return LiveChains(
            shown=tuple(LiveChain(endpoint=one, chain=pem.read(self.chains[one.pod])) for one in endpoints if one.pod in self.chains),
            silent=tuple(
                NoChain(endpoint=one, why=Unobserved(Why.UNREACHABLE, f"{one}: no connection.", "Look at the network."))
                for one in endpoints
                if one.pod not in self.chains
            ),
        )
