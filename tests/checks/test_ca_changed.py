import pytest
from msgspec.structs import replace

from bot.model.finding import Severity
from bot.model.observed import Why
from bot.model.snapshot import Snapshot
from tests import certificates
from tests.asking import ask, the_finding
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    Ca,
    a_configmap,
    a_pod,
    a_secret,
    a_snapshot,
    accepted,
    hours,
    some_facts,
    unobserved,
)
from tests.certificates import NOW, a_key
from tests.kept import a_backup

ALL = ("ca.crt", "issuer.crt", "issuer.key")
OLD_PODS = [a_pod("orders", number=number, anchors=A_CA.roots_pem) for number in range(12)]
NEW_ISSUER = Ca(A_CA.roots, (certificates.an_issuer(A_CA.roots[0], key=a_key("p256", "renewed")),))
APPENDED = Ca((*A_CA.roots, *ANOTHER_CA.roots), A_CA.chain)


def replaced(**deviations: object) -> Snapshot:
    by_sentry = some_facts("sentry", NOW - hours(1), keys=ALL)
    parts: dict[str, object] = {
        "secret": a_secret(ANOTHER_CA, facts=by_sentry),
        "configmap": a_configmap(ANOTHER_CA.roots_pem, facts=some_facts("sentry", NOW - hours(1))),
        "accepted": accepted(A_CA),
        "pods": OLD_PODS,
    }
    return a_snapshot(ca=ANOTHER_CA, **(parts | deviations))  # type: ignore[arg-type]


def test_a_replaced_ca_that_costs_pods_their_trust_is_critical() -> None:
    finding = the_finding("ca-changed", replaced())

    assert finding.severity is Severity.CRITICAL
    assert finding.fact == "The CA was replaced, and is not trusted by 12 pods of 1 application"
    assert [(one.name, one.detail) for one in finding.affected] == [("orders", "Deployment/orders: 12 of 12 pods")]
    assert finding.next_step.startswith("Restore the accepted CA")


def test_where_the_bot_keeps_the_accepted_ca_it_says_so_and_how_to_bring_it_back() -> None:
    kept = a_backup(A_CA, NOW - hours(20)).facts
    lost, meant = (
        the_finding("ca-changed", replaced(backup=kept, **pods)) for pods in ({}, {"pods": [a_pod(anchors=ANOTHER_CA.roots_pem)]})
    )

    since = "which the bot has kept since 2026-11-22 16:00:00 UTC"
    assert lost.next_step.startswith(f"Restore the accepted CA, {since}: Plan restore on the card, or the command renew")
    assert f"bring the old one back, {since}" in meant.next_step
    assert lost.is_kept
    assert meant.is_kept


@pytest.mark.parametrize("backup", [None, unobserved(), a_backup(ANOTHER_CA, NOW - hours(1)).facts])
def test_where_it_keeps_another_one_or_none_there_is_the_copy_of_people(backup: object) -> None:
    finding = the_finding("ca-changed", replaced(backup=backup))

    assert finding.next_step.startswith("Restore the accepted CA from your copy")
    assert not finding.is_kept


def test_it_says_who_claims_to_have_written_what_and_when() -> None:
    evidence = the_finding("ca-changed", replaced()).evidence

    assert 'Secret: "sentry" wrote ca.crt, issuer.crt and issuer.key on 2026-11-23 11:00:00 UTC.' in evidence
    assert 'ConfigMap: "sentry" wrote ca.crt on 2026-11-23 11:00:00 UTC.' in evidence
    assert "These names are what the clients call themselves (managedFields), not identities." in evidence


def test_once_every_pod_trusts_it_it_may_be_accepted() -> None:
    finding = the_finding("ca-changed", replaced(pods=[a_pod(anchors=ANOTHER_CA.roots_pem)]))

    assert finding.severity is Severity.WARNING
    assert finding.fact == "The CA was replaced"
    assert "accept" in finding.next_step


def test_another_issuer_under_the_same_roots_is_a_warning() -> None:
    finding = the_finding("ca-changed", a_snapshot(ca=NEW_ISSUER, accepted=accepted(A_CA)))

    assert finding.severity is Severity.WARNING
    assert finding.fact == "The issuer was changed under the same roots"


def test_an_appended_root_is_a_warning() -> None:
    finding = the_finding("ca-changed", a_snapshot(ca=APPENDED, accepted=accepted(A_CA), pods=OLD_PODS))

    assert finding.severity is Severity.WARNING
    assert finding.fact == "The CA was changed (1 root added, 0 removed)"


def test_the_cause_stays_the_same_while_the_ca_changes_further() -> None:
    first, then = replaced(), a_snapshot(ca=APPENDED, accepted=accepted(A_CA))

    assert the_finding("ca-changed", first).cause == the_finding("ca-changed", then).cause


@pytest.mark.parametrize("snapshot", [a_snapshot(), a_snapshot(accepted=None)], ids=["it is back", "none was accepted yet"])
def test_there_is_nothing_to_say_when(snapshot: Snapshot) -> None:
    assert ask("ca-changed", snapshot).severity is Severity.OK


def test_without_the_secret_only_the_roots_are_compared() -> None:
    assert ask("ca-changed", a_snapshot(ca=NEW_ISSUER, accepted=accepted(A_CA), off=True)).severity is Severity.OK
    assert ask("ca-changed", replaced(secret=unobserved(Why.BY_CHOICE))).severity is Severity.CRITICAL


def test_a_replaced_ca_while_pods_are_unseen_is_critical() -> None:
    finding = the_finding("ca-changed", replaced(census=unobserved()))

    assert finding.severity is Severity.CRITICAL
    assert "Pods were not seen, so it is not known which of them are stale." in finding.evidence


def test_an_emptied_secret_leaves_it_unknown() -> None:
    assert ask("ca-changed", a_snapshot(secret=a_secret(ca=None, issuer=None, key=None))).severity is Severity.UNKNOWN


def test_an_unseen_secret_leaves_it_unknown() -> None:
    assert ask("ca-changed", replaced(secret=unobserved())).severity is Severity.UNKNOWN


def test_the_stale_pods_stand_in_the_step_as_the_commands_that_recreate_them() -> None:
    pods = [*OLD_PODS, a_pod("cart", anchors=A_CA.roots_pem), a_pod("new", anchors=ANOTHER_CA.roots_pem)]

    step = the_finding("ca-changed", replaced(pods=pods)).next_step
    assert "(kubectl -n shop rollout restart deployment/orders deployment/cart) and then accept" in step


def test_what_sentry_does_at_its_start_is_not_told_of_a_ca_that_somebody_else_wrote_after_it() -> None:
    before = some_facts("sentry", NOW - hours(300))
    facts = some_facts("helm", NOW - hours(1), keys=ALL)
    by_helm = replace(facts, writers=(*before.writers, *facts.writers))

    parts = {"secret": a_secret(ANOTHER_CA, facts=by_helm), "configmap": a_configmap(ANOTHER_CA.roots_pem, facts=by_helm)}
    assert not any("makes a new CA by itself" in one for one in the_finding("ca-changed", replaced(**parts)).evidence)
    assert any("makes a new CA by itself" in one for one in the_finding("ca-changed", replaced()).evidence)
