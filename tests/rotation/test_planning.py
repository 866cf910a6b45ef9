"""From a Snapshot to a plan: of which kind, with which steps, proved for whom, until when."""

from datetime import timedelta
from typing import Any

import pytest

from bot.model.certificate import certificate
from bot.model.rotation import Force, Kind, Undo
from bot.model.snapshot import MtlsConfiguration
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    Ca,
    a_ca,
    a_configmap,
    a_pod,
    a_secret,
    a_snapshot,
    days,
    hours,
    unobserved,
)
from tests.certificates import NOW, a_key, a_root, an_issuer
from tests.rotation.plans import a_plan, forces, hazards, no_plan

CROSS_SIGNED = [
    "preflight",
    "backup",
    "vouch",
    "write-pair",
    "sentry",
    "control-plane",
    "admission",
    "canary",
    "wave-1",
    "wait-for-old-leaves",
    "drop-old-root",
    "control-plane-again",
    "proof",
]
RECOVERY = [
    "preflight",
    "backup",
    "write-pair",
    "sentry",
    "control-plane",
    "admission",
    "pods-without-sidecar",
    "canary",
    "wave-1",
    "proof",
]


def limited(*, root: int | None = None, issuer: int | None = None) -> Ca:
    """A CA that limits how many others may stand below it."""
    dates: dict[str, Any] = {"not_before": NOW - days(65), "not_after": NOW + days(300)}
    top = a_root("cluster.local", key=a_key("p256", "limited root"), path_length=root, **dates)
    return Ca((top,), (an_issuer(top, key=a_key("p256", "limited issuer"), path_length=issuer, **dates),))


def test_a_ca_that_lives_is_cross_signed() -> None:
    plan = a_plan()

    assert plan.kind is Kind.CROSS_SIGNED
    assert [step.id for step in plan.steps] == CROSS_SIGNED


def test_a_ca_that_has_expired_is_recovered() -> None:
    plan = a_plan(ca=a_ca(expires_in=days(-3)))

    assert plan.kind is Kind.RECOVERY
    assert [step.id for step in plan.steps] == RECOVERY
    assert plan.expires_at is None


def test_an_issuer_that_has_expired_below_a_root_that_lives_is_recovered() -> None:
    assert a_plan(ca=a_ca(issuer_expires_in=days(-1))).kind is Kind.RECOVERY


@pytest.mark.parametrize("kind", ["p256", "p384", "ed25519", "rsa2048"])
def test_it_is_proved_for_each_root_alone_for_both_together_and_for_the_pods_that_there_are(kind: str) -> None:
    ca = a_ca(f"of {kind}", kind=kind)
    old = certificate(ca.roots[0].der).fingerprint[:8]

    plan = a_plan(ca=ca)

    parties = [f"the old root {old} alone", "the new root alone", "all roots together", f"2 pods that trust {old}"]
    assert [(one.party, one.accepts) for one in plan.proofs] == [(party, True) for party in parties]


@pytest.mark.parametrize(("root", "issuer"), [(None, 0), (None, 1), (1, None), (2, None), (2, 2), (3, 1)])
def test_a_path_length_that_peers_would_trip_over_blocks_it(root: int | None, issuer: int | None) -> None:
    plan = a_plan(ca=limited(root=root, issuer=issuer))

    assert plan.is_blocked
    assert forces(plan, "path-refused") == [Force.BLOCKS]
    assert "pathlen" in hazards(plan, "path-refused")[0].advice


@pytest.mark.parametrize(("root", "issuer"), [(None, None), (None, 2), (3, None), (3, 2), (7, 5)])
def test_a_path_length_that_leaves_room_for_two_is_fine(root: int | None, issuer: int | None) -> None:
    plan = a_plan(ca=limited(root=root, issuer=issuer))

    assert forces(plan, "path-refused") == []
    assert all(one.accepts for one in plan.proofs)


def test_a_ca_that_nobody_accepts_now_is_recovered() -> None:
    assert a_plan(ca=limited(root=0)).kind is Kind.RECOVERY


def test_the_point_of_expiry_is_the_earliest_end_on_the_old_path() -> None:
    assert a_plan(ca=a_ca(expires_in=days(90), issuer_expires_in=days(40))).expires_at == NOW + days(40)
    assert a_plan(ca=a_ca(expires_in=days(90))).expires_at == NOW + days(90)


def test_a_new_ca_that_ends_before_the_old_one_is_the_point_of_expiry_itself() -> None:
    assert a_plan(ca=a_ca(expires_in=days(90)), lifetime=days(10)).expires_at == NOW + days(10)


