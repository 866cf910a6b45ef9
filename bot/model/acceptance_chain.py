"""Sentry's acceptance of a complete bundle, 1.12 and later (pkg/sentry/server/ca/validate.go), rule by rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from bot.model.acceptance_view import seen_by_dapr
from bot.model.bundle import TrustBundle
from bot.model.certificate import Certificate
from bot.model.path import Obstacle, PathVerdict, verify
from bot.model.pem import PemDocument
from bot.model.private_key import KeyFacts
from bot.model.problem import Problem
from bot.model.versions import Version
from bot.model.x509.parser import parse
from bot.model.x509.signature import MIN_RSA_BITS, signed_by


@dataclass(frozen=True, slots=True)
class Judged:
    """What sentry takes from a bundle. ``chain`` is issuer first, without a root at its end; ``refusals`` empty: it loads.

    ``roots`` and ``chain`` are as far as they could be read, also when the bundle is refused.
    """

    roots: tuple[Certificate, ...]
    chain: tuple[Certificate, ...]
    refusals: tuple[Problem, ...]
    path: PathVerdict | None = None


def judge(bundle: TrustBundle, version: Version, at: datetime) -> Judged:
    """Apply every rule, not only the first that fails, so that a person can repair all at once."""
    refusals: list[Problem] = []
    roots = _read(bundle.ca, version, "ca.crt", refusals)
    issuers = _read(bundle.issuer, version, "issuer.crt", refusals)
    chain = _without_root(issuers)
    refusals += _roots_problems(roots)
    refusals += _order_problems(issuers)
    if chain:
        refusals += _issuer_problems(chain, version)
    refusals += key_problems(bundle, chain, version)
    path = verify(chain[0], chain[1:], roots, at) if chain and roots else None
    if path is not None and not path.valid:
        refusals.append(_no_path(path))
    return Judged(roots, chain, tuple(refusals), path)


def _read(document: PemDocument, version: Version, name: str, refusals: list[Problem]) -> tuple[Certificate, ...]:
    seen = seen_by_dapr(document, version, name)
    if isinstance(seen, Problem):
        refusals.append(seen)
        return ()
    return seen


def _roots_problems(roots: Sequence[Certificate]) -> list[Problem]:
    return [
        Problem(
            "root-not-self-signed", "critical",
            f"ca.crt: {label(root)} is not a self-signed CA certificate ({_why(root)}); sentry refuses the whole file for one such. "
            "Intermediates and cross-signed certificates belong into issuer.crt.",
        )
        for root in roots
        if not root.self_signed
    ]  # fmt: skip


def _why(root: Certificate) -> str:
    parsed = parse(root.der)
    return signed_by(parsed, parsed)


def _order_problems(issuers: Sequence[Certificate]) -> list[Problem]:
    for child, parent in pairwise(issuers):
        why = signed_by(parse(child.der), parse(parent.der))
        if why:
            wrong = f"{label(child)} was not signed by {label(parent)} ({why})"
            message = f"issuer.crt must begin with the issuer, each certificate signed by the next: {wrong}."
            return [Problem("chain-order", "critical", message)]
    return []


def _without_root(issuers: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
    return issuers[:-1] if len(issuers) > 1 and issuers[-1].self_signed else issuers


def _issuer_problems(chain: Sequence[Certificate], version: Version) -> list[Problem]:
    issuer = chain[0]
    found: list[Problem] = []
    if not issuer.has_basic_constraints and "keyCertSign" not in issuer.key_usages:
        message = "The issuer has neither basicConstraints nor the key usage keyCertSign: it is no CA certificate."
        found.append(Problem("issuer-not-a-ca", "critical", message))
    if version.refuses_self_signed_issuer and all(one.self_signed for one in chain):
        message = "issuer.crt holds nothing but self-signed certificates; since 1.16 the issuer must be signed by a root, not be one."
        found.append(Problem("issuer-self-signed", "critical", message))
    return found


def key_problems(bundle: TrustBundle, chain: Sequence[Certificate], version: Version) -> list[Problem]:
    """Why sentry cannot use the key with the issuer; nothing when the key was not read by choice."""
    key = bundle.key
    if key is None:
        return _kind_problems(chain[0].key_kind, version) if chain else []
    if key.problem or not key.key_sha256:
        return [_unreadable(key)]
    found = _kind_problems(key.kind, version)
    if chain and key.key_sha256 != chain[0].key_sha256:
        message = f"issuer.key ({key.kind}) does not belong to the first certificate in issuer.crt ({chain[0].key_kind})."
        found.append(Problem("key-mismatch", "critical", message))
    return found


def _unreadable(key: KeyFacts) -> Problem:
    hint = f" {key.problems[0].message}" if key.problems else ""
    return Problem("key-unreadable", "critical", f"issuer.key cannot be read: {key.problem or 'an X25519 key cannot sign'}.{hint}")


def _kind_problems(kind: str, version: Version) -> list[Problem]:
    if kind.startswith("RSA ") and int(kind.removeprefix("RSA ")) < MIN_RSA_BITS:
        return [
            Problem("key-too-small", "critical", f"The issuer's key is {kind}: Go refuses to sign with fewer than {MIN_RSA_BITS} bits.")
        ]
    if kind.startswith("ECDSA") or version.signs_with_any_key:
        return []
    message = f"The issuer's key is {kind}; sentry {version} works with ECDSA only (RSA and Ed25519 from 1.16.16, 1.17.7 and 1.18.0 on)."
    return [Problem("issuer-key-kind", "critical", message)]


def _no_path(path: PathVerdict) -> Problem:
    reasons = "; ".join(dict.fromkeys(describe(one) for one in path.obstacles))
    ids = {one.id for one in path.obstacles}
    for wanted, name in (
        ("expired", "certificate-expired"),
        ("not-yet-valid", "certificate-not-yet-valid"),
        ("wrong-extended-key-usage", "extended-key-usage"),
    ):
        if wanted in ids:
            return Problem(name, "critical", f"No valid path from the issuer to a root: {reasons}.")
    return Problem("no-path-to-root", "critical", f"No valid path from the issuer to a root: {reasons}.")


def describe(obstacle: Obstacle) -> str:
    """One obstacle in words."""
    return f"{obstacle.subject or 'the certificate without a subject'}: {obstacle.reason}"


def label(one: Certificate) -> str:
    """A certificate named for a person."""
    return f"{one.subject or 'without a subject'} ({one.fingerprint[:8]})"
