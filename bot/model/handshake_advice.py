"""What else a person should know about a chain and the roots it was held against: order, repetition, other callers than peers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from bot.model import phrases, svid
from bot.model.acceptance_peers import MAX_TLS_RSA_BITS
from bot.model.certificate import Certificate
from bot.model.path import PathVerdict, Purpose, verify, verify_issued
from bot.model.path_reasons import date_reasons, path_reasons
from bot.model.reason import Reason, about, named

_ANY: Final = "any"
# Dapr's peers ask for any usage (go-spiffe); these two callers do not.
_CALLERS: Final = (
    (Purpose.SERVER, "serverAuth", "the API server, which calls Dapr's webhooks"),
    (Purpose.CLIENT, "clientAuth", "the scheduler's etcd"),
)


def advice(chain: Sequence[Certificate], roots: Sequence[Certificate]) -> Iterator[Reason]:
    """What does not depend on a path; critical ones keep every peer from accepting the chain."""
    yield from _order(chain)
    yield from _sizes(chain)
    yield from _twice(chain, "chain")
    yield from _twice(roots, "roots")
    for root in dict.fromkeys(roots):
        if not root.self_signed:
            message = (
                f"{named(root)}, among the roots, is not a self-signed CA: peers trust it all the same, sentry refuses a ca.crt with it."
            )
            yield about(root, "root-not-self-signed", "warning", message)


def _order(chain: Sequence[Certificate]) -> Iterator[Reason]:
    """Only the leaf has a place: Go takes the others in any order."""
    first = chain[0]
    at = next((place for place, one in enumerate(chain, 1) if not svid.is_authority(one)), 1)
    if svid.is_authority(first) and at > 1:
        leaf = chain[at - 1]
        message = f"The chain does not begin with its leaf: that is certificate {at}, {named(leaf)}. Put it before {named(first)}."
        yield about(leaf, "leaf-not-first", "critical", message)


def _sizes(chain: Sequence[Certificate]) -> Iterator[Reason]:
    for one in dict.fromkeys(chain):
        if one.key_kind.startswith("RSA ") and int(one.key_kind.removeprefix("RSA ")) > MAX_TLS_RSA_BITS:
            message = f"{named(one)} has a key of {one.key_kind} bits: Go's TLS refuses more than {MAX_TLS_RSA_BITS} in a chain."
            yield about(one, "tls-key-too-large", "critical", message)


def _twice(held: Sequence[Certificate], name: str) -> Iterator[Reason]:
    for one in dict.fromkeys(held):
        count = held.count(one)
        if count > 1:
            yield about(one, "certificate-twice", "notice", f"{named(one)} is in the {name} {phrases.count(count, 'time')}; harmless.")


def beside_a_path(found: PathVerdict, chain: Sequence[Certificate], roots: Sequence[Certificate], at: datetime) -> Iterator[Reason]:
    """Beside a valid path: who would refuse it although peers do not, and which certificates no longer serve."""
    for purpose, usage, caller in _CALLERS:
        if not verify(chain[0], chain[1:], roots, at, purpose).valid:
            narrow = [named(one) for one in found.paths[0] if _excludes(one, usage)]
            message = (
                f"Extended key usages without {usage} in {phrases.named(narrow)}: Dapr's peers do not look, but {caller} would refuse it."
            )
            yield Reason("extended-key-usage", "warning", message)
    refused = {one.fingerprint for one in found.obstacles}
    for reason in date_reasons([one for one in dict.fromkeys((*chain, *roots)) if one.fingerprint in refused], at):
        yield Reason(reason.id, "notice", f"{reason.message} Another path is valid.", reason.fingerprint)


def _excludes(one: Certificate, usage: str) -> bool:
    return bool(one.extended_key_usages) and not {usage, _ANY} & set(one.extended_key_usages)


def without_identity(chain: Sequence[Certificate], roots: Sequence[Certificate], at: datetime) -> Iterator[Reason]:
    """For a chain that begins with a CA: whether peers would accept what it signs, which is what its owner wants to know."""
    issuer = chain[0]
    found = verify_issued(chain, roots, at)
    if found.valid:
        yield about(
            issuer, "issued-accepted", "notice", f"Peers with these roots would accept a workload certificate that {named(issuer)} signs."
        )
        return
    why = " ".join(one.message for one in path_reasons(found.obstacles, chain, roots, at)[: phrases.NAMED])
    message = f"Peers with these roots would refuse every workload certificate that {named(issuer)} signs: {why}"
    yield about(issuer, "issued-refused", "critical", message)
