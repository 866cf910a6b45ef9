"""Snapshot → Plan. Pure: the new CA comes in, so that whoever only wants to see a plan makes one and throws it away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.model import reliance, trust
from bot.model.backup import BackupFacts
from bot.model.rotation import Force, Hazard, Kind, Plan, Proof, Unplannable
from bot.model.snapshot import Snapshot
from bot.rotation import proof, reaching, restoring, steps
from bot.rotation.authority import NewCa, Promise, promised
from bot.rotation.hazards import HAZARDS
from bot.rotation.kinds import kind
from bot.rotation.situation import Situation, old_path, pods, surroundings

PATH_REFUSED: Final = "path-refused"
PATH_LENGTHS: Final = (
    "The old CA limits how many others may stand below it (pathlen): the issuer's must be absent or at least 2, its root's at least 3. "
)
_ORDER: Final = tuple(Force)


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan, with the CA that it leads to: the new one, or the one that comes back.

    ``cross``: what the old issuer would sign; None where it signs nothing. ``pair``: digest of the pair that comes back, "" for none.
    """

    plan: Plan
    new: NewCa
    cross: Promise | None = None
    pair: str = ""


def draft(snapshot: Snapshot, new: NewCa, serial: int, backup: BackupFacts | None = None) -> Draft | Unplannable:
    """What a rotation to ``new`` would be, with everything that stands in its way. ``serial``: of the cross-certificate.

    ``backup``: the last good pair; None where none is kept. Where it has to come back, ``new`` is not needed.
    """
    chosen = kind(snapshot, backup)
    if isinstance(chosen, Unplannable):
        return chosen
    if chosen is Kind.RESTORE and backup is not None:
        return _restored(snapshot, backup)
    reach = reaching.reach(pods(snapshot), surroundings(snapshot))
    ends_at = _point_of_expiry(snapshot, new) if chosen is Kind.CROSS_SIGNED else None
    cross = promised(new.root, trust.chain(snapshot)[0], ends_at, serial) if ends_at else None
    situation = Situation(snapshot=snapshot, kind=chosen, reach=reach, expires_at=ends_at)
    return Draft(_plan(situation, _proofs(snapshot, new, cross), new.lifetime), new, cross)


def _restored(snapshot: Snapshot, backup: BackupFacts) -> Draft:
    reach = reaching.reach(restoring.lost(snapshot, backup), surroundings(snapshot))
    situation = Situation(snapshot=snapshot, kind=Kind.RESTORE, reach=reach, backup=backup)
    proofs = proof.of_restore(backup.chain, backup.roots, reliance.parties(snapshot), snapshot.taken_at)
    back = restoring.comes_back(backup, snapshot.taken_at)
    return Draft(_plan(situation, proofs, back.ends_at - snapshot.taken_at), back, pair=restoring.digest(backup))


def _plan(situation: Situation, proofs: tuple[Proof, ...], lifetime: timedelta) -> Plan:
    snapshot, told = situation.snapshot, steps.steps(situation)
    situation = replace(situation, takes=steps.without_wait(told))
    return Plan(
        kind=situation.kind,
        cluster=snapshot.cluster,
        namespace=snapshot.namespace,
        made_at=snapshot.taken_at,
        lifetime=lifetime,
        steps=told,
        reach=situation.reach,
        hazards=_sorted((*_refusals(situation, proofs), *(hazard for one in HAZARDS for hazard in one.look(situation)))),
        proofs=proofs,
        leaves_for=situation.leaves_for,
        expires_at=situation.expires_at,
    )


def _point_of_expiry(snapshot: Snapshot, new: NewCa) -> datetime:
    """The earliest end on the paths by which the old issuer is trusted now; the cross-certificate ends with it."""
    return min((new.root.not_after_at, *(one.not_after_at for path in reliance.living(snapshot) for one in path)))


def _proofs(snapshot: Snapshot, new: NewCa, cross: Promise | None) -> tuple[Proof, ...]:
    if cross is None:
        return proof.of_replacement(new, snapshot.taken_at)
    chain, roots, parties = trust.chain(snapshot), trust.roots(snapshot), reliance.parties(snapshot)
    return proof.of_cross_signing(new, cross, chain, roots, parties, snapshot.taken_at)


def _refusals(situation: Situation, proofs: Sequence[Proof]) -> Iterator[Hazard]:
    refused = [one for one in proofs if not one.accepts]
    # Who does not accept what comes back is recreated: that is what a restore is for.
    if refused and situation.kind is not Kind.RESTORE:
        limits = [one for one in old_path(situation.snapshot) if one.path_length is not None]
        advice = PATH_LENGTHS if limits else ""
        yield Hazard(
            id=PATH_REFUSED,
            force=Force.BLOCKS,
            fact=f"Not everybody would accept the new issuer: {refused[0].party} would not ({refused[0].reason})",
            advice=f"{advice}Renew with the old root's own key if you have it, or replace the CA in a maintenance window: docs/rotation.md",
            affected=tuple(one.party for one in refused),
        )


def _sorted(found: Sequence[Hazard]) -> tuple[Hazard, ...]:
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.force)))
