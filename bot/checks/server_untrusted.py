"""Does every server of the control plane show a certificate that peers accept? What runs, whatever Secret and ConfigMap say."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.model import acceptance, authorship, control_plane, endings, kubectl, live, phrases, running, serving, trust
from bot.model.chains import NoChain
from bot.model.check import Category, Check
from bot.model.finding import Affected, Finding, Severity
from bot.model.observed import Observed, Why
from bot.model.policy import Policy
from bot.model.prognosis import (
    DAPR_MISSING,
    DO_NOT_RESTART,
    EXPIRY,
    PEERS_REFUSE,
    SERVER_UNTRUSTED,
    Outcome,
    explained,
    nothing_to_judge,
    prognosis,
)
from bot.model.serving import Verdict
from bot.model.snapshot import Component, Snapshot

ID = SERVER_UNTRUSTED
NOT_LOADED = "issuer-not-loaded"
UNREADY = "control-plane-unready"
# Whoever watches the roots needs up to 90 s to see new ones, and sentry's certificate comes after that.
PATIENCE = timedelta(minutes=5)
MORE = "docs/checks.md#server-untrusted"
# These two serve without TLS where mTLS is switched off.
BY_MTLS = ("placement-server", "scheduler-server")


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """By the roots that peers are given now; a leaf that is renewed in time, under a root that is still there, is no news."""
    if not (live.shown(snapshot) or live.silent(snapshot)):
        yield explained(ID, "No pod of the control plane can be asked", DAPR_MISSING if control_plane.is_absent(snapshot) else UNREADY)
        return
    yield from _silence(snapshot)
    roots = serving.present_roots(snapshot)
    shown = [one for one in live.shown(snapshot) if trust.is_paired(snapshot) or one.endpoint.component != control_plane.INJECTOR]
    if not shown:
        return
    if roots is None or not trust.anchors(roots):
        yield nothing_to_judge(ID, snapshot, "root CA")
        return
    found = [serving.verdict(one, roots, snapshot) for one in shown]
    foreign = [one for one in found if one.is_foreign or not one.is_judged]
    early = [one for one in found if one not in foreign and one.is_early]
    refused = [one for one in found if one not in (*foreign, *early) and not one.is_accepted]
    if foreign:
        yield _foreign(foreign)
    if early:
        yield _early(early)
    if not refused or _is_fresh(snapshot):
        return
    owner = _owner(snapshot, refused)
    if owner:
        yield explained(ID, f"Peers do not accept what {_named(refused)} {_verb(refused)}", owner)
        return
    yield _finding(refused, found, snapshot)


def _silence(snapshot: Snapshot) -> Iterator[Finding]:
    """Of pods that are ready; why another one is not is told by control-plane-unready."""
    ready = {pod.name for one in control_plane.components(snapshot) for pod in one.pods if pod.ready}
    silent = [one for one in live.silent(snapshot) if one.endpoint.pod in ready and not _is_plain(one, snapshot)]
    if silent:
        names = phrases.named([one.endpoint.pod for one in silent])
        first = silent[0].why
        fact = f"Cannot see what {names} {'shows' if len(silent) == 1 else 'show'}: {first.detail.rstrip('.')}"
        yield Finding(check_id=ID, subject="unseen", severity=Severity.UNKNOWN, fact=fact, next_step=first.hint)


def _is_plain(one: NoChain, snapshot: Snapshot) -> bool:
    mtls = snapshot.mtls.value if isinstance(snapshot.mtls, Observed) else None
    is_off = mtls is not None and mtls.enabled is False
    return is_off and one.why.why is Why.MALFORMED and one.endpoint.component in BY_MTLS


def _foreign(found: Sequence[Verdict]) -> Finding:
    names = phrases.named([one.one.endpoint.pod for one in found])
    return Finding(
        check_id=ID,
        subject="foreign",
        severity=Severity.UNKNOWN,
        fact=f"What answers at {names} does not show a certificate of Dapr's control plane",
        evidence=tuple(serving.told(found)),
        next_step=f"Find out who answers there, such as a service mesh in between: {MORE}",
    )


def _early(found: Sequence[Verdict]) -> Finding:
    starts_at = max(one.leaf.not_before_at for one in found)
    return Finding(
        check_id=ID,
        subject="clock",
        severity=Severity.UNKNOWN,
        fact=f"What {_named(found)} {_verb(found)} is not valid yet: a clock is wrong, there or here",
        evidence=(f"It is valid from {phrases.instant(starts_at)}.", *serving.told(found)),
        next_step="Compare the clock of the node that the bot runs on with those of Dapr's control plane.",
    )


def _is_fresh(snapshot: Snapshot) -> bool:
    written = [authorship.last_written_at(held.facts) for held in (trust.secret(snapshot), trust.configmap(snapshot)) if held is not None]
    return any(at is not None and snapshot.taken_at - at < PATIENCE for at in written)


def _owner(snapshot: Snapshot, refused: Sequence[Verdict]) -> str:
    """The check whose card tells why all of them are refused; "" when it is about what runs."""
    expected = prognosis(snapshot)
    if expected.is_trouble:
        return expected.owner
    ended = [group for group in endings.causes(endings.endings(snapshot)) if group[0].not_after_at <= snapshot.taken_at]
    if ended:
        return EXPIRY[ended[0][0].role]
    if _is_flawed(snapshot):
        return PEERS_REFUSE
    if running.behind(snapshot):
        return NOT_LOADED
    return UNREADY if control_plane.sentry_is_down(snapshot) and all(one.is_expired for one in refused) else ""


def _is_flawed(snapshot: Snapshot) -> bool:
    held = trust.served_bundle(snapshot)
    chain = trust.chain(snapshot)
    if held is None or not chain or (trust.witness(snapshot) and not live.is_under(chain, trust.roots(snapshot))):
        return False
    return not all(acceptance.peers(held, version, snapshot.taken_at).verify for version in trust.versions(snapshot))


def _finding(refused: Sequence[Verdict], shown: Sequence[Verdict], snapshot: Snapshot) -> Finding:
    names = tuple(dict.fromkeys(one.one.endpoint.component for one in refused))
    components = [one for one in control_plane.components(snapshot) if one.name in names]
    whole = [name for name in names if all(one in refused for one in shown if one.one.endpoint.component == name)]
    return Finding(
        check_id=ID,
        severity=Severity.CRITICAL if whole else Severity.WARNING,
        fact=f"{phrases.listed(tuple(one.workload for one in components) or names)} {_verb(names)} {_what(refused, names)}",
        evidence=(*serving.told(refused), *map(_consequence, whole)),
        next_step=_next_step(components, snapshot),
        affected=tuple(Affected(kind="component", name=one.workload, namespace=snapshot.namespace) for one in components),
    )


def _what(refused: Sequence[Verdict], names: Sequence[str]) -> str:
    noun = "a certificate" if len(names) == 1 else "certificates"
    if all(one.is_expired for one in refused):
        return f"{noun} that {'has' if len(names) == 1 else 'have'} expired"
    if all(one.is_strange for one in refused):
        return f"{noun} of another CA than peers trust"
    return f"{noun} that peers do not accept"


def _consequence(name: str) -> str:
    return f"Whoever connects to {name} anew with the present roots refuses it: {control_plane.ROLES.get(name, 'calls fail')}."


def _next_step(components: Sequence[Component], snapshot: Snapshot) -> str:
    if not components:
        return f"Look at what runs there: {MORE}"
    if components[0].name == control_plane.SENTRY and prognosis(snapshot).outcome is not Outcome.STARTS:
        return f"{DO_NOT_RESTART} before it is known that it would start again: {MORE}"
    first, *others = components
    restart = kubectl.restart(snapshot.namespace, first.kind, first.workload)
    then = f"; then likewise {phrases.listed([one.workload for one in others])}" if others else ""
    if control_plane.sentry_is_down(snapshot):
        return f"Get sentry up first, it would not start without it; then restart it: {restart}{then}"
    return f"Restart it, it then asks for a new certificate: {restart}{then}"


def _named(refused: Sequence[Verdict]) -> str:
    return phrases.named([one.one.endpoint.pod for one in refused])


def _verb(those: Sequence[object]) -> str:
    return "shows" if len(those) == 1 else "show"


CHECK = Check(
    id=ID,
    title="Every server of Dapr's shows a certificate that peers accept",
    category=Category.CONTROL_PLANE,
    needs=("chains",),
    judge=judge,
)
