"""What stands in the way of a rotation, or should be known before it."""

from typing import Any

import msgspec
import pytest

from bot.model.rotation import Force, Plan
from bot.model.snapshot import BundleNames, IssuerGauge, MtlsConfiguration, ObjectFacts, Writer
from bot.rotation.hazards import HAZARDS
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    APod,
    a_ca,
    a_component,
    a_configmap,
    a_control_plane,
    a_pod,
    a_secret,
    a_webhook,
    accepted,
    days,
    hours,
    live_chains,
    some_facts,
    unobserved,
)
from tests.certificates import NOW
from tests.rotation.plans import a_plan, forces, hazards, surrounded

TWO_OF_EACH = [a_pod(app, number=number) for app in ("orders", "checkout") for number in (0, 1)]


def owned(*owners: str) -> ObjectFacts:
    return msgspec.structs.replace(some_facts(), owners=owners)


def minutes(number: float) -> Any:
    return hours(number / 60)


def of(workload: str, app: str = "orders", **deviations: Any) -> APod:
    return a_pod(app, **deviations).made(workload=workload)


def ids(plan: Plan) -> list[str]:
    return [one.id for one in plan.hazards]


def test_a_healthy_cluster_with_two_pods_of_each_has_none() -> None:
    assert a_plan(pods=TWO_OF_EACH).hazards == ()


def test_what_blocks_is_told_first() -> None:
    secret = a_secret(a_ca(expires_in=hours(20)), facts=owned("Helm release dapr"))

    plan = a_plan(ca=a_ca(expires_in=hours(20)), secret=secret, surroundings=unobserved())

    assert ids(plan) == ["short-of-time", "surroundings-unseen", "single-pods", "owned-objects"]


@pytest.mark.parametrize(
    ("owner", "force", "advice"),
    [
        ("Helm release dapr", Force.INFORMS, "dapr_sentry.tls.root.certPEM"),
        ("Argo CD app dapr", Force.ASKS, "ignoreDifferences"),
        ("Flux Kustomization dapr", Force.ASKS, "kustomize.toolkit.fluxcd.io/ssa: Ignore"),
        ("Flux HelmRelease dapr", Force.ASKS, "kustomize.toolkit.fluxcd.io/ssa: Ignore"),
        ("cert-manager Certificate dapr-root", Force.BLOCKS, "Rotate the CA there"),
        ("trust-manager Bundle dapr", Force.BLOCKS, "Rotate the CA there"),
    ],
)
def test_whoever_manages_the_objects_is_named_with_what_keeps_it_from_undoing_all(owner: str, force: Force, advice: str) -> None:
    plan = a_plan(secret=a_secret(facts=owned(owner)), configmap=a_configmap(facts=owned(owner)))

    (found,) = hazards(plan, "owned-objects")
    assert (found.force, found.fact) == (force, f"{owner} manages the Secret and ConfigMap dapr-trust-bundle")
    assert advice in found.advice


def written_by(manager: str, *keys: str) -> ObjectFacts:
    return msgspec.structs.replace(owned("Argo CD app dapr"), writers=(Writer(manager, "Update", NOW - days(3), keys),))


@pytest.mark.parametrize(
    ("manager", "product"),
    [
        ("argocd-controller", "Argo CD"),
        ("argocd-application-controller", "Argo CD"),
        ("kustomize-controller", "Flux"),
        ("helm-controller", "Flux"),
    ],
)
def test_gitops_that_writes_the_ca_itself_blocks_it(manager: str, product: str) -> None:
    plan = a_plan(secret=a_secret(facts=written_by(manager, "ca.crt", "issuer.crt", "jwt.key")))

    found = next(one for one in hazards(plan, "owned-objects") if one.force is Force.BLOCKS)
    assert found.fact.startswith(f"{product} writes the CA itself, and would put the old one back")
    assert found.fact.endswith(f": ca.crt and issuer.crt of the Secret (as {manager})")
    assert "jsonPointers /data" in found.advice
    assert "kubectl -n dapr-system edit secret,configmap dapr-trust-bundle --show-managed-fields" in found.advice


@pytest.mark.parametrize("keys", [(), ("jwt.key",), ("jwks.json", "else")], ids=["labels only", "keys of tokens", "other keys"])
def test_gitops_that_writes_nothing_of_the_ca_is_asked_about(keys: tuple[str, ...]) -> None:
    plan = a_plan(secret=a_secret(facts=written_by("argocd-controller", *keys)))

    assert forces(plan, "owned-objects") == [Force.ASKS]


