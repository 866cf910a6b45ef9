"""The trust bundle: what sentry reads at its start, as a value without secrets."""

import enum
from typing import Literal

import msgspec

from bot.model.pem import PemDocument, read
from bot.model.private_key import KeyFacts

Name = Literal["ca.crt", "issuer.crt", "issuer.key", "configmap ca.crt"]

EMPTY = read(b"")


class Mode(enum.Enum):
    """Where sentry keeps its bundle: Secret and ConfigMap, or three files."""

    KUBERNETES = "kubernetes"
    STANDALONE = "standalone"


class TrustBundle(msgspec.Struct, frozen=True, kw_only=True):
    """``ca.crt``, ``issuer.crt`` and what is known of ``issuer.key``.

    ``key`` None: the key was not read, by choice; it is then taken for good. ``configmap_ca`` None: taken for equal to ``ca``.
    ``missing`` names what does not exist at all, which is not the same as empty: sentry then makes a new CA.
    """

    ca: PemDocument
    issuer: PemDocument
    key: KeyFacts | None
    configmap_ca: PemDocument | None = None
    missing: tuple[Name, ...] = ()


def observed(*, ca: PemDocument | None, issuer: PemDocument | None, key: KeyFacts | None, configmap_ca: PemDocument | None) -> TrustBundle:
    """The bundle of a cluster whose objects were all read: here None means that the key of the object is absent."""
    parts: tuple[tuple[Name, object], ...] = (
        ("ca.crt", ca), ("issuer.crt", issuer), ("issuer.key", key), ("configmap ca.crt", configmap_ca),
    )  # fmt: skip
    missing: tuple[Name, ...] = tuple(name for name, part in parts if part is None)
    return TrustBundle(ca=ca or EMPTY, issuer=issuer or EMPTY, key=key, configmap_ca=configmap_ca, missing=missing)
