"""Status as a person reads it. An old report never shows a healthy verdict."""

from datetime import timedelta
from textwrap import dedent

import pytest

from bot.model.alert import Backlog
from bot.model.finding import Affected, Finding, Severity
from bot.model.report import Answer, Expiry, Report
from handlers.views.status import Status, render
from tests.cards import DAY, HOUR, MINUTE, NOW, an_answer
from tests.handlers.transcript import seen

TRUST = an_answer("bundle-mismatch", category="trust")
EXPIRES = an_answer("root-expiry", category="expiry")
BY_CHOICE = Answer(check_id="issuer-key", title="The issuer key fits", category="trust", severity=Severity.NOT_CHECKED)
ENDS = (Expiry("Issuer cluster.local", NOW + 300 * DAY), Expiry("Root CA cluster.local", NOW + 364 * DAY))


def a_report(*answers: Answer, age: timedelta = 2 * MINUTE, expiries: tuple[Expiry, ...] = ()) -> Report:
    return Report(taken_at=NOW - age, cluster="prod-eu", namespace="dapr-system", answers=answers, expiries=expiries)


def shown(report: Report | None, backlog: Backlog | None = None, untold: tuple[str, ...] = (), trouble: str = "") -> str:
    status = Status(
        cluster="prod-eu",
        command="/dapr",
        now=NOW,
        report=report,
        blind_after=10 * MINUTE,
        backlog=backlog or Backlog(),
        untold=untold,
        trouble=trouble,
    )
    return seen(render(status))


def text(lines: str) -> str:
    return dedent(lines).strip("\n")


def test_where_nobody_looks_when_the_ca_ends_it_is_not_called_healthy() -> None:
    chosen = Answer(check_id="root-expiry", title="The root lives", category="expiry", severity=Severity.NOT_CHECKED)

    first = shown(a_report(TRUST, chosen)).splitlines()[0]

    assert first == "⚪ UNKNOWN · Cannot say that prod-eu is healthy: when its CA ends is not looked at, by choice"


def test_a_good_day_is_short_and_says_when_things_end() -> None:
    assert shown(a_report(TRUST, EXPIRES, BY_CHOICE, expiries=ENDS)) == text("""
        🟢 OK · Nothing needs action on prod-eu
        Seen 2 min ago (23 Nov 2026 08:58) · 2 of 2 checks hold · namespace dapr-system
        Valid until
          • Issuer cluster.local: 19 Sep 2027 09:00 (in 300 days)
          • Root CA cluster.local: 22 Nov 2027 09:00 (in 364 days)
        Not checked, by choice
          • The issuer key fits (issuer-key)
           Every check with its evidence: /dapr check
           [ Share in this channel ]
        """)


def test_a_bad_day_begins_with_what_needs_action_worst_first() -> None:
    warning = Finding(check_id="root-expiry", severity=Severity.WARNING, fact="Root CA expires in 12 days", deadline_at=NOW + 12 * DAY)
    critical = Finding(
        check_id="bundle-mismatch",
        severity=Severity.CRITICAL,
        fact="Secret and ConfigMap differ: sentry would replace the CA at its next restart",
        next_step="Do not restart sentry. Make the ConfigMap's ca.crt equal to the Secret's.",
        affected=tuple(Affected(kind="app", namespace="shop", name=name) for name in ("orders", "stock", "mail", "web")),
    )
    notice = Finding(check_id="issuer-expiry", severity=Severity.NOTICE, fact="Issuer expires in 80 days")
    unknown = Finding(check_id="stale-pods", severity=Severity.UNKNOWN, fact="Pods cannot be listed: forbidden")
    answers = [an_answer(one.check_id, one, category="trust") for one in (warning, critical, notice, unknown)]

    assert shown(a_report(*answers, TRUST, EXPIRES)) == text("""
        🔴 CRITICAL · 2 things need action on prod-eu
        Seen 2 min ago (23 Nov 2026 08:58) · 2 of 6 checks hold · namespace dapr-system
        ----------------------------------------
        🔴 CRITICAL · Secret and ConfigMap differ: sentry would replace the CA at its next restart
        Affects 4 apps: shop/orders, shop/stock, shop/mail and 1 more
        Next step: Do not restart sentry. Make the ConfigMap's ca.crt equal to the Secret's.
        🟠 WARNING · Root CA expires in 12 days
        Deadline: 5 Dec 2026 09:00 (in 12 days)
        Could not be judged
          • Pods cannot be listed: forbidden
        Worth knowing
          • Issuer expires in 80 days
           Every check with its evidence: /dapr check
           [ Share in this channel ]
        """)


