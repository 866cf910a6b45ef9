import pytest

from bot.model.finding import Severity
from bot.model.pem import MAX_SIZE
from bot.model.snapshot import Snapshot
from tests.asking import ask, the_finding
from tests.builders import A_CA, ANOTHER_CA, a_ca, a_component, a_configmap, a_control_plane, a_secret, a_snapshot, days

NEWLINE = a_configmap(A_CA.roots_pem + b"\n")
TABLE = [
    ("one newline", a_snapshot(configmap=NEWLINE), "Do NOT restart sentry: it would replace the CA", "bundle-mismatch"),
    ("expired", a_snapshot(ca=a_ca(expires_in=days(-1))), "Do NOT restart sentry: it would not start again", "root-expiry"),
    (
        "wrong key",
        a_snapshot(secret=a_secret(key=ANOTHER_CA.key_pem)),
        "Do NOT restart sentry: it would not start again",
        "bundle-unloadable",
    ),
    ("no ConfigMap", a_snapshot(configmap=None), "Do NOT restart sentry: it would not start again", "configmap-incomplete"),
    ("no Secret", a_snapshot(secret=None), "Do NOT restart sentry: it would not start again", "secret-incomplete"),
    ("no key", a_snapshot(secret=a_secret(key=None)), "Do NOT restart sentry: it would replace the CA", "secret-incomplete"),
]


@pytest.mark.parametrize(("snapshot", "fact", "owner"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_it_says_no_and_names_the_card(snapshot: Snapshot, fact: str, owner: str) -> None:
    finding = the_finding("sentry-must-not-restart", snapshot)

    assert finding.fact == fact
    assert finding.next_step == f"See {owner}."


@pytest.mark.parametrize("version", ["1.10.4", "1.11.0"])
def test_an_old_sentry_starts_again_with_an_expired_ca(version: str) -> None:
    assert ask("sentry-must-not-restart", a_snapshot(ca=a_ca(expires_in=days(-1)), version=version)).severity is Severity.OK


@pytest.mark.parametrize("version", ["1.10.4", "1.11.0"])
def test_an_old_sentry_has_no_configmap(version: str) -> None:
    assert ask("sentry-must-not-restart", a_snapshot(configmap=None, version=version)).severity is Severity.OK


def test_during_an_upgrade_the_worst_of_both_versions_counts() -> None:
    old, new = (a_component("sentry", version=version) for version in ("1.11.6", "1.12.0"))
    both = a_component("sentry", version="1.12.0", pods=(*old.pods, *new.pods))
    snapshot = a_snapshot(configmap=None, components=a_control_plane({"sentry": both}))

    assert ask("sentry-must-not-restart", snapshot).severity is Severity.NOTICE


def test_with_no_sentry_up_there_is_nothing_to_keep_running() -> None:
    snapshot = a_snapshot(configmap=NEWLINE, components=a_control_plane({"sentry": a_component("sentry", ready=0)}))

    assert the_finding("sentry-must-not-restart", snapshot).fact.startswith("No sentry is up")


def test_a_bundle_that_is_too_large_to_judge_is_unknown() -> None:
    huge = b"x" * (MAX_SIZE + 1)

    assert ask("sentry-must-not-restart", a_snapshot(secret=a_secret(ca=huge), configmap=a_configmap(huge))).severity is Severity.UNKNOWN
