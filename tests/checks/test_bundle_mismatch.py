import pytest

from bot.model.finding import Severity
from tests.asking import ask, the_finding
from tests.builders import A_CA, ANOTHER_CA, a_component, a_configmap, a_control_plane, a_secret, a_snapshot, hours, some_facts
from tests.certificates import NOW

ROOTS = A_CA.roots_pem
DIFFERENCES = [
    ("one newline more", ROOTS + b"\n", "one newline more at the end of the ConfigMap's ca.crt"),
    ("one newline less", ROOTS.rstrip(b"\n"), "one newline more at the end of the Secret's ca.crt"),
    ("Windows line ends", ROOTS.replace(b"\n", b"\r\n"), "the ConfigMap's ca.crt has Windows line ends (CRLF), the other has not"),
    ("another root", ANOTHER_CA.roots_pem, "certificate 1 of 1 differs between the Secret's ca.crt and the ConfigMap's ca.crt"),
    ("one root more", ROOTS + ANOTHER_CA.roots_pem, "the ConfigMap's ca.crt has one certificate that the other lacks"),
]


@pytest.mark.parametrize(("text", "difference"), [row[1:] for row in DIFFERENCES], ids=[row[0] for row in DIFFERENCES])
def test_any_difference_is_critical_and_described(text: bytes, difference: str) -> None:
    finding = the_finding("bundle-mismatch", a_snapshot(configmap=a_configmap(text)))

    assert finding.severity is Severity.CRITICAL
    assert finding.evidence[0] == f"The difference: {difference}."


def test_it_says_what_sentry_would_do_and_forbids_the_restart() -> None:
    finding = the_finding("bundle-mismatch", a_snapshot(configmap=a_configmap(ROOTS + b"\n")))

    assert finding.fact == "Secret and ConfigMap differ: sentry would replace the CA at its next start or reload"
    assert finding.next_step.startswith("Do NOT restart sentry; write the Secret's ca.crt into the ConfigMap")


def test_it_says_who_claims_to_have_written_and_that_this_is_a_claim() -> None:
    edited = a_configmap(ROOTS + b"\n", facts=some_facts("kubectl-edit", NOW - hours(1)))
    evidence = the_finding("bundle-mismatch", a_snapshot(configmap=edited)).evidence

    assert 'ConfigMap: "kubectl-edit" wrote ca.crt on 2026-11-23 11:00:00 UTC.' in evidence
    assert "These names are what the clients call themselves (managedFields), not identities." in evidence


@pytest.mark.parametrize("version", ["1.10.4", "1.11.6"])
def test_up_to_1_11_the_configmap_does_not_matter(version: str) -> None:
    assert ask("bundle-mismatch", a_snapshot(configmap=a_configmap(ROOTS + b"\n"), version=version)).severity is Severity.OK


@pytest.mark.parametrize("version", ["1.12.0", "1.13.6", "1.18.3", "edge", "mycorp-42"])
def test_from_1_12_on_and_for_unknown_versions_it_matters(version: str) -> None:
    assert ask("bundle-mismatch", a_snapshot(configmap=a_configmap(ROOTS + b"\n"), version=version)).severity is Severity.CRITICAL


def test_when_the_issuer_goes_with_the_configmap_the_secret_is_to_be_written() -> None:
    finding = the_finding("bundle-mismatch", a_snapshot(secret=a_secret(ca=ANOTHER_CA.roots_pem), accepted=None))

    assert "write the ConfigMap's ca.crt into the Secret" in finding.next_step


def test_when_the_issuer_goes_with_neither_the_copy_is_to_be_written() -> None:
    third = a_secret(ANOTHER_CA, ca=b"-----BEGIN")

    assert "write your saved pair back" in the_finding("bundle-mismatch", a_snapshot(secret=third, accepted=None)).next_step


def test_damage_that_causes_the_difference_is_told_with_it() -> None:
    cut = a_configmap(ROOTS[:-40])
    evidence = the_finding("bundle-mismatch", a_snapshot(configmap=cut)).evidence

    assert any("truncated" in sentence and sentence.startswith("The ConfigMap's ca.crt") for sentence in evidence)


def test_with_no_sentry_up_it_says_so() -> None:
    down = a_control_plane({"sentry": a_component("sentry", ready=0, waiting="CrashLoopBackOff")})
    finding = the_finding("bundle-mismatch", a_snapshot(configmap=a_configmap(ROOTS + b"\n"), components=down))

    assert "No sentry is up now: no sidecar gets or renews a certificate." in finding.evidence


def test_a_sentry_that_cannot_be_seen_is_taken_for_one_that_runs() -> None:
    finding = the_finding("bundle-mismatch", a_snapshot(components=(), configmap=a_configmap(ROOTS + b"\n")))

    assert finding.severity is Severity.CRITICAL
    assert finding.next_step.startswith("Do NOT restart sentry")
