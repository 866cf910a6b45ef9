"""Would a peer that trusts these roots accept this chain in a handshake? As Dapr 1.14 and later decides: go-spiffe on Go's X.509.

First the leaf alone (bot.model.svid), then a path to a root for any extended key usage (bot.model.path), within what Go's TLS takes.
Whom a peer wants to talk to (its access rules) is another question. 1.12 and 1.13 decide likewise, and accept as a last resort a
certificate with the DNS name cluster.local besides, as control planes up to 1.11 have it (pkg/security/legacy); that is not judged.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from bot.model import svid
from bot.model.acceptance_view import seen_by_dapr
from bot.model.certificate import Certificate
from bot.model.handshake_advice import advice, beside_a_path, without_identity
from bot.model.path import GAVE_UP, Obstacle, PathVerdict, Purpose, verify
from bot.model.path_reasons import date_reasons, path_reasons
from bot.model.pem import PemDocument, Severity
from bot.model.problem import Problem
from bot.model.reason import Reason
from bot.model.reliance import MOST_INSTANTS
from bot.model.versions import NEWEST

MOST_TOLD: Final = 40
# Ours and not Go's, so it says nothing about peers.
_OUR_LIMIT: Final = "too-many-comparisons"
_ORDER: Final = {"critical": 0, "warning": 1, "notice": 2}


class HandshakeVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """A peer's answer, and everything that a person should know about it, worst first.

    ``accepted``    it takes the chain for the identity ``spiffe_id`` ("" when the leaf has none)
    ``path_valid``  the first certificate leads to a root at that instant, whether or not it is an identity
    ``path``        that path, leaf first and root last; else one that is valid at another time; else ()
    ``judged``      False: something is larger than what is judged here, and the other answers are worth nothing
    """

    accepted: bool = False
    path_valid: bool = False
    spiffe_id: str = ""
    path: tuple[Certificate, ...] = ()
    reasons: tuple[Reason, ...] = ()
    judged: bool = True


def judge(chain: PemDocument, roots: PemDocument, at: datetime) -> HandshakeVerdict:
    """The verdict on the certificates that Dapr reads from both texts. Nothing in them raises."""
    texts = (("the chain", chain), ("the roots", roots))
    if not (chain.whole and roots.whole):
        return HandshakeVerdict(judged=False, reasons=_told(_slips(texts, accepted=False)))
    shown, trusted = _seen(chain), _seen(roots)
    if not (shown and trusted):
        empty = [_nothing_in(name) for (name, _), held in zip(texts, (shown, trusted), strict=True) if not held]
        return HandshakeVerdict(reasons=_told([*empty, *_slips(texts, accepted=False)]))
    found = verify(shown[0], shown[1:], trusted, at, Purpose.ANY)
    path, on_the_path = _path(found, shown, trusted, at)
    reasons = [*svid.reasons(shown[0]), *on_the_path, *advice(shown, trusted)]
    if found.valid and shown[0].is_ca:
        reasons += without_identity(shown, trusted, at)
    accepted = found.valid and not any(one.severity == "critical" for one in reasons)
    return HandshakeVerdict(
        accepted=accepted,
        path_valid=found.valid,
        spiffe_id=svid.spiffe_id(shown[0]),
        path=path,
        reasons=_told([*reasons, *_slips(texts, accepted=accepted)]),
        judged=found.valid or not any(one.id == _OUR_LIMIT for one in found.obstacles),
    )


def _seen(document: PemDocument) -> tuple[Certificate, ...]:
    found = seen_by_dapr(document, NEWEST, "")
    return () if isinstance(found, Problem) else found


def _nothing_in(name: str) -> Reason:
    return Reason("no-certificates", "critical", f"{name}: Dapr reads no certificate from it, so there is nothing to accept.")


def _path(
    found: PathVerdict, chain: Sequence[Certificate], roots: Sequence[Certificate], at: datetime
) -> tuple[tuple[Certificate, ...], tuple[Reason, ...]]:
    """The path to show, and what is to be said about it. The first obstacle of a search hides those behind it; dates most of all."""
    if found.valid:
        return found.paths[0], tuple(beside_a_path(found, chain, roots, at))
    other = _at_other_times(chain, roots)
    path = other.paths[0] if other.valid else ()
    return path, tuple(date_reasons(path, at)) or path_reasons((*found.obstacles, *other.obstacles), chain, roots, at)


def _at_other_times(chain: Sequence[Certificate], roots: Sequence[Certificate]) -> PathVerdict:
    """The paths at the last instant at which there is one, else every obstacle; a new path can begin only where a certificate does."""
    obstacles: list[Obstacle] = []
    for at in sorted({one.not_before_at for one in (*chain, *roots)}, reverse=True)[:MOST_INSTANTS]:
        found = verify(chain[0], chain[1:], roots, at, Purpose.ANY)
        obstacles += found.obstacles
        if found.valid or any(one.id in GAVE_UP for one in found.obstacles):
            return PathVerdict(found.paths, tuple(obstacles))
    return PathVerdict((), tuple(obstacles))


def _slips(texts: Iterable[tuple[str, PemDocument]], *, accepted: bool) -> Iterator[Reason]:
    """Slips in the texts. When peers accept in spite of them they are no more than warnings."""
    for name, document in texts:
        for one in document.problems:
            severity: Severity = "warning" if accepted and one.severity == "critical" else one.severity
            yield Reason(one.id, severity, f"{name}: {one.message}")


def _told(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Each once, worst first, and no more than a person reads."""
    found = sorted(dict.fromkeys(reasons), key=lambda one: _ORDER[one.severity])
    left = len(found) - MOST_TOLD
    further = [Reason("further-findings", found[MOST_TOLD].severity, f"{left} further findings are not listed.")] if left > 0 else []
    return (*found[:MOST_TOLD], *further)
