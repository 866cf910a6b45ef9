import re
from datetime import timedelta

import pytest

from bot.diagnosis.corroborating import CHECK_ID, corroborated, sentence
from bot.diagnosis.signature import Component, Kind, Signature
from bot.model.finding import Severity
from bot.model.logs import Sighting
from bot.model.observed import Unobserved, Why
from bot.model.report import Answer, Report
from bot.model.snapshot import LOGS_NOT_WATCHED, AcceptedCa
from tests.builders import a_log_view, a_sighting, a_snapshot
from tests.cards import a_finding, a_report_of
from tests.certificates import NOW

EXPIRED = a_finding("root-expiry", Severity.CRITICAL, fact="Root CA expired 3 days ago", evidence=("It ended.",))


def a_signature(name: str, *opens: str, kind: Kind = Kind.CERTIFICATE) -> Signature:
    return Signature(
        id=name,
        row=1,
        kind=kind,
        components=(Component.SENTRY,),
        literal="a text of fifteen characters",
        pattern=re.compile("x"),
        meaning=f"{name} it is.",
        cause="Because.",
        remedy="Mend it.",
        witness="x",
        opens=opens,
    )


TABLE = {
    one.id: one
    for one in (
        a_signature("root-expired", "root-expiry"),
        a_signature("renewal-failing"),
        a_signature("ca-generated", "ca-changed"),
        a_signature("x509-expired", "root-expiry", "issuer-expiry"),
        a_signature("placement-lost", kind=Kind.OTHER),
        a_signature("bundle-loaded", "issuer-not-loaded", kind=Kind.STATE),
    )
}


def told(report: Report, *sightings: Sighting) -> Report:
    return corroborated(report, a_snapshot(logs=a_log_view(*sightings)), TABLE)


def about_logs(report: Report) -> Answer:
    return next(answer for answer in report.answers if answer.check_id == CHECK_ID)


def test_a_line_is_evidence_for_the_finding_that_it_bears_out() -> None:
    report = told(a_report_of(EXPIRED), a_sighting("root-expired", excerpt="certificate has expired."))

    assert report.findings[0].evidence == (
        "It ended.",
        "In the log of sentry since 2026-11-23 12:00:00 UTC (dapr-sentry-0): “certificate has expired.”",
    )
    assert about_logs(report).severity is Severity.OK


def test_the_reason_inside_a_line_opens_its_checks_too() -> None:
    report = told(a_report_of(EXPIRED), a_sighting("renewal-failing", "x509-expired", component="daprd"))

    assert len(report.findings[0].evidence) == 2
    assert about_logs(report).severity is Severity.OK


def test_evidence_goes_to_the_worst_finding_of_the_check() -> None:
    other = a_finding("root-expiry", Severity.WARNING, subject="other")
    report = told(a_report_of(other, EXPIRED), a_sighting("root-expired"))

    assert [len(finding.evidence) for finding in report.findings] == [2, 0]


def test_no_more_than_two_lines_crowd_a_card() -> None:
    seen = [a_sighting("root-expired", component=name) for name in ("sentry", "operator", "daprd")]

    assert len(told(a_report_of(EXPIRED), *seen).findings[0].evidence) == 3


def test_a_line_that_no_check_bears_out_is_a_notice_and_calls_nobody() -> None:
    (finding,) = about_logs(told(a_report_of(), a_sighting("root-expired"))).findings

    assert (finding.severity, finding.subject) == (Severity.NOTICE, "sentry/root-expired")
    assert finding.fact == "The log of sentry complains, and no check bears it out: root-expired it is"
    assert finding.evidence[-1] == "root-expiry finds nothing of the kind: it may be over, or of no weight."
    assert finding.next_step == "Mend it."


def test_a_check_that_cannot_judge_has_not_said_that_nothing_is_wrong() -> None:
    blind = a_finding("root-expiry", Severity.UNKNOWN, fact="Cannot see")
    (finding,) = about_logs(told(a_report_of(blind), a_sighting("root-expired"))).findings

    assert finding.evidence[-1] == "Whether it is so could not be seen: root-expiry cannot judge at present."


def test_what_no_check_can_tell_says_so() -> None:
    (finding,) = about_logs(told(a_report_of(), a_sighting("renewal-failing"))).findings

    assert finding.evidence[-1] == "No check can tell whether it is so."


def test_a_notice_of_a_check_bears_nothing_out() -> None:
    ahead = a_finding("root-expiry", Severity.NOTICE, rung=90)
    report = told(a_report_of(ahead), a_sighting("root-expired"))

    assert about_logs(report).severity is Severity.NOTICE
    assert not report.findings[0].evidence


def test_healthy_information_and_what_is_no_matter_of_certificates_is_not_told() -> None:
    report = told(a_report_of(), a_sighting("bundle-loaded"), a_sighting("placement-lost"))

    assert about_logs(report).findings == ()


def test_what_another_version_kept_says_nothing() -> None:
    assert about_logs(told(a_report_of(), a_sighting("unheard-of"))).findings == ()


def test_the_same_complaint_for_two_reasons_is_one_notice() -> None:
    (finding,) = about_logs(told(a_report_of(), a_sighting("renewal-failing"), a_sighting("renewal-failing", "x509-expired"))).findings

    assert len(finding.evidence) == 4


def test_logs_that_cannot_be_read_are_unknown_and_logs_that_nobody_watches_are_not_mentioned() -> None:
    lost = Unobserved(Why.TIMED_OUT, "Loki: no complete answer within 15 s.", "Ask for less.")

    assert about_logs(corroborated(a_report_of(), a_snapshot(logs=lost), TABLE)).severity is Severity.UNKNOWN
    assert corroborated(a_report_of(EXPIRED), a_snapshot(logs=LOGS_NOT_WATCHED), TABLE) == a_report_of(EXPIRED)


@pytest.mark.parametrize(("hours_after_acceptance", "notices"), [(-1, 0), (1, 1)])
def test_a_change_of_the_ca_that_was_accepted_since_is_answered(hours_after_acceptance: int, notices: int) -> None:
    accepted_at = NOW - timedelta(hours=2)
    ca = AcceptedCa(roots=("aa",), issuer="bb", accepted_at=accepted_at, accepted_by="U1")
    seen = a_sighting("ca-generated", at=accepted_at + timedelta(hours=hours_after_acceptance))
    report = corroborated(a_report_of(), a_snapshot(accepted=ca, logs=a_log_view(seen)), TABLE)

    assert len(about_logs(report).findings) == notices


def test_words_stay_the_same_while_the_line_goes_on_coming() -> None:
    first = a_sighting("root-expired", pods=("a", "b"))
    later = Sighting(
        signature="root-expired",
        reasons=(),
        component="sentry",
        first_at=NOW,
        last_at=NOW + timedelta(hours=2),
        count=99,
        pods=("a", "b", "c"),
        excerpt=first.excerpt,
    )

    assert sentence(first) == sentence(later) == "In the log of sentry since 2026-11-23 12:00:00 UTC (in several pods): “It says so.”"
