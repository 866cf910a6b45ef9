import pytest
from msgspec.structs import replace

from bot.model.finding import Severity
from bot.model.snapshot import BundleNames, TrustConfigMap
from tests.asking import ask, the_finding
from tests.builders import a_configmap, a_secret, a_snapshot


@pytest.mark.parametrize(
    ("configmap", "end"),
    [(None, "does not start again"), (a_configmap(None), "makes a new CA"), (a_configmap(b""), "makes a new CA")],
    ids=["no object", "no key", "empty"],
)
def test_absent_roots_are_critical_and_say_what_sentry_does(configmap: TrustConfigMap | None, end: str) -> None:
    finding = the_finding("configmap-incomplete", a_snapshot(configmap=configmap))

    assert finding.severity is Severity.CRITICAL
    assert end in finding.fact
    assert finding.next_step.startswith("Do NOT restart sentry")


def test_object_and_key_are_called_as_they_are_set() -> None:
    snapshot = replace(a_snapshot(configmap=a_configmap(None)), names=BundleNames(bundle="our-ca", ca="root.pem"))

    assert the_finding("configmap-incomplete", snapshot).fact.startswith("ConfigMap our-ca has no root.pem:")


def test_up_to_1_11_there_is_none() -> None:
    assert ask("configmap-incomplete", a_snapshot(configmap=None, version="1.11.6")).severity is Severity.OK


def test_it_is_judged_without_the_secret_too() -> None:
    assert ask("configmap-incomplete", a_snapshot(configmap=None, off=True)).severity is Severity.CRITICAL


def test_when_the_secret_is_emptied_as_well_that_card_tells_it() -> None:
    snapshot = a_snapshot(configmap=a_configmap(None), secret=a_secret(ca=None, issuer=None, key=None))

    assert the_finding("configmap-incomplete", snapshot).next_step == "See secret-incomplete."