def test_an_expired_root_beside_one_that_lives_moves_nothing() -> None:
    dead = a_ca("dead", expires_in=days(-10)).roots[0]
    both = Ca((dead, *A_CA.roots), A_CA.chain)

    plan = a_plan(ca=both)

    assert plan.kind is Kind.CROSS_SIGNED
    assert plan.expires_at == NOW + days(300)
    assert all(one.accepts for one in plan.proofs)


def test_pods_that_do_not_trust_the_present_ca_are_told_and_do_not_block_it() -> None:
    plan = a_plan(pods=[a_pod("orders"), a_pod("billing", anchors=ANOTHER_CA.roots_pem)])

    assert not plan.is_blocked
    assert forces(plan, "stale-already") == [Force.ASKS]
    assert hazards(plan, "stale-already")[0].affected == ("shop/billing",)


def test_old_leaves_are_waited_for_as_long_as_this_cluster_lets_them_live() -> None:
    short = MtlsConfiguration(enabled=True, workload_cert_ttl="1h30m", allowed_clock_skew="1m")

    assert a_plan(mtls=short).leaves_for == timedelta(hours=1, minutes=31)
    assert a_plan(mtls=None).leaves_for == timedelta(hours=24, minutes=15)


def test_what_can_be_undone_never_grows() -> None:
    order = [Undo.UNCHANGED, Undo.OLD_ISSUER, Undo.NO_MORE]

    undo = [order.index(step.undo) for step in a_plan().steps]

    assert undo == sorted(undo)


def test_a_dead_ca_is_all_that_could_come_back_in_a_recovery() -> None:
    undo = [step.undo for step in a_plan(ca=a_ca(expires_in=days(-3))).steps]

    assert list(dict.fromkeys(undo)) == [Undo.UNCHANGED, Undo.DEAD_CA, Undo.NO_MORE]


def test_no_key_is_in_a_plan() -> None:
    assert "PRIVATE" not in repr(a_plan())


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"secret": unobserved()}, "Cannot see the Secret of the trust bundle"),
        ({"off": True}, "Cannot see the Secret of the trust bundle"),
        ({"configmap": unobserved()}, "Cannot see its ConfigMap"),
        ({"components": unobserved()}, "Cannot see the control plane"),
        ({"census": unobserved()}, "Cannot see the pods of the cluster"),
        ({"mtls": unobserved()}, "Cannot see Dapr's Configuration"),
        ({"components": ()}, "There is no sentry in namespace dapr-system"),
        ({"version": "1.11.3"}, "Sentry 1.11.3 keeps its CA in another way"),
        ({"version": "sha-123"}, "Sentry's version cannot be told"),
        ({"secret": None}, "The trust bundle is not complete"),
        ({"configmap": None}, "The trust bundle is not complete"),
        ({"secret": a_secret(issuer=b"")}, "The trust bundle is not complete"),
        ({"configmap": a_configmap(A_CA.roots_pem + b"\n")}, "Sentry would not start with the CA that is there now (bundle-mismatch)"),
        ({"secret": a_secret(key=ANOTHER_CA.key_pem)}, "Sentry would not start with the CA that is there now (bundle-unloadable)"),
    ],
)
def test_where_there_is_nothing_sound_to_rotate_from_there_is_no_plan(parts: dict[str, Any], reason: str) -> None:
    found = no_plan(**parts)

    assert found.reason.startswith(reason)
    assert found.advice


def test_mtls_that_is_switched_off_is_no_reason_to_let_the_ca_expire() -> None:
    assert a_plan(mtls=MtlsConfiguration(enabled=False)).kind is Kind.CROSS_SIGNED


def test_an_old_dapr_whose_ca_has_expired_is_not_told_to_upgrade() -> None:
    assert "already-expired" in no_plan(version="1.11.3", ca=a_ca(expires_in=days(-3), issuer_dns=("cluster.local",))).advice


def test_a_path_length_is_the_only_reason_that_is_told() -> None:
    assert "verification failure" not in hazards(a_plan(ca=limited(issuer=0)), "path-refused")[0].fact


def test_a_plan_is_the_same_whenever_it_is_made_from_the_same_look() -> None:
    seen = a_snapshot()

    first, second = a_plan(seen), a_plan(seen)

    assert first == second


def test_it_takes_what_its_steps_take() -> None:
    plan = a_plan()

    assert plan.takes == sum((step.takes for step in plan.steps), timedelta())
    assert hours(24) < plan.takes < hours(25)


def test_parts_that_a_plan_does_not_need_may_be_unseen() -> None:
    parts: dict[str, Any] = {name: unobserved() for name in ("webhook", "crd", "issuer_gauges", "accepted", "logs")}

    assert [step.id for step in a_plan(**parts).steps] == CROSS_SIGNED
