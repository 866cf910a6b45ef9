from datetime import timedelta

import pytest

from bot.model.finding import Severity
from bot.model.snapshot import CaBundle
from tests.asking import ask, the_finding
from tests.builders import A_CA, ANOTHER_CA, a_configmap, a_snapshot, a_webhook, some_facts
from tests.certificates import NOW

ROOTS, OTHERS = A_CA.roots_pem, ANOTHER_CA.roots_pem
TABLE = [
    ("the same roots", a_webhook(ROOTS), Severity.OK),
    ("in another layout", a_webhook(b"\n\n" + ROOTS.replace(b"\n", b"\r\n")), Severity.OK),
    ("a root of before beside it", a_webhook(OTHERS + ROOTS), Severity.WARNING),
    ("other roots only", a_webhook(OTHERS), Severity.CRITICAL),
    ("nothing", a_webhook(None), Severity.CRITICAL),
    ("damaged", a_webhook(ROOTS[:200]), Severity.CRITICAL),
    ("another namespace", a_webhook(ROOTS, service_namespace="old-dapr"), Severity.WARNING),
    ("no webhook", None, Severity.NOTICE),
]


@pytest.mark.parametrize(("webhook", "severity"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_webhook_trusts(webhook: CaBundle | None, severity: Severity) -> None:
    assert ask("injector-untrusted", a_snapshot(webhook=webhook)).severity is severity


def test_it_says_what_to_restart() -> None:
    finding = the_finding("injector-untrusted", a_snapshot(webhook=a_webhook(OTHERS)))

    assert finding.next_step.endswith("kubectl -n dapr-system rollout restart deployment/dapr-sidecar-injector")


def test_just_after_a_write_it_is_given_time() -> None:
    written = a_configmap(facts=some_facts("kubectl", NOW - timedelta(minutes=1)))

    assert ask("injector-untrusted", a_snapshot(webhook=a_webhook(OTHERS), configmap=written)).severity is Severity.NOTICE


def test_while_the_pair_differs_either_text_will_do() -> None:
    snapshot = a_snapshot(webhook=a_webhook(ROOTS), configmap=a_configmap(OTHERS))

    assert ask("injector-untrusted", snapshot).severity is Severity.OK


def test_up_to_1_11_the_webhook_has_a_ca_of_its_own() -> None:
    assert ask("injector-untrusted", a_snapshot(webhook=a_webhook(OTHERS), version="1.11.6")).severity is Severity.OK


def test_where_no_control_plane_is_the_webhook_of_another_namespace_is_no_fault_of_its_own() -> None:
    snapshot = a_snapshot(components=(), webhook=a_webhook(ROOTS, service_namespace="platform"))

    finding = the_finding("injector-untrusted", snapshot)

    assert (finding.severity, finding.next_step) == (Severity.NOTICE, "See dapr-missing.")
