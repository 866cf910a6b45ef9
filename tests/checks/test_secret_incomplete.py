from typing import Any

import pytest
from msgspec.structs import replace

from bot.model.finding import Severity
from bot.model.snapshot import BundleNames, TrustConfigMap
from tests.asking import ask, the_finding
from tests.builders import ANOTHER_CA, a_configmap, a_secret, a_snapshot

NAME = "Secret dapr-trust-bundle"
REPLACED = "sentry makes a new CA at its next start or reload, and every pod then trusts the wrong root"
REFUSED = "sentry does not start again without it"
TABLE: list[tuple[str, dict[str, Any], str]] = [
    ("key absent", {"key": None}, f"{NAME} has no issuer.key: {REPLACED}"),
    ("key empty", {"key": b""}, f"{NAME} has no issuer.key: {REFUSED}"),
    ("issuer absent", {"issuer": None}, f"{NAME} has no issuer.crt: {REPLACED}"),
    ("roots absent", {"ca": None}, f"{NAME} has no ca.crt: {REPLACED}"),
    ("all absent", {"ca": None, "issuer": None, "key": None}, f"{NAME} has no ca.crt, issuer.crt or issuer.key: {REPLACED}"),
]


@pytest.mark.parametrize(("keys", "fact"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_missing_key_is_critical_and_says_what_sentry_does(keys: dict[str, Any], fact: str) -> None:
    finding = the_finding("secret-incomplete", a_snapshot(secret=a_secret(**keys)))

    assert finding.severity is Severity.CRITICAL
    assert finding.fact == fact
    assert finding.next_step.startswith("Do NOT restart sentry")


@pytest.mark.parametrize("ca", [None, b""], ids=["absent", "empty"])
def test_roots_that_only_the_secret_has_lost_are_in_the_configmap(ca: bytes | None) -> None:
    finding = the_finding("secret-incomplete", a_snapshot(secret=a_secret(ca=ca)))

    assert "write the ConfigMap's ca.crt into the Secret, byte for byte" in finding.next_step


@pytest.mark.parametrize("configmap", [a_configmap(ANOTHER_CA.roots_pem), a_configmap(None), None], ids=["another", "empty", "none"])
def test_roots_that_do_not_go_with_the_issuer_are_no_help(configmap: TrustConfigMap | None) -> None:
    finding = the_finding("secret-incomplete", a_snapshot(secret=a_secret(ca=None), configmap=configmap))

    assert "from your copy" in finding.next_step


def test_objects_and_keys_are_called_as_they_are_set() -> None:
    names = BundleNames(bundle="our-ca", ca="root.pem", issuer="chain.pem", key="chain.key")
    snapshot = replace(a_snapshot(secret=a_secret(ca=None, key=None)), names=names)

    assert the_finding("secret-incomplete", snapshot).fact == f"Secret our-ca has no root.pem or chain.key: {REPLACED}"
    assert the_finding("secret-incomplete", replace(a_snapshot(secret=None), names=names)).fact.startswith("Secret our-ca does not exist")


def test_a_secret_that_does_not_exist_is_critical() -> None:
    assert the_finding("secret-incomplete", a_snapshot(secret=None)).fact == f"{NAME} does not exist: {REFUSED}"


@pytest.mark.parametrize(("version", "end"), [("1.10.4", REFUSED), ("1.13.6", REPLACED)])
def test_an_old_sentry_refuses_where_a_newer_one_replaces(version: str, end: str) -> None:
    assert the_finding("secret-incomplete", a_snapshot(secret=a_secret(issuer=None), version=version)).fact.endswith(end)


def test_an_old_sentry_replaces_a_secret_without_any_data() -> None:
    empty = a_secret(ca=None, issuer=None, key=None)

    assert the_finding("secret-incomplete", a_snapshot(secret=empty, version="1.10.4")).fact.endswith(REPLACED)


def test_without_dapr_there_need_be_no_secret() -> None:
    assert ask("secret-incomplete", a_snapshot(secret=None, configmap=None, components=())).severity is Severity.NOTICE