def test_gitops_that_blocks_is_told_once() -> None:
    facts = written_by("argocd-controller", "ca.crt")

    (found,) = hazards(a_plan(secret=a_secret(facts=facts), configmap=a_configmap(facts=facts)), "owned-objects")

    assert found.fact.endswith("ca.crt of the Secret (as argocd-controller) and ca.crt of the ConfigMap (as argocd-controller)")


def test_keys_of_other_names_are_known() -> None:
    seen = surrounded(configmap=a_configmap(facts=written_by("kustomize-controller", "roots.pem")))

    plan = a_plan(msgspec.structs.replace(seen, names=BundleNames(ca="roots.pem")))

    assert Force.BLOCKS in forces(plan, "owned-objects")


def test_two_owners_are_two_things_to_know() -> None:
    plan = a_plan(secret=a_secret(facts=owned("Helm release dapr", "Argo CD app dapr")))

    assert forces(plan, "owned-objects") == [Force.ASKS, Force.INFORMS]


def test_sidecars_that_this_sentry_would_not_serve_again_block_it() -> None:
    plan = a_plan(version="1.16.2", pods=[a_pod("orders", version="1.18.0"), a_pod("billing", version="1.16.2")])

    (found,) = hazards(plan, "newer-sidecars")
    assert (found.force, found.affected) == (Force.BLOCKS, ("shop/orders",))


@pytest.mark.parametrize(("sentry", "sidecar"), [("1.18.0", "1.18.3"), ("1.16.2", "1.17.9"), ("1.16.2", "edge")])
def test_sidecars_that_it_serves_do_not(sentry: str, sidecar: str) -> None:
    assert forces(a_plan(version=sentry, pods=[a_pod(version=sidecar)]), "newer-sidecars") == []


def test_an_old_sentry_whose_issuer_is_ed25519_will_not_serve_them_with_an_ecdsa_one() -> None:
    ca = a_ca("of ed25519", kind="ed25519")

    plan = a_plan(ca=ca, version="1.17.9", pods=[a_pod(version="1.18.0", anchors=ca.roots_pem)])

    assert forces(plan, "newer-sidecars") == [Force.BLOCKS]


@pytest.mark.parametrize(
    "sentry",
    [
        a_component(ready=0, desired=1, waiting="CrashLoopBackOff", restarts=4),
        a_component(ready=1, desired=2, started_at=NOW),
        a_component(ready=1, desired=2, pods=()),
    ],
)
def test_a_sentry_that_does_not_rest_blocks_it(sentry: Any) -> None:
    plan = a_plan(components=a_control_plane({"sentry": sentry}))

    assert forces(plan, "restless-sentry") == [Force.BLOCKS]


@pytest.mark.parametrize(("ago", "blocks"), [(9, True), (11, False)])
def test_one_that_started_just_now_may_start_again(ago: int, *, blocks: bool) -> None:
    sentry = a_component()
    pod = msgspec.structs.replace(sentry.pods[0], started_at=NOW - minutes(ago))

    plan = a_plan(components=a_control_plane({"sentry": msgspec.structs.replace(sentry, pods=(pod,))}))

    assert forces(plan, "restless-sentry") == ([Force.BLOCKS] if blocks else [])


@pytest.mark.parametrize(("ago", "blocks"), [(1, True), (3, False)])
def test_a_secret_that_was_just_written_means_a_reload_on_its_way(ago: int, *, blocks: bool) -> None:
    plan = a_plan(secret=a_secret(facts=some_facts(at=NOW - minutes(ago))))

    assert forces(plan, "restless-sentry") == ([Force.BLOCKS] if blocks else [])


def test_a_dead_ca_is_recovered_although_its_sentry_does_not_rest() -> None:
    sentry = a_component(ready=0, desired=1, waiting="CrashLoopBackOff", restarts=40)

    plan = a_plan(ca=a_ca(expires_in=days(-1)), components=a_control_plane({"sentry": sentry}))

    assert not plan.is_blocked


@pytest.mark.parametrize(("ends_in", "expected"), [(20, [Force.BLOCKS]), (40, [Force.ASKS]), (72, [])])
def test_too_little_time_blocks_it_and_scarce_time_asks(ends_in: int, expected: list[Force]) -> None:
    assert forces(a_plan(ca=a_ca(expires_in=hours(ends_in))), "short-of-time") == expected


