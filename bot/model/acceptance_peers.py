"""Would a certificate that this issuer signs now be accepted by peers? Sentry does not ask that itself, and loads bundles that kill."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.model.acceptance_chain import Judged, describe
from bot.model.certificate import Certificate
from bot.model.path import SENTRY, Identity, PathVerdict, Purpose, verify_issued
from bot.model.problem import Problem
from bot.model.versions import Version

MAX_TLS_RSA_BITS: Final = 8192
LEGACY_NAME: Final = "cluster.local"

_APP = Identity("spiffe://public/ns/default/app")
_WEBHOOKS = Identity(SENTRY.spiffe_id, ("dapr-sidecar-injector.dapr-system.svc", "dapr-webhook.dapr-system.svc"))

_WORDS: Final = {
    "path-too-long": "a pathlen in the chain is too small for the certificates below it",
    "cannot-have-signed": "a certificate in the chain may not sign certificates, or did not sign what it should have",
    "not-a-ca": "an intermediate is not marked CA:true",
    "expired": "a certificate in the chain has expired",
    "not-yet-valid": "a certificate in the chain is not valid yet",
    "name-not-permitted": "name constraints forbid the names of workloads",
    "issuer-unknown": "no root in ca.crt matches",
    "policy-invalid": "certificate policies that workload certificates do not carry are required",
}


def peer_problems(judged: Judged, version: Version, at: datetime) -> tuple[Problem, ...]:
    """Everything that keeps peers from accepting workload certificates; critical ones mean that they do not."""
    if not judged.chain or not judged.roots:
        return (
            Problem("peers-nothing-to-verify", "critical", "Without a readable issuer and a readable root no peer can verify anything."),
        )
    return (*_identities(judged, version, at), *_sizes(judged.chain), *_legacy(judged.chain, version))


def _identities(judged: Judged, version: Version, at: datetime) -> Iterable[Problem]:
    legacy = version.class_ == "A"
    for purpose in (Purpose.SERVER, Purpose.CLIENT) if legacy else (Purpose.ANY,):
        for identity in (SENTRY, _APP):
            verdict = verify_issued(judged.chain, judged.roots, at, identity=identity, purpose=purpose, keeps_self_signed=legacy)
            if not verdict.valid:
                return [_refused(verdict)]
    return [*_webhooks(judged, at), *_client_auth(judged, at)]


def _refused(verdict: PathVerdict) -> Problem:
    words = [_WORDS[one.id] for one in verdict.obstacles if one.id in _WORDS]
    reasons = "; ".join(dict.fromkeys(describe(one) for one in verdict.obstacles))
    why = words[-1] if words else "there is no valid path"
    return Problem("peers-refuse", "critical", f"Peers would refuse every workload certificate: {why} ({reasons}).")


def _webhooks(judged: Judged, at: datetime) -> Iterable[Problem]:
    """The API server verifies the injector's and the operator's webhook by DNS name and serverAuth."""
    verdict = verify_issued(judged.chain, judged.roots, at, identity=_WEBHOOKS, purpose=Purpose.SERVER)
    if verdict.valid:
        return []
    reasons = "; ".join(dict.fromkeys(describe(one) for one in verdict.obstacles))
    return [
        Problem(
            "webhooks-refused",
            "warning",
            f"The API server would refuse Dapr's webhooks, and pods would start without a sidecar: {reasons}.",
        )
    ]


def _client_auth(judged: Judged, at: datetime) -> Iterable[Problem]:
    """The scheduler's embedded etcd (1.15 and later) verifies its peers as TLS clients."""
    if verify_issued(judged.chain, judged.roots, at, purpose=Purpose.CLIENT).valid:
        return []
    message = (
        "A certificate in the chain lists extended key usages without clientAuth: sidecars work, the scheduler's etcd peers would not."
    )
    return [Problem("client-auth-missing", "warning", message)]


def _sizes(chain: Iterable[Certificate]) -> Iterable[Problem]:
    for one in chain:
        if one.key_kind.startswith("RSA ") and int(one.key_kind.removeprefix("RSA ")) > MAX_TLS_RSA_BITS:
            yield Problem(
                "tls-key-too-large", "critical", f"{one.key_kind} in the issuer chain: Go's TLS refuses keys above {MAX_TLS_RSA_BITS} bits."
            )


def _legacy(chain: tuple[Certificate, ...], version: Version) -> Iterable[Problem]:
    if version.class_ != "A":
        return
    if not chain[0].key_kind.startswith("ECDSA"):
        yield Problem(
            "issuer-key-kind",
            "critical",
            f"Sentry {version} loads an {chain[0].key_kind} issuer but fails at every signature; use ECDSA P-256.",
        )
    if LEGACY_NAME not in chain[0].dns_names:
        message = f"Up to Dapr 1.11 operator and placement serve with the issuer certificate itself: it needs the DNS name {LEGACY_NAME}."
        yield Problem("issuer-name-missing", "critical", message)
