"""The certificates that servers show in a TLS handshake, read without trusting any: what *runs*, whatever Secret and ConfigMap say."""

import msgspec

from bot.model.observed import Unobserved, Why
from bot.model.pem import PemDocument


class Endpoint(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """Where one server of Dapr's listens with TLS. ``component``: sentry, operator, sidecar-injector, placement-server, … or daprd."""

    component: str
    namespace: str
    pod: str
    ip: str
    port: int

    def __str__(self) -> str:
        """For a person: "sentry (dapr-system/dapr-sentry-0, port 50001)"."""
        return f"{self.component} ({self.namespace}/{self.pod}, port {self.port})"


class LiveChain(msgspec.Struct, frozen=True, kw_only=True):
    """What one of them shows: its own certificate first, then what it sends along. Never empty."""

    endpoint: Endpoint
    chain: PemDocument


class NoChain(msgspec.Struct, frozen=True, kw_only=True):
    """One of them showed nothing, and why."""

    endpoint: Endpoint
    why: Unobserved


class LiveChains(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was asked: each endpoint is in one of the two."""

    shown: tuple[LiveChain, ...] = ()
    silent: tuple[NoChain, ...] = ()


CHAINS_NOT_READ = Unobserved(Why.BY_CHOICE, "The certificates that servers show were not read.")
"""What a look that does not ask servers knows of them, and every look from before they were asked."""
