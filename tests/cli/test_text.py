from datetime import timedelta

import click
import msgspec
import pytest

from bot.checks import CHECKS
from bot.cli import exit_codes, text
from bot.model.finding import Affected, Finding, Severity
from bot.model.judging import judge
from bot.model.observed import Why
from bot.model.policy import Policy
from bot.model.report import Answer, Report
from tests.builders import a_ca, a_snapshot, days, unobserved
from tests.cards import a_finding, a_report, a_report_of, an_answer
from tests.certificates import NOW


def seen(report: Report, *, age: timedelta = timedelta(0)) -> str:
    return click.unstyle(text.status(report, report.taken_at + age))


def judged(**sights: object) -> Report:
    return judge(a_snapshot(**sights), Policy(), CHECKS)  # type: ignore[arg-type]


def test_a_healthy_cluster_is_one_line_of_verdict_and_the_dates() -> None:
    shown = seen(judged())

    assert "✓ ok: nothing needs action on prod-eu" in shown
    assert "ends 2027-09-19 12:00 UTC (in 300 days)" in shown


def test_one_thing_needs_action_and_says_when_and_what_to_do() -> None:
    shown = seen(judged(ca=a_ca(expires_in=days(12))))

    assert "! WARNING: 1 thing needs action on prod-eu" in shown
    assert "when     2026-12-05 12:00 UTC (in 12 days)" in shown
    assert "do       " in shown
    assert "explained in docs/checks.md#root-expiry" in shown


def test_what_cannot_be_seen_is_not_called_healthy() -> None:
    shown = seen(judged(census=unobserved()))

    assert "? UNKNOWN: cannot say that prod-eu is healthy" in shown
    assert "nothing needs action" not in shown


def test_what_is_excluded_by_choice_is_listed_apart_and_is_not_ok() -> None:
    report = judged(census=unobserved(Why.BY_CHOICE))
    shown = seen(report)

    assert "Not checked (by choice):" in shown
    assert exit_codes.of(report.severity) == 0


def test_an_old_report_says_its_age() -> None:
    assert "seen 3 hours ago" in seen(judged(), age=timedelta(hours=3))


def test_a_name_cannot_move_the_cursor_or_turn_the_text_around() -> None:
    hostile = Affected(kind="app", name="a\x1b[2Jb\u202ec\r\nd", namespace="shop")
    finding = Finding(check_id="stale-pods", severity=Severity.CRITICAL, fact="2 pods\x07", affected=(hostile,))

    shown = seen(a_report_of(finding))

    assert r"shop/a\x1b[2Jb\u202ec\r\nd" in shown
    assert r"2 pods\x07" in shown


def test_many_affected_are_cut_and_counted() -> None:
    affected = tuple(Affected(kind="pod", name=f"p{number}") for number in range(25))
    finding = Finding(check_id="stale-pods", severity=Severity.CRITICAL, fact="25 pods", affected=affected)

    assert "and 15 more" in seen(a_report_of(finding))


def test_every_check_is_listed_under_its_category_with_its_mark() -> None:
    shown = click.unstyle(text.checks(judged(), NOW))

    assert all(f"✓ {check.title}  {check.id}" in shown for check in CHECKS)


@pytest.mark.parametrize(
    ("severity", "code"),
    [
        (Severity.OK, 0),
        (Severity.NOT_CHECKED, 0),
        (Severity.NOTICE, 0),
        (Severity.WARNING, 1),
        (Severity.CRITICAL, 2),
        (Severity.UNKNOWN, 3),
    ],
)
def test_each_severity_has_its_exit_code(severity: Severity, code: int) -> None:
    assert exit_codes.of(severity) == code


def test_unknown_beside_a_warning_is_the_warning() -> None:
    report = a_report_of(a_finding(severity=Severity.WARNING), a_finding("stale-pods", Severity.UNKNOWN))

    assert exit_codes.of(report.severity) == 1


def test_an_excluded_answer_does_not_decide_the_exit_code() -> None:
    excluded = a_finding("bundle-mismatch", Severity.NOT_CHECKED)
    answer = Answer(check_id="bundle-mismatch", title="t", category="trust", severity=Severity.NOT_CHECKED, findings=(excluded,))
    report = Report(taken_at=NOW, cluster="prod-eu", namespace="dapr-system", answers=(answer,))

    assert report.severity is Severity.OK


def test_a_cluster_of_which_nobody_looks_when_its_ca_ends_is_never_ok() -> None:
    # Mode off, without metrics and handshakes, up to Dapr 1.11, which has no ConfigMap.
    report = a_report(an_answer("pem-damage", category="trust"), an_answer("root-expiry", severity=Severity.NOT_CHECKED))

    assert exit_codes.of(report.severity) == 3
    assert "? UNKNOWN: cannot say that prod-eu is healthy: when its CA ends is not looked at, by choice" in seen(report)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=59), "(now)"),
        (timedelta(seconds=-59), "(now)"),
        (timedelta(hours=3), "(seen 3 hours ago)"),
        (timedelta(hours=-3), "(3 hours ahead of this machine's clock: one of the two is wrong)"),
    ],
)
def test_how_old_a_look_is_stands_at_the_top_and_one_from_the_future_is_not_now(age: timedelta, words: str) -> None:
    assert words in seen(judged(), age=age).splitlines()[0]


def test_what_one_missing_right_blinds_is_said_once() -> None:
    shown = seen(judged(secret=unobserved()))

    assert shown.count("Cannot see the trust bundle's Secret") == 1
    assert "blinds   " in shown


def test_checks_that_could_not_see_are_counted_once_however_much_each_missed() -> None:
    report = judged(secret=unobserved(), configmap=unobserved(), census=unobserved())
    blind = sum(answer.severity is Severity.UNKNOWN for answer in report.answers)

    assert sum(finding.severity is Severity.UNKNOWN for finding in report.findings) > blind
    assert f"is healthy: {blind} checks could not see" in seen(report)


def test_what_another_check_explains_is_named_below_it_in_one_line() -> None:
    shown = seen(judged(components=(), secret=None, configmap=None))

    assert "  also     There is no sentry here (sentry-must-not-restart)" in shown
    assert "See dapr-missing." not in shown


def test_a_namespace_from_somebody_elses_snapshot_cannot_move_the_cursor() -> None:
    report = msgspec.structs.replace(judged(), namespace="x\x1b[2J")

    assert r"namespace x\x1b[2J" in text.status(report, report.taken_at)


def test_an_excluded_check_says_why_in_words() -> None:
    assert "DAPR_WARDEN_CA_SECRET_ACCESS is off" in seen(judged(off=True))
