from collections.abc import Iterator

from bot.checks import CHECKS, judge
from bot.model.chains import CHAINS_NOT_READ
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.observed import Why
from bot.model.policy import Policy
from bot.model.report import Report
from bot.model.snapshot import Snapshot
from tests.builders import A_CA, a_ca, a_snapshot, days, unobserved
from tests.certificates import NOW


def a_check(judgement: object = None, *, needs: tuple[str, ...] = ()) -> Check:
    def nothing(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:
        yield from ()

    return Check(id="some-trouble", title="No trouble", category=Category.TRUST, needs=needs, judge=judgement or nothing)  # type: ignore[arg-type]


def asked(check: Check, snapshot: Snapshot | None = None) -> Report:
    return judge(snapshot or a_snapshot(), Policy(), [check])


def breaking(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:
    yield Finding(check_id="some-trouble", severity=Severity.WARNING, fact="Half of it was seen")
    raise KeyError("a name from outside")


def test_silence_is_ok() -> None:
    assert asked(a_check()).answers[0].severity is Severity.OK


def test_a_check_that_breaks_is_unknown_and_keeps_what_it_found() -> None:
    (answer,) = asked(a_check(breaking)).answers

    assert [finding.severity for finding in answer.findings] == [Severity.WARNING, Severity.UNKNOWN]


def test_a_check_that_breaks_shows_no_traceback_and_no_text_from_outside() -> None:
    *_, finding = asked(a_check(breaking)).answers[0].findings

    assert finding.fact == "The check some-trouble broke (KeyError), so this is not known"
    assert "a name from outside" not in repr(finding)


def test_a_check_that_breaks_costs_no_other_answer() -> None:
    report = judge(a_snapshot(), Policy(), [a_check(breaking), *CHECKS])

    assert [answer.severity for answer in report.answers[1:]] == [Severity.OK] * len(CHECKS)


def test_two_parts_that_were_not_seen_are_one_finding_and_trouble_comes_before_choice() -> None:
    snapshot = a_snapshot(secret=unobserved(Why.BY_CHOICE), configmap=unobserved(Why.TIMED_OUT))
    (finding,) = asked(a_check(needs=("secret", "configmap")), snapshot).answers[0].findings

    assert finding.severity is Severity.UNKNOWN
    assert finding.fact.startswith("Cannot see the trust bundle's ConfigMap: ")


def test_what_was_left_out_by_choice_does_not_count_for_the_report() -> None:
    report = asked(a_check(needs=("secret",)), a_snapshot(off=True))

    assert report.answers[0].severity is Severity.NOT_CHECKED
    assert report.severity is Severity.OK


def test_the_report_says_when_things_end_on_a_good_day_too() -> None:
    expiries = asked(a_check()).expiries

    assert [expiry.not_after_at for expiry in expiries] == [A_CA.issuer_ends_at] * 2
    assert expiries[0].what.startswith("Issuer O=spiffe://cluster.local/ns/dapr-system/dapr-sentry (")
    assert expiries[1].what.startswith("Root CA O=cluster.local (")


def test_without_the_secret_it_says_so_from_the_configmap_and_the_metric() -> None:
    report = asked(a_check(), a_snapshot(ca=a_ca(expires_in=days(12)), off=True, chains=CHAINS_NOT_READ))

    assert {expiry.not_after_at for expiry in report.expiries} == {NOW + days(12)}
    assert "Issuer of the running sentry" in [expiry.what for expiry in report.expiries]
