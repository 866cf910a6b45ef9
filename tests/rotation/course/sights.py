"""A rotation from A_CA to ANOTHER_CA, and what a look at it shows: sound for the stage asked for; only the deviation is written."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ssl import DER_cert_to_PEM_cert
from typing import Any

from msgspec.structs import replace

from bot.model.binding import Dossier
from bot.model.certificate import certificate
from bot.model.chains import LiveChain
from bot.model.rotation import Kind
from bot.model.run import Entry, Event, Intended, Run, Staged, Started, StepDone, folded
from bot.model.snapshot import Component, Snapshot
from bot.model.surroundings import WorkloadName
from bot.model.trust_pair import BACK, BOTH, MANAGER, NEW, OLD, SecretBytes, TrustPair
from bot.rotation import authority, binding, pair, planning
from bot.rotation.authority import NewCa
from bot.rotation.private_key import PrivateKey
from bot.rotation.sight import Sight
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    APod,
    a_component,
    a_configmap,
    a_crd,
    a_live_chain,
    a_pod,
    a_secret,
    a_snapshot,
    a_webhook,
    live_chains,
    some_facts,
    some_surroundings,
)
from tests.cards import MINUTE, NOW

RUN = "0123456789abcdef0123456789abcdef"
CANARY = WorkloadName("dapr-warden", "Deployment", "dapr-warden-canary")
SERVERS = ("sentry", "operator", "sidecar-injector", "placement-server", "scheduler-server")
WRITTEN_AT = NOW - 20 * MINUTE
AGO = timedelta(minutes=30)


@dataclass(frozen=True)
class Rotation:
    dossier: Dossier
    pairs: Mapping[str, TrustPair]


def apps(anchors: bytes = A_CA.roots_pem) -> list[APod]:
    return [a_pod(name, anchors=anchors, number=number) for name in ("orders", "checkout") for number in (0, 1)]


def the_canary(anchors: bytes | None = A_CA.roots_pem, *, created_at: datetime = NOW - MINUTE, injected: bool = True) -> APod:
    found = a_pod("dapr-warden-canary", namespace="dapr-warden", anchors=anchors).made(created_at=created_at)
    return found if injected else found.made(daprd=None)


def rotation(kind: Kind = Kind.CROSS_SIGNED) -> Rotation:
    """Always the same one: signatures differ from one making to the next."""
    return _rotation(kind)


@functools.cache
def _rotation(kind: Kind) -> Rotation:
    new = NewCa(root=certificate(ANOTHER_CA.roots[0].der), issuer=certificate(ANOTHER_CA.chain[0].der))
    pods = [*apps(), the_canary()]
    before = a_snapshot(pods=pods, surroundings=some_surroundings(among=pods))
    draft = planning.draft(before, new, 4711)
    assert isinstance(draft, planning.Draft), draft
    bound = binding.bound(draft, before)
    assert draft.cross is not None
    both = pair.crossed(A_CA.roots_pem, A_CA.chain_pem, new, authority.kept(draft.cross, PrivateKey.read(A_CA.key_pem)))
    last, key, old_key = pair.alone(new), SecretBytes(ANOTHER_CA.key_pem), SecretBytes(A_CA.key_pem)
    pairs = {
        OLD: TrustPair(ca=A_CA.roots_pem, issuer=A_CA.chain_pem, key=old_key),
        BOTH: TrustPair(ca=both.ca, issuer=both.issuer, key=key),
        NEW: TrustPair(ca=last.ca, issuer=last.issuer, key=key),
        BACK: TrustPair(ca=both.ca, issuer=A_CA.chain_pem, key=old_key),
    }
    plan = draft.plan
    if kind is not Kind.CROSS_SIGNED:
        plan, bound = replace(plan, kind=kind, expires_at=None), replace(bound, kind=kind, cross="", expires_at=None)
        pairs = {OLD: pairs[OLD], NEW: pairs[NEW]}
    dossier = Dossier(plan=plan, bound=bound, root=new.root.der, issuer=new.issuer.der, serial="4711", sealed_key=b"")
    return Rotation(dossier, pairs)


def a_run(*events: Event, kind: Kind = Kind.CROSS_SIGNED, staged: bool = True, at: datetime = NOW - AGO) -> Run:
    """``events`` happened at ``at``, one after the other."""
    pairs = tuple(one.digest(name) for name, one in rotation(kind).pairs.items())
    first: list[Event] = [Started(kind=kind, digest="d" * 64), *([Staged(pairs=pairs)] if staged else [])]
    entries = [Entry(seq=number, at=at, fence=1, event=event) for number, event in enumerate((*first, *events), 1)]
    return folded(RUN, "prod-eu", entries)


def written(name: str = BOTH, *events: Event, done: Sequence[str] = (), **how: Any) -> Run:
    """A run that wrote that pair, and has seen these steps done."""
    steps = [StepDone(step=one) for one in done]
    return a_run(Intended(step="write-pair", effect=f"write-pair {name}", pair=name), *steps, *events, **how)


def held(name: str, *, ca: str = "", secret_by: str = MANAGER, at: datetime = WRITTEN_AT) -> dict[str, Any]:
    """Secret and ConfigMap with that pair; ``ca``: with the roots of another in the ConfigMap."""
    pairs = rotation().pairs
    one = pairs[name]
    secret = a_secret(ca=one.ca, issuer=one.issuer, key=one.key.revealed(), facts=some_facts(secret_by, at, keys=("ca.crt", "issuer.crt")))
    return {"secret": secret, "configmap": a_configmap(pairs[ca or name].ca, facts=some_facts(MANAGER, at))}


def fresh(component: str, **deviations: Any) -> Component:
    """A part of the control plane that was created after the pair was written."""
    found = a_component(component, **deviations)
    return replace(found, pods=tuple(replace(pod, created_at=WRITTEN_AT + MINUTE) for pod in found.pods))


def control_plane(*stale: str, instead: Mapping[str, Component] | None = None) -> tuple[Component, ...]:
    """All restarted since the write, but for those."""
    return tuple((instead or {}).get(name) or (a_component(name) if name in stale else fresh(name)) for name in SERVERS)


def chains(*old: str) -> Any:
    """Who shows a certificate of the new issuer: all but these."""
    text = rotation().pairs[BOTH].issuer

    def shown(component: str) -> LiveChain:
        if component in old:
            return a_live_chain(A_CA, component)
        known = a_live_chain(ANOTHER_CA, component)
        leaf = DER_cert_to_PEM_cert(known.chain.blocks[0].der).encode()
        return a_live_chain(ANOTHER_CA, component, text=leaf + text)

    return live_chains(*(shown(one) for one in SERVERS))


def a_look(name: str = BOTH, *, pods: Sequence[APod] | None = None, now: datetime = NOW, **parts: Any) -> Snapshot:
    """After that pair was written, and everything restarted since."""
    pairs = rotation().pairs
    given = list(pods) if pods is not None else [*apps(pairs[name].ca), the_canary(pairs[name].ca)]
    usual: dict[str, Any] = {
        **held(name),
        "components": control_plane(),
        "chains": chains(),
        "webhook": a_webhook(pairs[name].ca),
        "crd": a_crd(pairs[name].ca),
        "surroundings": some_surroundings(among=given),
    }
    return a_snapshot(pods=given, taken_at=now, **(usual | parts))


def a_sight(run: Run, look: Snapshot | None = None, **parts: Any) -> Sight:
    return Sight(run=run, dossier=rotation(run.kind).dossier, snapshot=look or a_look(**parts), canary=CANARY)
