"""Sentry up to 1.11 (pkg/sentry/certs/certs.go): it parses and matches the key, and checks neither chain nor dates."""

from bot.model.acceptance_chain import Judged
from bot.model.acceptance_view import seen_by_dapr
from bot.model.bundle import TrustBundle
from bot.model.certificate import Certificate
from bot.model.problem import Problem
from bot.model.versions import Version


def judge(bundle: TrustBundle, version: Version) -> Judged:
    """The roots, the chain exactly as it stands in issuer.crt, and why sentry refuses them."""
    refusals: list[Problem] = []
    parts: list[tuple[Certificate, ...]] = []
    for name, document in (("ca.crt", bundle.ca), ("issuer.crt", bundle.issuer)):
        seen = seen_by_dapr(document, version, name)
        if isinstance(seen, Problem):
            refusals.append(seen)
        parts.append(() if isinstance(seen, Problem) else seen)
    refusals += _key_problems(bundle, parts[1])
    return Judged(parts[0], parts[1], tuple(refusals))


def _key_problems(bundle: TrustBundle, chain: tuple[Certificate, ...]) -> list[Problem]:
    if "issuer.key" in bundle.missing:
        return [Problem("key-missing", "critical", "There is no issuer.key.")]
    if bundle.key is None:
        return []
    if bundle.key.problem or not bundle.key.key_sha256:
        return [Problem("key-unreadable", "critical", f"issuer.key cannot be read: {bundle.key.problem or 'an X25519 key cannot sign'}.")]
    if chain and bundle.key.key_sha256 != chain[0].key_sha256:
        return [Problem("key-mismatch", "critical", "issuer.key does not belong to the first certificate in issuer.crt.")]
    return []
