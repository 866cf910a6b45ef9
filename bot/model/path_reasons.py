"""Why no path leads from a chain to a root, in words, each with its certificate. The facts are the path builder's obstacles."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from bot.model import phrases
from bot.model.certificate import Certificate
from bot.model.path import GAVE_UP, Obstacle
from bot.model.reason import Reason, about, named
from bot.model.x509.parser import parse
from bot.model.x509.signature import NOT_A_CA, UNSUPPORTED, algorithm, signed_by

# As many signatures as Go checks in one search: who sends more pairs of equal names wants to keep us busy.
_MOST_PAIRS: Final = 100
_WRONG_KEY_ALSO: Final = "crypto/rsa: verification error"


def path_reasons(
    obstacles: Iterable[Obstacle], chain: Sequence[Certificate], roots: Sequence[Certificate], at: datetime
) -> tuple[Reason, ...]:
    """Each obstacle as a reason; one at least. A date counts only where it is wrong at that instant."""
    known = {one.fingerprint: one for one in (*chain, *roots)}
    distinct = tuple(dict.fromkeys(obstacles))
    found = [
        *_of_paths(distinct, known),
        *_by_certificate(distinct, known, at),
        *_signatures(distinct, chain, known),
        *_foreign_roots(chain, roots),
        *_unknown_keys(chain, known),
    ]
    return tuple(dict.fromkeys(found)) or (_nowhere(chain[0]),)


def _nowhere(leaf: Certificate) -> Reason:
    return about(leaf, "no-path-to-root", "critical", f"No path leads from {named(leaf)} to a root.")


def date_reasons(path: Sequence[Certificate], at: datetime) -> Iterator[Reason]:
    """The certificates of a path that are not valid at that instant."""
    for one in path:
        if at > one.not_after_at:
            yield about(one, "certificate-expired", "critical", f"{named(one)} expired on {phrases.instant(one.not_after_at)}.")
        elif at < one.not_before_at:
            message = f"{named(one)} is not valid before {phrases.instant(one.not_before_at)}."
            yield about(one, "certificate-not-yet-valid", "critical", message)


def _by_certificate(obstacles: Iterable[Obstacle], known: Mapping[str, Certificate], at: datetime) -> Iterator[Reason]:
    """Obstacles in one certificate alone."""
    for obstacle in obstacles:
        one = known.get(obstacle.fingerprint)
        if one is None:
            continue
        match obstacle.id:
            case "expired" | "not-yet-valid":
                yield from date_reasons((one,), at)
            case "issuer-unknown" if not one.self_signed:
                yield about(one, "authority-missing", "critical", _missing(one))
            case "not-a-ca":
                message = f"{named(one)} stands between leaf and root, but is not marked CA:true (basicConstraints)."
                yield about(one, "authority-may-not-sign", "critical", message)
            case "path-too-long":
                message = f"{named(one)} has pathlen:{one.path_length}, too small for the certificates below it."
                yield about(one, "path-too-long", "critical", message)
            case "critical-extension-unknown":
                yield about(one, "critical-extension-unknown", "critical", f"{named(one)}: {obstacle.reason}.")
            case _:
                pass


def _missing(child: Certificate) -> str:
    issuer = child.issuer or "an issuer without a name"
    return f"{named(child)} was signed by {issuer}, and neither the roots nor the chain hold a certificate of that name."


def _of_paths(obstacles: Iterable[Obstacle], known: Mapping[str, Certificate]) -> Iterator[Reason]:
    """Obstacles in a path as a whole."""
    for obstacle in obstacles:
        match obstacle.id:
            case "name-not-permitted":
                limits = [named(one) for one in known.values() if parse(one.der).extensions.constraints is not None]
                detail = obstacle.reason.partition("for this name: ")[2]
                message = f"The name constraints in {phrases.named(limits)} forbid a name below: {detail}."
                yield Reason("name-not-permitted", "critical", message, obstacle.fingerprint)
            case "policy-invalid":
                message = "A CA in the path requires certificate policies that the certificates below it do not carry."
                yield Reason("policy-invalid", "critical", message, obstacle.fingerprint)
            case id_ if id_ in GAVE_UP:
                yield Reason(id_, "critical", f"The search for a path was given up: {obstacle.reason}.", obstacle.fingerprint)
            case _:
                pass


def _signatures(obstacles: Iterable[Obstacle], chain: Sequence[Certificate], known: Mapping[str, Certificate]) -> Iterator[Reason]:
    """Whoever has the issuer's name but did not, or may not, sign. Silent about other keys where the right one is at hand."""
    refused = {one.fingerprint for one in obstacles if one.id == "cannot-have-signed"}
    named_alike = ((child, signer) for child in chain for signer in known.values() if child != signer and _names(child, signer))
    strangers: dict[Certificate, list[str]] = {}
    has_signer: set[Certificate] = set()
    for child, signer in islice(named_alike, _MOST_PAIRS):
        why = signed_by(parse(child.der), parse(signer.der))
        if not why:
            has_signer.add(child)
        elif signer.fingerprint in refused:
            reason = _unsigned(child, signer, why)
            if reason is None:
                strangers.setdefault(child, []).append(named(signer))
            else:
                yield reason
    for child, names in strangers.items():
        if child not in has_signer and not child.self_signed:
            message = f"{named(child)} was signed by another CA of the same name: the key of {phrases.named(names)} is not the one."
            yield about(child, "authority-other-key", "critical", message)


def _names(child: Certificate, signer: Certificate) -> bool:
    return parse(child.der).raw_issuer == parse(signer.der).raw_subject


def _foreign_roots(chain: Sequence[Certificate], roots: Sequence[Certificate]) -> Iterator[Reason]:
    """Chains that bring their own root."""
    for one in chain:
        if one.self_signed and one not in roots:
            alike = [named(root) for root in roots if _names(one, root)]
            also = f" {phrases.named(alike)} has the same name, but another key." if alike else ""
            yield about(one, "root-not-trusted", "critical", f"{named(one)} is a root itself, and none of those given.{also}")


def _unknown_keys(chain: Sequence[Certificate], known: Mapping[str, Certificate]) -> Iterator[Reason]:
    """Go passes over such a signer without a word."""
    for one in known.values():
        if parse(one.der).key.kind == "unknown" and any(child != one and _names(child, one) for child in chain):
            yield _unknown_key(one)


def _unsigned(child: Certificate, signer: Certificate, why: str) -> Reason | None:
    """Why that signature does not count, given Go's complaint; None when it is simply by another key."""
    how = algorithm(parse(child.der))
    if why == NOT_A_CA:
        return about(signer, "authority-may-not-sign", "critical", f"{named(signer)} may not sign certificates: {_lacks(signer)}.")
    if how is None or how.insecure or how.kind == "DSA":
        message = f"{named(child)} is signed in a way that Go refuses ({child.signature_algorithm}); SHA-256 is usual."
        return about(child, "signature-algorithm", "critical", message)
    if why == UNSUPPORTED:
        return _unknown_key(signer)
    if why.startswith("crypto/rsa:") and why != _WRONG_KEY_ALSO:
        return about(signer, "authority-key-refused", "critical", f"Go does not work with the key of {named(signer)}: {why}.")
    return None


def _lacks(signer: Certificate) -> str:
    return "its key usages lack keyCertSign" if signer.is_ca else "it is not marked CA:true (basicConstraints)"


def _unknown_key(signer: Certificate) -> Reason:
    return about(signer, "authority-key-refused", "critical", f"Go does not work with the key of {named(signer)} ({signer.key_kind}).")
