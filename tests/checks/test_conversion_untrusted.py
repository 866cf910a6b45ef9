import pytest

from bot.model.finding import Severity
from bot.model.snapshot import CaBundle
from tests.asking import ask, the_finding
from tests.builders import A_CA, ANOTHER_CA, a_crd, a_snapshot

TABLE = [
    ("the same roots", a_crd(), Severity.OK),
    ("a root of before beside it", a_crd(A_CA.roots_pem + ANOTHER_CA.roots_pem), Severity.WARNING),
    ("other roots only", a_crd(ANOTHER_CA.roots_pem), Severity.CRITICAL),
    ("a CRD that was applied bare", a_crd(None, service_namespace="replaceme"), Severity.WARNING),
    ("a CRD without conversion", None, Severity.OK),
]


@pytest.mark.parametrize(("crd", "severity"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_conversion_webhook_trusts(crd: CaBundle | None, severity: Severity) -> None:
    assert ask("conversion-untrusted", a_snapshot(crd=crd)).severity is severity


def test_a_bare_apply_is_recognised() -> None:
    finding = the_finding("conversion-untrusted", a_snapshot(crd=a_crd(None, service_namespace="replaceme")))

    assert "A bare `kubectl apply` of Dapr's CRDs leaves that name behind." in finding.evidence
    assert finding.next_step.endswith("rollout restart deployment/dapr-operator")
