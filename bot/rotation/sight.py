"""What a step of a run judges: the plan that was approved, what the journal says, and one look at the cluster."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from bot.model import commanding, control_plane, live, trust
from bot.model.authorship import last_written_at
from bot.model.binding import Bound, Dossier
from bot.model.live import Running
from bot.model.observed import Observed, Unobserved
from bot.model.pem import PemDocument
from bot.model.rotation import Kind, Plan, Workload
from bot.model.run import Run, Way
from bot.model.snapshot import Component, ComponentPod, DaprPod, ObjectFacts, Snapshot
from bot.model.surroundings import Surrounding, WorkloadName
from bot.model.trust_pair import BOTH, MANAGER, NEW, OLD, PairDigest
from bot.model.workloads import owner
from bot.rotation import binding
from bot.rotation.outcome import Restart
from bot.rotation.situation import pods, surroundings

_NEEDED: Final = {
    "secret": "the Secret of the trust bundle",
    "configmap": "its ConfigMap",
    "components": "the control plane",
    "census": "the pods of the cluster",
}


@dataclass(frozen=True, kw_only=True)
class Sight:
    """``canary``: the Deployment that shows what a pod is given that starts now."""

    run: Run
    dossier: Dossier
    snapshot: Snapshot
    canary: WorkloadName

    @property
    def plan(self) -> Plan:
        """What was approved."""
        return self.dossier.plan

    @property
    def bound(self) -> Bound:
        """What the approval is bound to."""
        return self.dossier.bound

    @property
    def now(self) -> datetime:
        """When the look was taken."""
        return self.snapshot.taken_at

    @property
    def target(self) -> str:
        """The pair that is written first: every root, or the new CA alone."""
        return BOTH if self.run.kind is Kind.CROSS_SIGNED else NEW

    @property
    def wanted_issuer(self) -> str:
        """Fingerprint of the issuer that every sentry should sign with: the new one, or what the Secret holds on the way back."""
        chain = trust.chain(self.snapshot)
        return self.bound.issuer if not self.run.back else chain[0].fingerprint if chain else ""

    @property
    def can_go_back(self) -> bool:
        """Whether people may choose to: while the old root is trusted, lives for long enough, and the run does not go back already."""
        until = commanding.back_until(self.plan)
        return until is not None and self.now <= until and self._may_go_back

    @property
    def can_retreat(self) -> bool:
        """The same, where nobody signs at all: then the old issuer is worth having while sentry can still load it."""
        ends_at = self.plan.expires_at
        return ends_at is not None and self.now < ends_at - commanding.BACK_TAKES and self._may_go_back

    @property
    def _may_go_back(self) -> bool:
        return self.run.kind is Kind.CROSS_SIGNED and self.run.pair != NEW and not self.run.back

    @property
    def goes_back_to_nothing(self) -> bool:
        """Whether the old CA has ended while the run went back to it."""
        return self.run.back and self.plan.expires_at is not None and self.now >= self.plan.expires_at

    @property
    def ways_out(self) -> tuple[Way, ...]:
        """What people may choose where a step holds."""
        return (Way.RETRY, Way.REVERT) if self.can_go_back else (Way.RETRY,)

    def unseen(self) -> str:
        """What cannot be seen now, and why; "" when everything can."""
        for name, what in _NEEDED.items():
            part = getattr(self.snapshot, name)
            if isinstance(part, Unobserved):
                return f"{what} cannot be seen: {part.detail}"
        seen = self.snapshot.surroundings
        if isinstance(seen, Unobserved) and any(one.uid for wave in self.plan.reach.waves for one in wave):
            return f"the workloads cannot be seen: {seen.detail}"
        return ""

    # The two objects.

    @property
    def is_as_approved(self) -> bool:
        """Whether both objects are, to the digest, what the approval is bound to."""
        seen = binding.of_objects(self.snapshot)
        return seen == (self.bound.secret, self.bound.configmap)

    @property
    def is_untouched(self) -> bool:
        """Whether nothing of this run ever reached either object, as far as journal and managedFields tell."""
        run = self.run
        if run.back or run.adopted or any(one.startswith("write-pair") for one in run.effects):
            return False
        if any(self.secret_is(one.name) or self.configmap_is(one.name) for one in run.pairs if one.name != OLD):
            return False
        held = (trust.secret(self.snapshot), trust.configmap(self.snapshot))
        writers = [writer for one in held if one is not None for writer in one.facts.writers if writer.manager == MANAGER]
        # Kubernetes tells whole seconds.
        return all(one.at is not None and one.at < run.started_at.replace(microsecond=0) for one in writers)

    def secret_is(self, name: str) -> bool:
        """Whether the Secret holds that staged pair."""
        pair, held = self.run.named(name), trust.secret(self.snapshot)
        if pair is None or held is None or held.ca is None or held.issuer is None or held.key is None:
            return False
        return (held.ca.sha256, held.issuer.sha256, held.key.key_sha256) == (pair.ca, pair.issuer, pair.key)

    def configmap_is(self, name: str) -> bool:
        """Whether the ConfigMap holds the roots of that staged pair."""
        pair, held = self.run.named(name), trust.configmap(self.snapshot)
        return pair is not None and held is not None and held.ca is not None and held.ca.sha256 == pair.ca

    def holds(self, name: str) -> bool:
        """Whether both objects do."""
        return self.secret_is(name) and self.configmap_is(name)

    @property
    def is_closed(self) -> bool:
        """Whether Secret and ConfigMap hold the same roots, whatever those are."""
        secret, configmap = trust.secret(self.snapshot), trust.configmap(self.snapshot)
        if secret is None or configmap is None or secret.ca is None or configmap.ca is None:
            return False
        return secret.ca.sha256 == configmap.ca.sha256

    def known(self) -> tuple[PairDigest, ...]:
        """The staged pairs that the Secret may be."""
        return tuple(one for one in self.run.pairs if self.secret_is(one.name))

    def roots_written_at(self) -> datetime | None:
        """When the ConfigMap's roots were last written, by the API server's clock; None before we wrote them."""
        held = trust.configmap(self.snapshot)
        ours = [one for one in held.facts.writers if one.manager == MANAGER and one.at is not None] if held else []
        return max((one.at for one in ours if one.at is not None), default=self.run.effects.get(f"write-pair {self.run.pair}"))

    def last_writer(self) -> tuple[str, datetime | None]:
        """Who wrote the Secret last, by what it calls itself."""
        held = trust.secret(self.snapshot)
        if held is None:
            return "", None
        at = last_written_at(held.facts)
        return _writer(held.facts, at), at

    # The control plane.

    def component(self, name: str) -> Component | None:
        """One of its workloads."""
        return control_plane.component(self.snapshot, name)

    def workload(self, one: Component) -> WorkloadName:
        """As whoever restarts it names it."""
        return WorkloadName(self.snapshot.namespace, one.kind, one.workload)

    @cached_property
    def shown(self) -> dict[str, Running]:
        """What servers show, by pod; an issuer that is sent along by nobody is looked for among the roots and what we know."""
        known = (*trust.chain(self.snapshot), *trust.roots(self.snapshot))
        return {one.endpoint.pod: live.running(one, known) for one in live.shown(self.snapshot)}

    def silent(self, pod: str) -> str:
        """Why a pod shows nothing; "" when nobody asked it."""
        if isinstance(self.snapshot.chains, Unobserved):
            return self.snapshot.chains.detail
        return next((one.why.detail for one in live.silent(self.snapshot) if one.endpoint.pod == pod), "")

    def issuer_of(self, pod: ComponentPod) -> str:
        """Fingerprint of the issuer behind the certificate that a pod shows; "" when it shows none, or nobody's."""
        found = self.shown.get(pod.name)
        return found.chain[0].fingerprint if found and found.chain else ""

    def is_settled(self, one: WorkloadName) -> bool:
        """Whether no rollout of it is on its way; one that was not looked at counts as settled."""
        seen = self.surrounding(one)
        return seen is None or seen.replicas.is_settled

    # Workloads.

    def surrounding(self, name: WorkloadName) -> Surrounding | None:
        """What was seen of it."""
        return self._surroundings.get(name)

    @cached_property
    def _surroundings(self) -> dict[WorkloadName, Surrounding]:
        seen = surroundings(self.snapshot)
        return {one.workload: one for one in seen.workloads} if seen else {}

    @cached_property
    def _pods(self) -> dict[WorkloadName, list[DaprPod]]:
        found: dict[WorkloadName, list[DaprPod]] = {}
        for pod in pods(self.snapshot):
            found.setdefault(owner(pod), []).append(pod)
        return found

    def pods_of(self, name: WorkloadName) -> tuple[DaprPod, ...]:
        """Its live pods with Dapr, or that ask for it."""
        return tuple(self._pods.get(name, ()))

    @property
    def everybody(self) -> tuple[DaprPod, ...]:
        """Every live pod with Dapr, or that asks for it."""
        return pods(self.snapshot)

    @property
    def leaving(self) -> tuple[DaprPod, ...]:
        """Pods that are being deleted while their sidecar still calls and is called; each knows when its grace period ends."""
        census = self.snapshot.census
        found = census.value.leaving if isinstance(census, Observed) else ()
        return tuple(pod for pod in found if pod.is_live and pod.daprd is not None)

    @cached_property
    def _trusting(self) -> frozenset[str]:
        """The texts of roots, by their digest, that hold the new root."""
        if not isinstance(self.snapshot.census, Observed):
            return frozenset()
        return frozenset(key for key, text in self.snapshot.census.value.anchors.items() if self.bound.root in fingerprints(text))

    def trusts_new(self, pod: DaprPod) -> bool:
        """Whether it was given the new root when it started."""
        return pod.daprd is not None and pod.daprd.anchors is not None and pod.daprd.anchors in self._trusting

    # Clocks.

    def since(self, effect: str) -> timedelta | None:
        """How long ago an effect returned; None when it never did."""
        at = self.run.effects.get(effect)
        return None if at is None else self.now - at

    def restarted(self, what: str) -> timedelta | None:
        """How long ago what carries this mark was restarted, whichever workloads that were; None when it never was."""
        return self.since(Restart((), self.mark(what)).id)

    def in_step(self, step: str) -> timedelta:
        """How long the step is on its way, or since somebody said to try again."""
        return self.now - self.run.begun.get(step, self.now)

    def mark(self, what: str) -> str:
        """Of a restart: run and step, and how often everything had to be seen anew."""
        again = f"-{self.run.reopened}" if self.run.reopened else ""
        return f"{self.run.id[:12]}/{what}{again}"

    def wave(self, step: str) -> tuple[Workload, ...]:
        """The workloads of a step "canary" or "wave-3"."""
        number = 0 if step == "canary" else int(step.removeprefix("wave-"))
        return self.plan.reach.waves[number]


def fingerprints(document: PemDocument) -> frozenset[str]:
    """Of the roots in a text."""
    return frozenset(one.fingerprint for one in trust.anchors(document))


def _writer(facts: ObjectFacts, at: datetime | None) -> str:
    return next((one.manager for one in facts.writers if one.at == at), "")
