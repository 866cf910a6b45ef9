"""What the core asks of a cluster that it changes. See :mod:`bot.ports`."""

from datetime import datetime
from typing import Protocol

from bot.model.surroundings import WorkloadName
from bot.model.trust_pair import Kept, LivePair, Tenure, TrustPair, Version


class Hands(Protocol):
    """Everything by which a cluster is changed. Each write is sent once, and only while the object is still of that version.

    Conflicting: it is not. Unreachable and TimedOut: nobody knows whether it was done; whoever asked reads, compares and decides.
    """

    async def pair(self) -> LivePair:
        """Secret and ConfigMap of the trust bundle, key included. Raises Missing when one of them does not exist."""
        ...

    async def write_configmap(self, ca: bytes, mark: str, before: Version) -> None:
        """``ca.crt`` and the mark; everything else stays byte for byte."""
        ...

    async def write_secret(self, pair: TrustPair, mark: str, before: Version) -> None:
        """``ca.crt``, ``issuer.crt``, ``issuer.key`` and the mark; everything else stays byte for byte."""
        ...

    async def rehearse_secret(self, pair: TrustPair, mark: str, before: Version) -> None:
        """Everything that :meth:`write_secret` is, but that nothing is changed: raises what the write would be refused with, now."""
        ...

    async def kept(self, name: str) -> Kept:
        """What a Secret of the bot's own ("dapr-warden-backup", "dapr-warden-staging") holds."""
        ...

    async def keep(self, name: str, sealed: bytes, before: Version, note: str = "") -> None:
        """Replace it; b"" empties it. ``note``: what the Secret says of it in public, without any key."""
        ...

    async def tenure(self) -> Tenure:
        """The Lease as it is."""
        ...

    async def hold(self, tenure: Tenure, at: datetime) -> Tenure:
        """Write holder, fence and renewTime; ``tenure.version`` is the one that is replaced. The Lease as it is then."""
        ...

    async def restart(self, workload: WorkloadName, mark: str) -> None:
        """Roll a Deployment, StatefulSet or DaemonSet out anew. The same mark again changes nothing. Raises Missing when it is gone."""
        ...
