"""What sentry writes into its log, in its own words, as seen on the rig (1.10 to 1.18)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.model import acceptance
from bot.model.bundle import TrustBundle
from bot.model.problem import Problem
from bot.model.versions import Version

RELOADING: Final = "Issuer credentials changed; reloading"
NOT_FOUND: Final = "Root and issuer certs not found: generating self signed CA"
READY: Final = "CA certificate key pair ready"
SERVING: Final = "Running gRPC server on port 50001"

_CA: Final = "dapr.sentry.ca"
_MAIN: Final = "dapr.sentry"
_SERVER: Final = "dapr.sentry.server"
_SCOPES: Final = {NOT_FOUND: _CA, SERVING: _SERVER}

# Go stops at the first problem; this is the order in which its code comes to them.
_ORDER: Final = (
    "no-certificates", "certificate-malformed", "key-unreadable", "key-mismatch", "root-not-self-signed", "issuer-key-kind",
    "chain-order", "issuer-self-signed", "issuer-not-a-ca",
)  # fmt: skip
_FIXED: Final = {
    "key-mismatch": "issuer key does not match issuer certificate",
    "root-not-self-signed": "certificate in trust anchor is not self-signed: x509: ECDSA verification failure",
    "chain-order": "certificate chain is not valid",
    "issuer-self-signed": "issuer chain is empty after re-encoding",
    "extended-key-usage": "x509: certificate specifies an incompatible key usage",
    "no-path-to-root": "x509: certificate signed by unknown authority",
}
_NO_PATH: Final = frozenset({"certificate-expired", "certificate-not-yet-valid", "extended-key-usage", "no-path-to-root"})


def found(version: Version) -> str:
    """The message of the line that says that the CA in the store is used."""
    return f"Root and issuer certs found: using {'credentials from store' if version.class_ == 'C' else 'existing certs'}"


def line(message: str, *, at: datetime, level: str = "info", pod: str = "dapr-sentry", version: str = "unknown") -> str:
    """One line as Dapr's logger writes it."""
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    scope = _SCOPES.get(message, _MAIN)
    quoted = message.replace("\\", "\\\\").replace('"', '\\"')
    return f'time="{stamp}" level={level} msg="{quoted}" instance={pod} scope={scope} type=log ver={version}'


def refusal(problems: Sequence[Problem], bundle: TrustBundle, version: Version, at: datetime) -> str:
    """The message of the fatal line for a bundle that is refused."""
    first = min((one for one in problems if one.severity == "critical"), key=_place)
    where = "failed to get CA bundle: failed to verify CA bundle: " if version.class_ == "C" else ""
    return f"error creating CA: {where}{_words(first, bundle, version, at)}"


def missing(resource: str, name: str, version: Version) -> str:
    """The message of the fatal line when the Secret or the ConfigMap does not exist."""
    where = "failed to get CA bundle: " if version.class_ == "C" else ""
    of_secret = "failed to get trust bundle secret: " if version.class_ == "C" and resource == "secrets" else ""
    return f'error creating CA: {where}{of_secret}{resource} "{name}" not found'


def _place(problem: Problem) -> int:
    return _ORDER.index(problem.id) if problem.id in _ORDER else len(_ORDER)


def _words(problem: Problem, bundle: TrustBundle, version: Version, at: datetime) -> str:
    if problem.id in _NO_PATH:
        return f"issuer chain does not belong to trust anchors: {_path(problem, bundle, version, at)}"
    if problem.id == "no-certificates":
        return f"{'failed to decode trust anchors: ' if problem.message.startswith('ca.crt') else ''}no certificates found"
    if problem.id == "key-unreadable" and bundle.key is not None:
        return bundle.key.problem
    if problem.id == "issuer-key-kind" and bundle.key is not None:
        return f"unsupported key type {'*rsa.PrivateKey' if bundle.key.kind.startswith('RSA') else 'ed25519.PrivateKey'}"
    return _FIXED.get(problem.id, problem.message)


def _path(problem: Problem, bundle: TrustBundle, version: Version, at: datetime) -> str:
    judged = acceptance.judge_chain(bundle, version, at)
    # Go looks at the issuer first, then upwards.
    for one in (*judged.chain, *judged.roots):
        if problem.id == "certificate-expired" and one.not_after_at < at:
            return _dated(at, "after", one.not_after_at)
        if problem.id == "certificate-not-yet-valid" and one.not_before_at > at:
            return _dated(at, "before", one.not_before_at)
    return _FIXED.get(problem.id, problem.message)


def _dated(at: datetime, how: str, bound: datetime) -> str:
    return f"x509: certificate has expired or is not yet valid: current time {_rfc3339(at)} is {how} {_rfc3339(bound)}"


def _rfc3339(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