def test_what_could_not_be_seen_is_said_once_with_what_to_do() -> None:
    blind = [
        Finding(check_id=one, severity=Severity.UNKNOWN, fact="Cannot see the Secret: forbidden (403).", next_step="Grant it.")
        for one in ("root-expiry", "issuer-expiry")
    ]

    assert text("""
        Could not be judged
          • Cannot see the Secret: forbidden (403). Grant it.
           Every check""") in shown(a_report(*(an_answer(one.check_id, one) for one in blind)))


def test_one_thing_is_one_thing() -> None:
    trouble = Finding(check_id="a", severity=Severity.WARNING, fact="x")

    assert "1 thing needs action on prod-eu" in shown(a_report(an_answer("a", trouble), TRUST, EXPIRES))


def test_an_old_report_is_blindness_however_healthy_it_was() -> None:
    lines = shown(a_report(TRUST, EXPIRES, age=14 * MINUTE)).splitlines()

    assert lines[:2] == [
        "⚪ UNKNOWN · Blind on prod-eu since 23 Nov 2026 08:46: no newer look has finished",
        "Last seen 23 Nov 2026 08:46 (14 min ago). It may be better or worse by now.",
    ]
    assert "🟢" not in "".join(lines)


@pytest.mark.parametrize("age", [10 * MINUTE + timedelta(seconds=1), HOUR, 400 * DAY])
def test_nothing_old_is_ever_green(age: timedelta) -> None:
    assert "🟢" not in shown(a_report(TRUST, EXPIRES, age=age))


def test_a_check_that_could_not_see_is_not_healthy() -> None:
    unknown = Finding(check_id="a", severity=Severity.UNKNOWN, fact="cannot")

    assert shown(a_report(an_answer("a", unknown), TRUST, EXPIRES)).startswith(
        "⚪ UNKNOWN · Cannot say that prod-eu is healthy: 1 check could not see"
    )


def test_a_report_without_any_answer_is_not_healthy() -> None:
    assert "Cannot say that prod-eu is healthy" in shown(a_report())


def test_a_notice_alone_needs_no_action() -> None:
    notice = Finding(check_id="a", severity=Severity.NOTICE, fact="Issuer expires in 80 days")

    assert shown(a_report(an_answer("a", notice), TRUST, EXPIRES)).startswith("🔵 NOTICE · Nothing needs action on prod-eu")


def test_blindness_told_by_the_sweep_is_the_verdict() -> None:
    fact = "Blind since 2026-11-23 08:40:00 UTC: the trust bundle cannot be seen"
    blind = Finding(check_id="blind", severity=Severity.WARNING, fact=fact)

    assert shown(a_report(an_answer("blind", blind))).startswith(f"🟠 WARNING · prod-eu: {fact}")


def test_before_the_first_look_nothing_is_known() -> None:
    assert shown(None) == text("""
        ⚪ UNKNOWN · Nothing is known about prod-eu yet: no look at the cluster has finished
        The first look is under way.
           [ Share in this channel ]
        """)


def test_what_the_channel_was_not_told_is_said_with_its_reason() -> None:
    said = shown(a_report(TRUST, EXPIRES), Backlog(count=2, oldest_at=NOW - HOUR), ("Slack refused post: not_in_channel. Invite the bot.",))

    assert "Not told yet: 2 messages wait for the channel since 23 Nov 2026 08:00." in said
    assert "Why: Slack refused post: not_in_channel. Invite the bot." in said


def test_what_is_merely_on_its_way_is_not_worth_a_line() -> None:
    assert "Not told yet" not in shown(a_report(TRUST, EXPIRES), Backlog(count=1, oldest_at=NOW))


def test_a_newer_look_that_failed_is_said() -> None:
    assert "A newer look failed: it did not finish within 120 seconds" in shown(
        a_report(TRUST, EXPIRES), trouble="it did not finish within 120 seconds"
    )


def test_many_troubles_are_counted_and_the_rest_pointed_to() -> None:
    many = tuple(Finding(check_id="a", subject=str(number), severity=Severity.CRITICAL, fact=f"Trouble {number}") for number in range(9))
    said = shown(a_report(an_answer("a", *many), TRUST, EXPIRES))

    assert "9 things need action on prod-eu" in said
    assert "And 3 more: `/dapr check`" in said
