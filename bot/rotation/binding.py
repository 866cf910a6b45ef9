"""From a plan to what an approval of it is bound to."""

import hashlib
from collections.abc import Iterator
from typing import Final

import msgspec

from bot.model import control_plane, trust
from bot.model.binding import VERSION, Bound, BoundWorkload
from bot.model.rotation import Force, Plan
from bot.model.snapshot import Snapshot, TrustConfigMap, TrustSecret
from bot.rotation.planning import Draft

LEAST_TOLERANCE: Final = 2


def bound(draft: Draft, snapshot: Snapshot) -> Bound:
    """What this plan for what was seen in this snapshot is bound to."""
    plan, new, cross = draft.plan, draft.new, draft.cross
    secret, configmap = of_objects(snapshot)
    return Bound(
        version=VERSION,
        kind=plan.kind,
        cluster=plan.cluster,
        namespace=plan.namespace,
        secret=secret,
        configmap=configmap,
        versions=tuple(sorted((one.name, one.image) for one in control_plane.components(snapshot))),
        workloads=tuple(sorted(_workloads(plan))),
        pods=plan.reach.pods,
        tolerance=max(LEAST_TOLERANCE, plan.reach.pods // 5),
        root=new.root.fingerprint,
        issuer=new.issuer.fingerprint,
        cross=cross.signed_part if cross else "",
        pair=draft.pair,
        ends_at=new.ends_at,
        expires_at=plan.expires_at,
        lifetime=new.lifetime,
        blocking=tuple(one.id for one in plan.hazards if one.force is Force.BLOCKS),
    )


def of_objects(snapshot: Snapshot) -> tuple[tuple[str, str], tuple[str, str]]:
    """UID and digest of the content, of the Secret and of the ConfigMap, as :class:`bot.model.binding.Bound` has them."""
    return _secret(trust.secret(snapshot)), _configmap(trust.configmap(snapshot))


def _workloads(plan: Plan) -> Iterator[BoundWorkload]:
    for wave in plan.reach.waves:
        for one in wave:
            yield BoundWorkload(namespace=one.namespace, kind=one.kind, name=one.name, uid=one.uid, template=one.template)


def _secret(held: TrustSecret | None) -> tuple[str, str]:
    if held is None:
        return "", ""
    key = held.key
    texts = (
        held.ca.sha256 if held.ca else "-",
        held.issuer.sha256 if held.issuer else "-",
        f"{key.size} {key.label} {key.kind} {key.key_sha256}" if key else "-",
        str(held.jwt),
        *held.other_keys,
        held.rest,
    )
    return held.facts.uid, _digest(texts)


def _configmap(held: TrustConfigMap | None) -> tuple[str, str]:
    return (held.facts.uid, _digest((held.ca.sha256 if held.ca else "-", *held.other_keys, held.rest))) if held else ("", "")


def _digest(texts: tuple[str, ...]) -> str:
    return hashlib.sha256(msgspec.json.encode(texts)).hexdigest()
