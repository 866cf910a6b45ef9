"""What Secret and ConfigMap hold, with the private key: for whoever writes them, and for nobody else.

Snapshot, store, log and message never see these; they see :class:`PairDigest`, by which a pair is told from others.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final, NoReturn

import msgspec

from bot.model.private_key import read_key

BACKUP: Final = "dapr-warden-backup"
"""Name of the Secret with the last good pair."""
STAGING: Final = "dapr-warden-staging"
"""Name of the Secret with the pairs of the run under way."""
MANAGER: Final = "dapr-warden"
"""What the bot calls itself when it writes (managedFields)."""
OLD: Final = "old"
"""The pair that was there before."""
BOTH: Final = "both"
"""Old roots and the new one; the new issuer, the cross-certificate, the old chain."""
NEW: Final = "new"
"""The new root and issuer alone."""
BACK: Final = "back"
"""Every root of :data:`BOTH`, with the old issuer and its key."""


class SecretBytes:
    """Bytes that do not print, copy or travel. They leave it by :meth:`revealed` alone."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def revealed(self) -> bytes:
        """The bytes themselves: for the Secret, for what seals them, for what signs with them."""
        return self._value

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        """In a time that does not depend on them."""
        return isinstance(other, SecretBytes) and hmac.compare_digest(self._value, other._value)

    __hash__ = None  # type: ignore[assignment] # it has no place in a set

    def __repr__(self) -> str:
        """Never the bytes."""
        return "SecretBytes(**********)"

    def __reduce__(self) -> NoReturn:
        """Neither pickled nor copied."""
        raise TypeError("secret bytes are not copied")


class PairDigest(msgspec.Struct, frozen=True, kw_only=True):
    """A pair by its digests: SHA-256 of both texts, and of the public half of the key ("" where that cannot be read)."""

    name: str
    ca: str
    issuer: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustPair:
    """``ca``: of Secret and ConfigMap alike, to the byte; ``issuer``: the issuer's chain; ``key``: of the issuer, PEM."""

    ca: bytes
    issuer: bytes
    key: SecretBytes

    def digest(self, name: str = "") -> PairDigest:
        """What may be known of it everywhere."""
        key = read_key(self.key.revealed()).key_sha256
        return PairDigest(name=name, ca=hashlib.sha256(self.ca).hexdigest(), issuer=hashlib.sha256(self.issuer).hexdigest(), key=key)


@dataclass(frozen=True, slots=True)
class Version:
    """Of one object: a write is made only while it is still this one."""

    uid: str
    resource_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePair:
    """Both objects as they are now. A value that is absent is empty.

    ``configmap_ca``: the ConfigMap's, which should be equal to ``pair.ca``. ``marks``: the annotation that says which pair each is,
    "RUN/NAME" of the Secret, then of the ConfigMap; "" where there is none.
    """

    pair: TrustPair
    configmap_ca: bytes
    secret: Version
    configmap: Version
    marks: tuple[str, str] = ("", "")

    @property
    def is_open(self) -> bool:
        """Whether the two differ: a sentry that starts now would throw the CA away."""
        return self.pair.ca != self.configmap_ca


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a Secret of the bot's own holds, sealed; b"" while it is empty. ``note``: what it says of that in public, "" for nothing."""

    sealed: bytes
    version: Version
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """The Lease. ``holder`` "" when nobody holds it; ``fence`` counts its holders; ``renewed``: its renewTime as text, "" never."""

    holder: str
    fence: int
    renewed: str
    seconds: int
    version: Version


def mark(run: str, name: str) -> str:
    """The annotation by which a pair is recognised from the cluster alone."""
    return f"{run}/{name}"
