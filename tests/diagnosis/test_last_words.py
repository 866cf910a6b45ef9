"""What a sentry said before it ended: likely the cause while it is down, and no more than a line in every other case."""

from typing import Any

import pytest

from bot.diagnosis.classifying import classify
from bot.diagnosis.diagnosing import diagnose
from bot.diagnosis.signature import Component
from bot.model.diagnosis import Certainty
from bot.model.observed import Why
from bot.model.snapshot import Snapshot
from tests.builders import a_component, a_control_plane, a_snapshot, unobserved
from tests.diagnosis.scenes import SENTRY, a_crash, a_line, a_scene, a_state

REFUSED = "error creating CA: failed to get CA bundle: failed to verify CA bundle: issuer key does not match issuer certificate"
JWT = "error creating CA: failed to get CA bundle: failed to load JWT signing key: failed to decode JWT signing key: "
LOADED = "Root and issuer certs found: using existing certs"


def down(*, secret_is_read: bool = False, waiting: str = "CrashLoopBackOff") -> Snapshot:
    sentry = a_component(ready=0, waiting=waiting, restarts=7)
    hidden: dict[str, Any] = {} if secret_is_read else {"secret": unobserved(Why.BY_CHOICE), "issuer_gauges": unobserved(Why.BY_CHOICE)}
    return a_snapshot(components=a_control_plane({"sentry": sentry}), **hidden)


def causes(snapshot: Snapshot, *texts: str) -> list[tuple[str, Certainty]]:
    lines = [a_line(text, "dapr-sentry", at_minute=at - 10) for at, text in enumerate(texts)]
    scene = a_scene(snapshot, target=SENTRY, states=[a_state(a_crash("dapr-sentry"), pod=SENTRY.pods[0])], lines=lines)
    return [(one.id, one.certainty) for one in diagnose(scene).causes]


def test_where_the_secret_is_not_read_the_refusal_is_the_cause_and_what_is_down_follows() -> None:
    assert causes(down(), REFUSED) == [("sentry-refuses-bundle", Certainty.LIKELY)]


def test_a_refusal_that_a_check_contradicts_stays_a_line() -> None:
    assert causes(down(secret_is_read=True), REFUSED)[0] == ("control-plane-unready", Certainty.PROVED)


def test_a_refusal_from_before_it_loaded_its_bundle_stays_a_line() -> None:
    assert causes(down(), REFUSED, LOADED)[0] == ("control-plane-unready", Certainty.PROVED)


def test_a_sentry_whose_image_is_missing_is_not_down_for_its_last_words() -> None:
    assert causes(down(waiting="ImagePullBackOff"), REFUSED)[0] == ("control-plane-unready", Certainty.PROVED)


@pytest.mark.parametrize("flaw", ["key is not PEM encoded", "unsupported block type CERTIFICATE"])
def test_a_broken_key_for_jwts_is_not_taken_for_the_issuers(flaw: str) -> None:
    found = classify(JWT + flaw, Component.SENTRY)

    assert found is not None
    assert (found.primary.id, found.reasons) == ("sentry-refuses-jwt-key", ())
    assert causes(down(secret_is_read=True), JWT + flaw)[0] == ("sentry-refuses-bundle", Certainty.LIKELY)
