"""Whether a certificate is a workload's identity (X.509-SVID), as go-spiffe asks before it looks at any path (x509svid.Verify)."""

import re
from collections.abc import Iterator
from typing import Final

from bot.model.certificate import Certificate
from bot.model.reason import Reason, about, named
from bot.model.x509.parser import parse

_SCHEME = re.compile(r"spiffe:", re.IGNORECASE)
_ID = re.compile(r"spiffe://[a-z0-9._-]+(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._-]+)*")
_OF_DAPR = re.compile(r"spiffe://[^/]+/ns/[^/]+/[^/]+(?:/.*)?")
# Go's TLS 1.3 has no signature scheme for these; a CA signs certificates for them all the same.
_UNUSABLE: Final = frozenset(("ECDSA P-224", "DSA", "unknown"))
_SIGNING: Final = ("keyCertSign", "cRLSign")


def spiffe_id(leaf: Certificate) -> str:
    """The one SPIFFE id of a certificate; "" when it has none, several URIs, or one that is no SPIFFE id."""
    uris = _uris(leaf)
    return _parsed(uris[0]) if len(uris) == 1 else ""


def is_authority(one: Certificate) -> bool:
    """Whether it says that it signs others, so that no peer takes it for a workload's."""
    return one.is_ca or "keyCertSign" in one.key_usages


def reasons(leaf: Certificate) -> Iterator[Reason]:
    """Everything for which peers refuse it as an identity (critical), or that is unusual in one."""
    yield from _authority(leaf)
    if not leaf.is_ca:
        yield from _identity(leaf)
    if leaf.key_usages and not is_authority(leaf) and "digitalSignature" not in leaf.key_usages:
        message = f"{named(leaf)} has key usages without digitalSignature: SPIFFE asks for it, Dapr's peers do not look."
        yield about(leaf, "leaf-digital-signature", "notice", message)
    if leaf.key_kind in _UNUSABLE:
        yield about(leaf, "leaf-key-kind", "critical", f"{named(leaf)} has a key ({leaf.key_kind}) with which Go's TLS 1.3 cannot sign.")


def _authority(leaf: Certificate) -> Iterator[Reason]:
    says = [usage for usage in _SIGNING if usage in leaf.key_usages]
    if leaf.is_ca:
        accepted = "peers accept workload certificates only; its path was judged all the same"
        message = f"The chain begins with a CA certificate, {named(leaf)}: {accepted}."
        yield about(leaf, "leaf-is-ca", "critical", message)
    elif says:
        message = f"{named(leaf)} has the key usage {' and '.join(says)}: no peer accepts a workload certificate with it."
        yield about(leaf, "leaf-signs", "critical", message)


def _identity(leaf: Certificate) -> Iterator[Reason]:
    match _uris(leaf):
        case ():
            message = f"{named(leaf)} has no URI among its names: an identity has one, its SPIFFE id."
            yield about(leaf, "leaf-without-uri", "critical", message)
        case (uri,):
            yield from _one_uri(leaf, uri)
        case uris:
            message = f"{named(leaf)} has {len(uris)} URIs among its names; peers accept exactly one, its SPIFFE id."
            yield about(leaf, "leaf-several-uris", "critical", message)


def _one_uri(leaf: Certificate, uri: str) -> Iterator[Reason]:
    found = _parsed(uri)
    if not found:
        yield about(leaf, "leaf-not-spiffe", "critical", f"The URI of {named(leaf)} is no SPIFFE id: {_why_none(uri)}.")
    elif not _OF_DAPR.fullmatch(found):
        message = f"Dapr's access rules read only ids like spiffe://TRUST-DOMAIN/ns/NAMESPACE/APP; that of {named(leaf)} is another."
        yield about(leaf, "leaf-not-of-dapr", "notice", message)


def _uris(leaf: Certificate) -> tuple[str, ...]:
    names = parse(leaf.der).extensions.names
    return names.uris if names else ()


def _parsed(uri: str) -> str:
    """The id as spiffeid.FromURI has it, "" when that refuses it. Go's url.String lowers the scheme and drops an empty fragment."""
    plain, _, fragment = uri.partition("#")
    text = _SCHEME.sub("spiffe:", plain, count=1)
    return text if not fragment and _ID.fullmatch(text) else ""


def _why_none(uri: str) -> str:
    if not _SCHEME.match(uri):
        return "it does not begin with spiffe://"
    return (
        "its trust domain is lower-case letters, digits, '.', '-' and '_', and its path segments of such letters, none empty, '.' or '..'"
    )
