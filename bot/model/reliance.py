"""Who relies on which certificate: every path from the issuer to the roots of each party, and what is on all of them.

A *party* holds a set of roots: the control plane holds ca.crt, and all pods with the same DAPR_TRUST_ANCHORS are one party, so
that 5,000 pods cost as much as their few distinct texts. Paths are Go's (bot.model.path), taken at every instant at which a new
one can begin; so a path that has expired, or is not valid yet, is still a path.
"""

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from bot.model import trust, workloads
from bot.model.certificate import Certificate, certificate
from bot.model.observed import Observed
from bot.model.path import GAVE_UP, verify_issued
from bot.model.snapshot import DaprPod, PodCensus, Snapshot

Path = tuple[Certificate, ...]
_CACHED = 4096
# Real chains begin at two or three instants; a bundle of 64 certificates is somebody's experiment.
MOST_INSTANTS = 16


class Party(msgspec.Struct, frozen=True):
    """``roots``: what it trusts. ``pods``: who it is; none for the control plane."""

    roots: tuple[Certificate, ...]
    pods: tuple[DaprPod, ...] = ()


def parties(snapshot: Snapshot) -> tuple[Party, ...]:
    """The control plane first, then live pods by what they trust. Pods whose roots cannot be read are in none.

    When the pods were not observed, some pod may trust any single root alone, so each root is taken for a party of its own.
    """
    roots = trust.roots(snapshot)
    control_plane = Party(roots)
    if not isinstance(snapshot.census, Observed):
        return (control_plane, *(Party((root,)) for root in roots))
    return (control_plane, *_pod_parties(snapshot.census.value))


def _pod_parties(census: PodCensus) -> Iterable[Party]:
    for key, pods in by_anchors(census).items():
        found = trust.anchors(census.anchors[key]) if key in census.anchors else ()
        if found:
            yield Party(found, tuple(pods))


def by_anchors(census: PodCensus) -> Mapping[str, Sequence[DaprPod]]:
    """Live pods with a sidecar, by their key into ``census.anchors``; those without one are under ""."""
    groups: dict[str, list[DaprPod]] = defaultdict(list)
    for pod in workloads.live(census):
        if pod.daprd is not None:
            groups[pod.daprd.anchors or ""].append(pod)
    return groups


def paths(chain: Sequence[Certificate], roots: Iterable[Certificate]) -> tuple[Path, ...]:
    """Every path, issuer first and root last, that a peer with these roots accepts at some instant."""
    ders = tuple(one.der for one in chain)
    found: list[Path] = []
    for root in roots if ders else ():
        more, gave_up = _paths_to(ders, root.der)
        found += more
        if gave_up:
            break
    return tuple(found)


def valid_at(at: datetime, among: Iterable[Path]) -> tuple[Path, ...]:
    """Those on which every certificate is valid at that instant."""
    return tuple(path for path in among if all(one.not_before_at <= at <= one.not_after_at for one in path))


def living(snapshot: Snapshot) -> tuple[Path, ...]:
    """The paths by which the control plane accepts now what the issuer of the bundle signs; () when nobody with its roots does."""
    return valid_at(snapshot.taken_at, paths(trust.chain(snapshot), trust.roots(snapshot)))


def is_needed(one: Certificate, among: Sequence[Path]) -> bool:
    """Whether losing this certificate ends the last path: it is on one, and none without it lives longer."""
    on_a_path = any(one in path for path in among)
    return on_a_path and not any(_ends_at(path) > one.not_after_at for path in among if one not in path)


def _ends_at(path: Path) -> datetime:
    """When the part above the issuer ends; the issuer's own end is a question of its own, unless it is the root."""
    return min(one.not_after_at for one in path[1:] or path)


@functools.lru_cache(maxsize=_CACHED)
def _paths_to(chain: tuple[bytes, ...], root: bytes) -> tuple[tuple[Path, ...], bool]:
    """The paths, and whether the search was given up: then somebody wants us to search, and it is not worth going on."""
    certificates, target = [certificate(der) for der in chain], certificate(root)
    found: dict[Path, None] = {}
    for at in sorted({one.not_before_at for one in (*certificates, target)})[-MOST_INSTANTS:]:
        verdict = verify_issued(certificates, (target,), at)
        found |= dict.fromkeys(verdict.paths)
        if any(obstacle.id in GAVE_UP for obstacle in verdict.obstacles):
            return tuple(found), True
    return tuple(found), False
