import pytest

from bot.model.finding import Severity
from bot.model.observed import Why
from bot.model.snapshot import MtlsConfiguration
from tests.asking import ask, the_finding
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    Ca,
    a_ca,
    a_component,
    a_configmap,
    a_control_plane,
    a_live_chain,
    a_secret,
    a_silence,
    a_snapshot,
    days,
    hours,
    live_chains,
    some_facts,
    unobserved,
)
from tests.certificates import NOW, a_root, cross_signed

ID = "server-untrusted"
OLD_OPERATOR = live_chains(a_live_chain(ANOTHER_CA, "operator"))
MTLS_OFF = MtlsConfiguration(enabled=False)


def test_an_operator_that_still_runs_with_the_old_ca_is_named() -> None:
    finding = the_finding(ID, a_snapshot(chains=OLD_OPERATOR))

    assert (finding.severity, finding.fact) == (Severity.CRITICAL, "dapr-operator shows a certificate of another CA than peers trust")
    assert finding.evidence[0].startswith("dapr-operator-0 shows a certificate by issuer ")
    assert finding.evidence[-1] == (
        "Whoever connects to operator anew with the present roots refuses it: sidecars that start get no components."
    )
    assert finding.next_step.endswith("kubectl -n dapr-system rollout restart Deployment/dapr-operator".replace("Deployment", "deployment"))
    assert [(one.kind, one.name) for one in finding.affected] == [("component", "dapr-operator")]


def test_all_that_were_left_out_of_a_change_are_one_finding() -> None:
    old = live_chains(a_live_chain(ANOTHER_CA, "operator"), a_live_chain(ANOTHER_CA, "placement-server"))

    finding = the_finding(ID, a_snapshot(chains=old))

    assert finding.fact == "dapr-operator and dapr-placement-server show certificates of another CA than peers trust"
    assert finding.next_step.endswith("; then likewise dapr-placement-server")


def test_of_many_pods_the_first_few_are_told() -> None:
    finding = the_finding(ID, a_snapshot(chains=live_chains(*(a_live_chain(ANOTHER_CA, "operator", number=number) for number in range(7)))))

    assert sum(" shows a certificate by issuer " in sentence for sentence in finding.evidence) == 5
    assert "2 more pods do likewise." in finding.evidence


def test_one_replica_of_several_is_a_warning() -> None:
    mixed = live_chains(a_live_chain(A_CA, "operator"), a_live_chain(ANOTHER_CA, "operator", number=1))

    assert the_finding(ID, a_snapshot(chains=mixed)).severity is Severity.WARNING


def test_a_certificate_that_was_not_renewed_in_time_has_expired() -> None:
    expired = live_chains(a_live_chain(component="sidecar-injector", since=hours(-30), expires_in=hours(-6)))

    finding = the_finding(ID, a_snapshot(chains=expired))

    assert finding.fact == "dapr-sidecar-injector shows a certificate that has expired"
    assert "valid until 2026-11-23 06:00:00 UTC" in finding.evidence[0]


def test_a_certificate_from_the_future_tells_of_a_clock_and_blames_nobody() -> None:
    early = live_chains(a_live_chain(component="operator", since=hours(1), expires_in=hours(25)))

    finding = the_finding(ID, a_snapshot(chains=early))

    assert (finding.severity, finding.fact) == (
        Severity.UNKNOWN,
        "What dapr-operator-0 shows is not valid yet: a clock is wrong, there or here",
    )


def test_a_certificate_on_its_way_to_renewal_is_no_news() -> None:
    late = live_chains(a_live_chain(component="operator", since=hours(-23), expires_in=hours(1)))

    assert ask(ID, a_snapshot(chains=late)).severity is Severity.OK


def test_while_the_old_root_is_kept_beside_the_new_one_the_old_leaves_are_good() -> None:
    both = Ca((*A_CA.roots, *ANOTHER_CA.roots), ANOTHER_CA.chain)

    assert ask(ID, a_snapshot(ca=both, chains=live_chains(a_live_chain(A_CA, "operator"), ca=both))).severity is Severity.OK


def test_a_cross_signed_chain_is_good_for_whoever_has_the_old_root_only() -> None:
    crossed = Ca(A_CA.roots, (*ANOTHER_CA.chain, cross_signed(ANOTHER_CA.roots[0], A_CA.chain[0]), *A_CA.chain))

    assert ask(ID, a_snapshot(chains=live_chains(ca=crossed), secret=a_secret(crossed))).severity is Severity.OK


