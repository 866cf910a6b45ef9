"""What the API server trusts when it calls Dapr, against the roots: sets of roots, since order and blanks do not matter to it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

import msgspec

from bot.model import authorship, control_plane, handshake, kubectl, live, phrases, running, trust
from bot.model.certificate import Certificate
from bot.model.finding import Finding, Severity
from bot.model.observed import Observed
from bot.model.prognosis import DAPR_MISSING, explained, nothing_to_judge
from bot.model.snapshot import CaBundle, Snapshot

# Injector and operator see a written ConfigMap after up to 90 s and then write the caBundle.
PATIENCE = timedelta(minutes=3)


class Caller(msgspec.Struct, frozen=True):
    """One place where the API server keeps roots.

    ``consequence``: of distrust; ``workload``: who writes it at its start; ``component``: who shows a certificate there.
    """

    check_id: str
    service: str
    consequence: str
    workload: str
    component: str


def findings(held: CaBundle, caller: Caller, snapshot: Snapshot) -> Iterator[Finding]:
    """Nothing up to 1.11, where these certificates have a CA of their own."""
    if not trust.is_paired(snapshot):
        return
    if held.service_namespace not in ("", snapshot.namespace):
        # Where no control plane is, we look in the wrong place, not the API server.
        fact = f"The API server calls {caller.service} in namespace {held.service_namespace}"
        yield explained(caller.check_id, fact, DAPR_MISSING) if control_plane.is_absent(snapshot) else _misdirected(held, caller, snapshot)
        return
    wanted = [roots for roots in (trust.configmap_roots(snapshot), trust.roots(snapshot)) if roots]
    if not wanted:
        yield nothing_to_judge(caller.check_id, snapshot, "root CA")
        return
    trusted = trust.anchors(held.bundle) if held.bundle is not None else ()
    if not any(_prints(trusted) == _prints(roots) for roots in wanted):
        yield _drifted(held, caller, snapshot, trusted, wanted[0])


def is_injector_adrift(snapshot: Snapshot) -> bool:
    """Whether pods admitted now would suffer from the injector's webhook."""
    caller = Caller("", "", "", "", "")
    held = snapshot.webhook.value if isinstance(snapshot.webhook, Observed) else None
    return held is not None and any(finding.severity.is_trouble for finding in findings(held, caller, snapshot))


def _misdirected(held: CaBundle, caller: Caller, snapshot: Snapshot) -> Finding:
    where = f"{held.kind} {held.name} points to {caller.service} in namespace {held.service_namespace}, not {snapshot.namespace}"
    applied = "A bare `kubectl apply` of Dapr's CRDs leaves that name behind." if held.service_namespace == "replaceme" else ""
    return Finding(
        check_id=caller.check_id,
        severity=Severity.WARNING,
        fact=f"The API server calls {caller.service} in the wrong namespace ({held.service_namespace})",
        evidence=tuple(sentence for sentence in (f"{where}.", applied, caller.consequence) if sentence),
        next_step=_restart(caller, snapshot),
    )


def _drifted(held: CaBundle, caller: Caller, snapshot: Snapshot, trusted: Sequence[Certificate], roots: Sequence[Certificate]) -> Finding:
    common = _prints(trusted) & _prints(roots)
    severity = Severity.WARNING if common else Severity.CRITICAL
    fact = f"The API server does not trust {caller.service}" if not common else f"The API server trusts other roots for {caller.service}"
    return Finding(
        check_id=caller.check_id,
        severity=Severity.NOTICE if _is_fresh(snapshot) else severity,
        fact=fact,
        evidence=(
            f"caBundle of {held.kind} {held.name}: {_named(trusted)}.",
            f"Roots of the trust bundle: {_named(roots)}.",
            *_shown(held, caller, snapshot),
            caller.consequence,
        ),
        next_step="Wait a moment: the roots were written just now." if _is_fresh(snapshot) else _restart(caller, snapshot),
    )


def _shown(held: CaBundle, caller: Caller, snapshot: Snapshot) -> Iterator[str]:
    """Whether it matters already: a server that was not restarted may still show what this caBundle accepts."""
    for one in live.shown(snapshot):
        if one.endpoint.component == caller.component and held.bundle is not None:
            accepts = handshake.judge(one.chain, held.bundle, snapshot.taken_at).path_valid
            yield f"What {one.endpoint.pod} shows at this moment {'is accepted' if accepts else 'is refused'} by that caBundle."


def _is_fresh(snapshot: Snapshot) -> bool:
    held = trust.configmap(snapshot)
    written_at = authorship.last_written_at(held.facts) if held is not None else None
    return written_at is not None and snapshot.taken_at - written_at < PATIENCE


def _restart(caller: Caller, snapshot: Snapshot) -> str:
    """It asks sentry for a certificate at its start, so a restart at the wrong moment takes it down."""
    command = kubectl.restart(snapshot.namespace, "Deployment", caller.workload)
    if control_plane.sentry_is_down(snapshot):
        return f"Get sentry up first, it would not start without it; then restart it: {command}"
    if running.behind(snapshot):
        return f"Mend issuer-not-loaded first, it may not start before; then restart it: {command}"
    return f"Restart it, it writes this at its start: {command}"


def _prints(roots: Iterable[Certificate]) -> set[str]:
    return {root.fingerprint for root in roots}


def _named(roots: Sequence[Certificate]) -> str:
    return phrases.named([root.fingerprint[:8] for root in roots], most=5) or "none"