def test_shorter_leaves_make_time() -> None:
    ca = a_ca(expires_in=hours(20))
    short = MtlsConfiguration(enabled=True, workload_cert_ttl="1h", allowed_clock_skew="1m")

    assert Force.BLOCKS not in forces(a_plan(ca=ca, mtls=short), "short-of-time")


@pytest.mark.parametrize(
    "parts",
    [
        {"chains": live_chains(ca=ANOTHER_CA)},
        {"chains": unobserved(), "issuer_gauges": (IssuerGauge(pod="dapr-sentry-0", not_after_at=NOW + days(3)),)},
    ],
    ids=["by what it shows", "by its metric"],
)
def test_a_sentry_with_another_issuer_than_the_secret_blocks_it(parts: dict[str, Any]) -> None:
    assert forces(a_plan(**parts), "issuer-not-loaded") == [Force.BLOCKS]


def test_a_sentry_that_is_scaled_to_none_blocks_it() -> None:
    plan = a_plan(components=a_control_plane({"sentry": a_component(ready=0, desired=0)}))

    assert forces(plan, "restless-sentry") == [Force.BLOCKS]


@pytest.mark.parametrize(
    "parts",
    [
        {"components": a_control_plane({"sidecar-injector": a_component("sidecar-injector", ready=0, waiting="CrashLoopBackOff")})},
        {"components": a_control_plane({"sidecar-injector": None})},
        {"webhook": a_webhook(ANOTHER_CA.roots_pem)},
    ],
    ids=["down", "absent", "not trusted"],
)
def test_without_an_injector_that_works_recreated_pods_would_lose_their_sidecar(parts: dict[str, Any]) -> None:
    assert forces(a_plan(**parts), "injector-adrift") == [Force.BLOCKS]


@pytest.mark.parametrize(
    ("pods", "parts", "force"),
    [
        ([a_pod("orders"), a_pod("billing", anchors=ANOTHER_CA.roots_pem)], {}, Force.ASKS),
        ([a_pod("orders", anchors=ANOTHER_CA.roots_pem)], {}, Force.BLOCKS),
        ([a_pod("orders"), a_pod("billing", anchors=ANOTHER_CA.roots_pem)], {"accepted": accepted(ANOTHER_CA)}, Force.BLOCKS),
    ],
    ids=["some", "all", "the CA was replaced"],
)
def test_pods_that_trust_another_ca(pods: list[APod], parts: dict[str, Any], force: Force) -> None:
    assert forces(a_plan(pods=pods, **parts), "stale-already") == [force]


def test_a_single_pod_is_away_while_it_is_recreated() -> None:
    plan = a_plan(pods=[a_pod("orders"), *TWO_OF_EACH[2:]], surroundings=unobserved())

    (found,) = hazards(plan, "single-pods")
    assert (found.force, found.affected) == (Force.ASKS, ("shop/deployment/orders",))


@pytest.mark.parametrize("workload", ["", "Job/report-29384", "ReplicaSet/loose", "CloneSet/web"])
def test_pods_that_no_restart_recreates_are_left_to_people_by_name(workload: str) -> None:
    plan = a_plan(pods=[*TWO_OF_EACH, of(workload, "odd")])

    (found,) = hazards(plan, "left-to-people")
    assert found.force is Force.ASKS
    assert [str(one) for one in plan.reach.left] == list(found.affected)


def test_an_upgrade_on_its_way_is_finished_first() -> None:
    plan = a_plan(components=a_control_plane({"operator": a_component("operator", version="1.17.9")}))

    assert forces(plan, "mixed-versions") == [Force.ASKS]


def test_what_ends_the_reading_of_the_roots_would_hide_the_new_one() -> None:
    roots = A_CA.roots_pem + b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"

    plan = a_plan(secret=a_secret(ca=roots), configmap=a_configmap(roots))

    (found,) = hazards(plan, "reading-ends")
    assert found.force is Force.BLOCKS


def test_slips_that_dapr_reads_over_are_told() -> None:
    roots = A_CA.roots_pem.replace(b"\n", b"\r\n")

    plan = a_plan(secret=a_secret(ca=roots), configmap=a_configmap(roots))

    assert forces(plan, "untidy-pair") == [Force.INFORMS]


def test_every_hazard_has_a_name_of_its_own() -> None:
    assert len({one.id for one in HAZARDS}) == len(HAZARDS)