def test_roots_that_were_written_just_now_are_given_time() -> None:
    fresh = a_configmap(facts=some_facts("kubectl", NOW - hours(0.05)))

    assert ask(ID, a_snapshot(chains=OLD_OPERATOR, configmap=fresh)).severity is Severity.OK


def test_without_a_configmap_the_secrets_roots_count() -> None:
    assert ask(ID, a_snapshot(chains=OLD_OPERATOR, configmap=unobserved())).severity is Severity.CRITICAL


def test_without_the_secret_sentry_is_judged_by_the_configmap() -> None:
    finding = the_finding(ID, a_snapshot(off=True, chains=live_chains(a_live_chain(ANOTHER_CA, "sentry"))))

    assert finding.fact == "dapr-sentry shows a certificate of another CA than peers trust"
    assert finding.next_step.startswith("Do NOT restart sentry before it is known")


@pytest.mark.parametrize(
    ("snapshot", "owner"),
    [
        (a_snapshot(ca=a_ca(expires_in=days(-3))), "root-expiry"),
        (a_snapshot(ca=a_ca(issuer_expires_in=days(-1))), "issuer-expiry"),
        (a_snapshot(ca=a_ca(issuer_expires_in=days(-1)), off=True), "issuer-expiry"),
        (a_snapshot(configmap=a_configmap(ANOTHER_CA.roots_pem)), "bundle-mismatch"),
        (a_snapshot(ca=ANOTHER_CA, chains=live_chains(ca=A_CA)), "issuer-not-loaded"),
        (
            a_snapshot(
                components=a_control_plane({"sentry": a_component(ready=0)}),
                chains=live_chains(a_live_chain(component="operator", since=hours(-30), expires_in=hours(-6))),
            ),
            "control-plane-unready",
        ),
    ],
    ids=["the root has ended", "the issuer has ended", "the same without the Secret", "other roots", "not loaded", "no sentry"],
)
def test_what_follows_from_another_cause_names_its_owner(snapshot: object, owner: str) -> None:
    finding = the_finding(ID, snapshot)  # type: ignore[arg-type]

    assert (finding.severity, finding.next_step) == (Severity.NOTICE, f"See {owner}.")


def test_who_is_ready_and_shows_nothing_is_unknown() -> None:
    finding = the_finding(ID, a_snapshot(chains=live_chains(a_silence("operator"))))

    assert finding.severity is Severity.UNKNOWN
    assert finding.fact == (
        "Cannot see what dapr-operator-0 shows: operator (dapr-system/dapr-operator-0, port 6500): no connection (timed out)"
    )
    assert finding.next_step == "Look at NetworkPolicies."


def test_who_is_not_ready_is_the_question_of_another_check() -> None:
    down = a_control_plane({"operator": a_component("operator", ready=0)})

    assert ask(ID, a_snapshot(components=down, chains=live_chains(a_silence("operator")))).severity is Severity.OK


@pytest.mark.parametrize(
    ("component", "why", "severity"),
    [
        ("scheduler-server", Why.MALFORMED, Severity.OK),
        ("placement-server", Why.MALFORMED, Severity.OK),
        ("scheduler-server", Why.TIMED_OUT, Severity.UNKNOWN),
        ("operator", Why.MALFORMED, Severity.UNKNOWN),
    ],
)
def test_where_mtls_is_switched_off_placement_and_scheduler_have_no_certificate_to_show(
    component: str, why: Why, severity: Severity
) -> None:
    assert ask(ID, a_snapshot(mtls=MTLS_OFF, chains=live_chains(a_silence(component, why)))).severity is severity


def test_a_mesh_in_between_is_no_matter_of_dapr() -> None:
    mesh = a_live_chain(ANOTHER_CA, "operator", identity="sa/dapr-operator")

    finding = the_finding(ID, a_snapshot(chains=live_chains(mesh)))

    assert finding.severity is Severity.UNKNOWN
    assert finding.fact == "What answers at dapr-operator-0 does not show a certificate of Dapr's control plane"


def test_before_1_12_the_injector_has_a_ca_of_its_own_and_others_show_the_issuer_itself() -> None:
    ca = a_ca("named", issuer_dns=("cluster.local",))
    own = a_live_chain(component="sidecar-injector", text=a_root("webhook").pem)
    issuer = a_live_chain(component="operator", text=ca.chain_pem)

    assert ask(ID, a_snapshot(ca=ca, version="1.10.4", chains=live_chains(own, issuer, ca=ca))).severity is Severity.OK
