from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.model import blindness
from bot.model.finding import Severity
from bot.model.policy import Policy
from bot.model.report import Answer, Report
from tests.cards import HOUR, MINUTE, NOW, a_finding, a_report, an_answer

POLICY = Policy()


def trust(severity: Severity) -> Answer:
    return an_answer("bundle-mismatch", severity=severity, category="trust")


def expiry(severity: Severity) -> Answer:
    return an_answer("root-expiry", severity=severity, category="expiry")


@pytest.mark.parametrize(
    "report",
    [
        a_report(trust(Severity.OK), expiry(Severity.OK)),
        a_report(trust(Severity.CRITICAL), expiry(Severity.WARNING)),
        a_report(trust(Severity.OK), trust(Severity.UNKNOWN), expiry(Severity.OK)),
        a_report(trust(Severity.NOT_CHECKED), expiry(Severity.NOTICE)),
    ],
    ids=["healthy", "in trouble", "one of two unknown", "excluded by choice"],
)
def test_a_sweep_that_judged_the_bundle_and_its_expiry_is_useful(report: Report) -> None:
    assert blindness.is_useful(report)


@pytest.mark.parametrize(
    "report",
    [
        a_report(),
        a_report(trust(Severity.UNKNOWN), expiry(Severity.UNKNOWN)),
        a_report(trust(Severity.OK), expiry(Severity.UNKNOWN)),
        a_report(trust(Severity.UNKNOWN), expiry(Severity.OK)),
        a_report(trust(Severity.NOT_CHECKED), expiry(Severity.NOT_CHECKED)),
        a_report(an_answer("stale-pods", category="workloads")),
    ],
    ids=["empty", "all unknown", "no expiry", "no trust", "all by choice", "only pods"],
)
def test_a_sweep_that_could_not_judge_the_bundle_is_not_useful(report: Report) -> None:
    assert not blindness.is_useful(report)


@pytest.mark.parametrize(
    ("span", "severity"),
    [
        (10 * MINUTE - timedelta(seconds=1), None),
        (10 * MINUTE, Severity.WARNING),
        (24 * HOUR - timedelta(seconds=1), Severity.WARNING),
        (24 * HOUR, Severity.CRITICAL),
    ],
)
def test_blindness_grows_with_time(span: timedelta, severity: Severity | None) -> None:
    finding = blindness.blindness(NOW - span, NOW, (), POLICY)

    assert (finding.severity if finding else None) is severity


def test_the_finding_says_since_when_and_why() -> None:
    finding = blindness.blindness(NOW - HOUR, NOW, ("API server: connection refused",), POLICY)

    assert finding is not None
    assert "2026-11-23 08:00:00 UTC" in finding.fact
    assert finding.evidence == ("API server: connection refused",)


def test_its_fact_does_not_change_while_it_lasts() -> None:
    first, later = (blindness.blindness(NOW, NOW + span, (), POLICY) for span in (HOUR, 2 * HOUR))

    assert first == later


def test_the_answer_of_a_seeing_bot_is_ok() -> None:
    assert blindness.answer(None).severity is Severity.OK


def test_the_answer_of_a_blind_bot_holds_the_finding() -> None:
    finding = blindness.blindness(NOW - HOUR, NOW, (), POLICY)

    assert blindness.answer(finding).findings == (finding,)


def test_reasons_are_the_facts_of_what_is_unknown_without_repetition() -> None:
    unknown = a_finding(severity=Severity.UNKNOWN, fact="Forbidden: get secrets")

    assert blindness.reasons(a_report(an_answer("a", unknown), an_answer("b", unknown, a_finding()))) == ("Forbidden: get secrets",)


def test_reasons_say_what_to_do_where_the_checks_know_it() -> None:
    hint = "Grant it to the bot's service account."
    secret, pods = (replace(a_finding(severity=Severity.UNKNOWN, fact=fact), next_step=hint) for fact in ("No secret", "No pods"))
    pointer = replace(a_finding(severity=Severity.UNKNOWN, fact="No root"), next_step="See secret-incomplete.")

    report = a_report(an_answer("a", secret, pods, pointer), an_answer("secret-incomplete"))

    assert blindness.reasons(report) == ("No secret", hint, "No pods", "No root")
