"""When the last good pair comes back, and what such a plan is."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.model.backup import BackupFacts
from bot.model.binding import changes
from bot.model.certificate import certificate
from bot.model.identity import FIRST_SIGHT
from bot.model.rotation import Force, Kind, Plan, Undo, Unplannable
from bot.model.snapshot import AcceptedCa, Snapshot
from bot.rotation import authority, planning
from bot.rotation.binding import bound
from bot.rotation.planning import Draft
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    Ca,
    a_bare_pod,
    a_ca,
    a_component,
    a_configmap,
    a_control_plane,
    a_pod,
    a_secret,
    a_snapshot,
    accepted,
    days,
    hours,
    some_facts,
    unobserved,
)
from tests.certificates import NOW, a_key, a_root, an_issuer
from tests.kept import a_backup
from tests.rotation.plans import forces, hazards, surrounded

NEW = authority.established("cluster.local", "dapr-system", NOW, timedelta(days=365))
STEPS = ["preflight", "backup", "write-pair", "sentry", "control-plane", "admission", "pods-without-sidecar", "canary", "proof"]
KEPT = a_backup(A_CA, NOW - hours(20)).facts
LATER, EARLIER = NOW - hours(2), NOW - days(3)


def by(ca: AcceptedCa, who: str) -> AcceptedCa:
    return replace(ca, accepted_by=who)


def replaced(ca: Ca = ANOTHER_CA, /, by: str = "sentry", at: Any = LATER, **parts: Any) -> Snapshot:
    """Another CA than the accepted one, in both objects; two workloads, one of which was recreated since."""
    facts = some_facts(by, at)
    usual: dict[str, Any] = {
        "ca": ca,
        "secret": a_secret(ca, facts=facts),
        "configmap": a_configmap(ca.roots_pem, facts=facts),
        "accepted": accepted(),
        "pods": [a_pod("orders"), a_pod("billing", anchors=ca.roots_pem), a_pod("billing", anchors=ca.roots_pem, number=1)],
    }
    return surrounded(**(usual | parts))


def drafted(snapshot: Snapshot, backup: BackupFacts | None = KEPT) -> Draft:
    found = planning.draft(snapshot, NEW, 4711, backup)
    assert isinstance(found, Draft), found
    return found


def a_restore(snapshot: Snapshot, backup: BackupFacts | None = KEPT) -> Plan:
    plan = drafted(snapshot, backup).plan
    assert plan.kind is Kind.RESTORE
    return plan


def kind(snapshot: Snapshot, backup: BackupFacts | None = KEPT) -> Kind | str:
    found = planning.draft(snapshot, NEW, 4711, backup)
    return found.reason if isinstance(found, Unplannable) else found.plan.kind


def test_a_ca_that_sentry_made_itself_gives_way_to_the_last_good_one() -> None:
    plan = a_restore(replaced())

    assert [step.id for step in plan.steps] == STEPS
    assert {step.undo for step in plan.steps[2:-1]} == {Undo.FOREIGN_PAIR}
    assert plan.expires_at is None
    assert plan.waits == timedelta()


def test_without_a_kept_pair_it_is_what_it_was_before() -> None:
    assert kind(replaced(), None) is Kind.CROSS_SIGNED


def test_where_it_could_not_be_seen_whether_a_pair_is_kept_that_is_told_and_blocks_nothing() -> None:
    plan = drafted(replaced(backup=unobserved()), None).plan

    assert forces(plan, "backup-unseen") == [Force.INFORMS]
    assert forces(drafted(replaced(), None).plan, "backup-unseen") == []


def test_only_workloads_with_pods_that_do_not_trust_it_are_restarted() -> None:
    plan = a_restore(replaced())

    assert [str(one) for wave in plan.reach.waves for one in wave] == ["shop/deployment/billing"]
    assert (plan.reach.apps, plan.reach.pods) == (1, 2)


def test_pods_without_a_sidecar_and_pods_whose_roots_nobody_can_read_are_restarted_too() -> None:
    plan = a_restore(replaced(pods=[a_pod("orders"), a_bare_pod("checkout"), a_pod("stock", anchors=None)]))

    assert sorted(str(one) for wave in plan.reach.waves for one in wave) == ["shop/deployment/checkout", "shop/deployment/stock"]


def test_where_everybody_still_trusts_it_nobody_is_restarted() -> None:
    plan = a_restore(replaced(pods=[a_pod("orders"), a_pod("checkout")]))

    assert plan.reach.waves == ()
    assert "canary" not in [step.id for step in plan.steps]


def test_it_tells_who_accepts_the_restored_issuer_and_who_does_not() -> None:
    plan = a_restore(replaced())

    names = {ca: certificate(ca.roots[0].der).fingerprint[:8] for ca in (A_CA, ANOTHER_CA)}
    assert [(one.party, one.accepts) for one in plan.proofs] == [
        ("the restored roots", True),
        (f"1 pod that trust {names[A_CA]}", True),
        (f"2 pods that trust {names[ANOTHER_CA]}", False),
    ]
    assert not plan.is_blocked


def test_who_wrote_the_foreign_pair_is_told() -> None:
    (one,) = hazards(a_restore(replaced()), "foreign-pair")

    assert one.force is Force.INFORMS
    assert '"sentry" wrote ca.crt' in one.fact


@pytest.mark.parametrize(("owner", "force"), [("Helm release dapr", Force.ASKS), ("Argo CD app dapr", Force.ASKS)])
def test_whoever_owns_the_objects_will_replace_it_again(owner: str, force: Force) -> None:
    facts = replace(some_facts("helm", LATER), owners=(owner,))
    plan = a_restore(replaced(secret=a_secret(ANOTHER_CA, facts=facts)))

    assert forces(plan, "owned-objects") == [force]
    assert "will do so again" in hazards(plan, "owned-objects")[0].fact


def test_a_sentry_that_does_not_start_with_what_is_there_holds_nothing_up() -> None:
    down = a_control_plane({"sentry": a_component(ready=0, waiting="CrashLoopBackOff", started_at=NOW)})
    broken = a_secret(key=ANOTHER_CA.key_pem)

    plan = a_restore(a_snapshot(secret=broken, components=down))

    assert not plan.is_blocked


def test_an_incomplete_bundle_is_restored() -> None:
    assert kind(a_snapshot(secret=a_secret(issuer=None, key=None))) is Kind.RESTORE
    assert "not complete" in str(kind(a_snapshot(secret=a_secret(issuer=None, key=None)), None))


def test_a_configmap_that_differs_is_restored() -> None:
    assert kind(a_snapshot(configmap=a_configmap(ANOTHER_CA.roots_pem))) is Kind.RESTORE


def test_objects_that_do_not_exist_are_not_made() -> None:
    assert "not complete" in str(kind(a_snapshot(secret=None)))
    assert "not complete" in str(kind(a_snapshot(configmap=None)))


def test_the_live_pair_itself_is_not_restored() -> None:
    assert kind(a_snapshot()) is Kind.CROSS_SIGNED
    assert kind(a_snapshot(ca=a_ca(expires_in=days(-3))), a_backup(a_ca(expires_in=days(-3))).facts) is Kind.RECOVERY


@pytest.mark.parametrize("who", ["U0ANN", FIRST_SIGHT])
def test_a_ca_that_a_person_accepted_or_that_nobody_replaced_stays(who: str) -> None:
    assert kind(replaced(by="kubectl", accepted=by(accepted(ANOTHER_CA, at=LATER), who))) is Kind.CROSS_SIGNED


def test_a_ca_that_a_person_accepted_stays_whoever_wrote_it() -> None:
    assert kind(replaced(accepted=by(accepted(ANOTHER_CA, at=LATER), "U0ANN"))) is Kind.CROSS_SIGNED


@pytest.mark.parametrize("machine", ["sentry", "helm", "argocd-controller", "kustomize-controller"])
def test_a_ca_that_was_only_found_there_gives_way_where_a_machine_wrote_it_since(machine: str) -> None:
    assert kind(replaced(by=machine, accepted=accepted(ANOTHER_CA, at=LATER))) is Kind.RESTORE
    assert kind(replaced(by=machine, at=EARLIER, accepted=accepted(ANOTHER_CA, at=LATER))) is Kind.CROSS_SIGNED


def test_where_a_third_ca_was_accepted_since_the_kept_one_does_not_come_back() -> None:
    assert kind(replaced(accepted=accepted(a_ca("third"), at=LATER))) is Kind.CROSS_SIGNED


def test_a_kept_pair_that_ends_too_soon_or_that_no_sentry_loads_does_not_come_back() -> None:
    ending = a_ca("ending", expires_in=hours(40))
    root = a_root("cluster.local", key=a_key("p256", "of another"))
    torn = Ca((root,), (an_issuer(a_root("cluster.local", key=a_key("p256", "else")), key=a_key("p256", "torn")),))

    assert kind(replaced(accepted=accepted(ending)), a_backup(ending, EARLIER).facts) is Kind.CROSS_SIGNED
    assert kind(replaced(accepted=accepted(torn)), a_backup(torn, EARLIER).facts) is Kind.CROSS_SIGNED


def test_the_approval_is_bound_to_the_pair_that_comes_back() -> None:
    found = bound(drafted(replaced()), replaced())

    root, issuer = (certificate(made.der) for made in (A_CA.roots[0], A_CA.chain[0]))
    assert (found.root, found.issuer, found.cross) == (root.fingerprint, issuer.fingerprint, "")
    assert (found.ends_at, found.lifetime) == (root.not_after_at, root.not_after_at - root.not_before_at - timedelta(minutes=15))


def test_looked_at_later_it_is_bound_to_the_same() -> None:
    later = replaced(taken_at=NOW + timedelta(minutes=20))

    assert changes(bound(drafted(replaced()), replaced()), bound(drafted(later), later)) == ()


def test_another_kept_pair_is_another_plan() -> None:
    other = a_ca("other")
    seen = replaced(accepted=accepted(other))
    instead = bound(drafted(seen, a_backup(other, EARLIER).facts), seen)

    assert changes(bound(drafted(replaced()), replaced()), instead) == (
        "workloads changed (shop/orders)",
        "the last good pair that is kept is another one",
    )
