import pytest

from bot.model.finding import Severity
from bot.model.snapshot import MtlsConfiguration
from tests.asking import ask, the_finding
from tests.builders import a_snapshot


@pytest.mark.parametrize(("enabled", "severity"), [(True, Severity.OK), (None, Severity.OK), (False, Severity.NOTICE)])
def test_only_an_explicit_no_is_mentioned(enabled: bool | None, severity: Severity) -> None:  # noqa: FBT001 - a table
    assert ask("mtls-disabled", a_snapshot(mtls=MtlsConfiguration(enabled=enabled))).severity is severity


def test_it_says_that_certificates_expire_all_the_same() -> None:
    assert "still expire" in the_finding("mtls-disabled", a_snapshot(mtls=MtlsConfiguration(enabled=False))).fact


def test_a_cluster_without_the_configuration_is_told_what_that_means() -> None:
    finding = the_finding("mtls-disabled", a_snapshot(mtls=None))

    assert finding.severity is Severity.NOTICE
    assert "defaults" in finding.fact
