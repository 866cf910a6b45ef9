import base64

import pytest

from bot.model.finding import Severity
from bot.model.prognosis import is_pointer
from bot.model.snapshot import Snapshot
from tests.asking import ask, the_finding
from tests.builders import A_CA, ANOTHER_CA, a_configmap, a_pod, a_secret, a_snapshot, unobserved

ROOTS, MORE = A_CA.roots_pem, ANOTHER_CA.roots_pem


def of(ca: bytes) -> Snapshot:
    return a_snapshot(secret=a_secret(ca=ca), configmap=a_configmap(ca), accepted=None)


LOADED = [
    ("truncated second root", ROOTS + MORE[:200] + b"\n", "truncated"),
    ("key between two roots", ROOTS + A_CA.key_pem + MORE, "is not a certificate"),
    ("key after the roots", ROOTS + A_CA.key_pem, "has that key"),
]


@pytest.mark.parametrize(("text", "word"), [row[1:] for row in LOADED], ids=[row[0] for row in LOADED])
def test_damage_that_sentry_passes_over_is_a_warning(text: bytes, word: str) -> None:
    finding = the_finding("pem-damage", of(text))

    assert finding.severity is Severity.WARNING
    assert any(word in sentence for sentence in finding.evidence)


SPOILT = [
    ("base64 twice", base64.b64encode(ROOTS), "encoded once too often"),
    ("literal newlines", ROOTS.replace(b"\n", b"\\n"), "two characters"),
    ("blocks glued together", ROOTS.rstrip(b"\n") + MORE, "glued to what precedes it"),
    ("junk", b"certificate goes here", "no PEM block"),
]


@pytest.mark.parametrize(("text", "word"), [row[1:] for row in SPOILT], ids=[row[0] for row in SPOILT])
def test_damage_that_sentry_refuses_is_told_by_that_card(text: bytes, word: str) -> None:
    assert is_pointer(the_finding("pem-damage", of(text)))
    assert any(word in sentence for sentence in the_finding("bundle-unloadable", of(text)).evidence)


def test_text_after_the_last_block_is_a_notice() -> None:
    assert ask("pem-damage", of(ROOTS + b"this was added on Monday\n")).severity is Severity.NOTICE


def test_the_same_text_in_both_objects_is_told_once() -> None:
    evidence = the_finding("pem-damage", of(ROOTS + MORE[:200] + b"\n")).evidence

    assert all(sentence.startswith("The Secret's ca.crt: ") for sentence in evidence)


def test_what_pods_were_given_is_read_too() -> None:
    snapshot = a_snapshot(pods=[a_pod("cut", anchors=ROOTS + MORE[:200] + b"\n"), a_pod("whole")])
    finding = the_finding("pem-damage", snapshot)

    assert finding.severity is Severity.WARNING
    assert [one.name for one in finding.affected] == ["cut"]
    assert finding.cause == "pem-damage/pods"


def test_pods_with_the_bundles_own_damage_are_not_told_again() -> None:
    text = ROOTS + MORE[:200] + b"\n"
    snapshot = a_snapshot(secret=a_secret(ca=text), configmap=a_configmap(text), pods=[a_pod(anchors=text)])

    assert the_finding("pem-damage", snapshot).cause == "pem-damage/bundle"


def test_a_trimmed_newline_in_a_pods_environment_is_not_mentioned() -> None:
    assert ask("pem-damage", a_snapshot(pods=[a_pod(anchors=ROOTS.rstrip(b"\n"))])).severity is Severity.OK


def test_without_the_secret_the_configmap_is_read() -> None:
    text = ROOTS + MORE[:200] + b"\n"

    assert ask("pem-damage", a_snapshot(off=True, configmap=a_configmap(text))).severity is Severity.WARNING


def test_an_unseen_secret_is_unknown_and_the_rest_is_told() -> None:
    text = ROOTS + MORE[:200] + b"\n"
    answer = ask("pem-damage", a_snapshot(secret=unobserved(), configmap=a_configmap(text)))

    assert {finding.severity for finding in answer.findings} == {Severity.UNKNOWN, Severity.WARNING}


def test_no_key_shows_in_what_is_said() -> None:
    finding = the_finding("pem-damage", of(ROOTS + A_CA.key_pem + MORE))
    secret_lines = A_CA.key_pem.decode().splitlines()[1:-1]

    assert not any(line in sentence for line in secret_lines for sentence in finding.evidence)
