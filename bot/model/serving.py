"""Would a peer accept what a server shows? By the roots that whoever starts now is given, whatever they were when that server started."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from bot.model import handshake, live, phrases, svid, trust
from bot.model.certificate import Certificate, certificates
from bot.model.chains import LiveChain
from bot.model.pem import PemDocument
from bot.model.reason import Reason
from bot.model.servers import SIDECAR
from bot.model.snapshot import Snapshot

MOST_TOLD: Final = 2
MOST_PODS: Final = 5
_OF_CONTROL_PLANE: Final = re.compile(r"spiffe://[^/]+/ns/[^/]+/dapr-[a-z-]+")
# A service mesh's has one word more: /ns/NAMESPACE/sa/ACCOUNT.
_OF_APP: Final = re.compile(r"spiffe://[^/]+/ns/[^/]+/[^/]+")


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """On what one server shows.

    ``is_strange``   no root of these signed it, at any time: it is of another CA
    ``is_expired``   its own certificate has ended, whatever else is wrong
    ``is_early``     its own begins in the future: a clock is wrong, and it may be ours
    ``is_foreign``   it is no certificate of Dapr's at all: somebody answers in its place, such as a service mesh
    ``is_judged``    False: something is larger than what is judged here
    """

    one: LiveChain
    leaf: Certificate
    is_accepted: bool
    is_strange: bool
    is_expired: bool
    is_early: bool
    is_foreign: bool
    is_judged: bool
    reasons: tuple[Reason, ...]


def present_roots(snapshot: Snapshot) -> PemDocument | None:
    """The text of the roots that peers are given: the ConfigMap's, up to 1.11 the Secret's, which also stands in for one not seen."""
    configmap, secret = trust.configmap(snapshot), trust.secret(snapshot)
    if trust.is_paired(snapshot) and configmap is not None and configmap.ca is not None:
        return configmap.ca
    return secret.ca if secret is not None else None


def verdict(one: LiveChain, roots: PemDocument, snapshot: Snapshot) -> Verdict:
    """Up to 1.11 the control plane's certificates are no identities, and only their path is judged."""
    leaf, found = certificates(one.chain)[0], handshake.judge(one.chain, roots, snapshot.taken_at)
    is_paired = trust.is_paired(snapshot)
    name = _OF_APP if one.endpoint.component == SIDECAR else _OF_CONTROL_PLANE
    return Verdict(
        one=one,
        leaf=leaf,
        is_accepted=found.accepted if is_paired else found.path_valid,
        is_strange=not found.path,
        is_expired=leaf.not_after_at <= snapshot.taken_at,
        is_early=leaf.not_before_at > snapshot.taken_at,
        is_foreign=is_paired and not name.fullmatch(svid.spiffe_id(leaf)),
        is_judged=found.judged,
        reasons=found.reasons,
    )


def told(found: Sequence[Verdict]) -> Iterator[str]:
    """What they show, and why peers refuse it, as sentences of evidence; of many the first few."""
    yield from dict.fromkeys(sentence for one in found[:MOST_PODS] for sentence in _told(one))
    if len(found) > MOST_PODS:
        yield f"{phrases.count(len(found) - MOST_PODS, 'more pod')} {'does' if len(found) - MOST_PODS == 1 else 'do'} likewise."


def _told(found: Verdict) -> Iterator[str]:
    running = live.running(found.one)
    signer = f"issuer {running.chain[0].fingerprint[:8]}" if running.chain else f'an issuer that calls itself "{found.leaf.issuer}"'
    pod = found.one.endpoint.pod
    yield f"{pod} shows a certificate by {signer}, valid until {phrases.instant(found.leaf.not_after_at)}."
    critical = [one.message for one in found.reasons if one.severity == "critical"]
    yield from critical[:MOST_TOLD]
