"""Cards and replies as a person reads them. Change the words here first; they are what a colleague sees at 3 a.m."""

from datetime import datetime, timedelta
from textwrap import dedent

import msgspec
import pytest

from bot.model.alert import Announcement, Card, CardState, Reason, Rotating
from bot.model.finding import Affected, Finding, Severity
from bot.model.prognosis import CA_CHANGED
from handlers.views import alert
from tests.cards import DAY, HOUR, MINUTE, NOW, a_card
from tests.handlers.transcript import seen

ORDERS = tuple(Affected(kind="app", namespace="shop", name=f"orders-{number}", detail="3 pods") for number in range(1, 5))
PODS = tuple(Affected(kind="pod", namespace="shop", name=f"orders-{number}-x7k2p") for number in range(1, 5))
EXPIRY = Finding(
    check_id="root-expiry",
    severity=Severity.WARNING,
    fact="Root CA cluster.local expires in 12 days",
    evidence=("It ends at 2026-12-05 12:31:17 UTC and is the last root that the issuer leads to.",),
    next_step="Renew the root before that day: every sidecar loses its certificates with it.",
    deadline_at=NOW + timedelta(days=12, hours=3),
    rung=14,
    affected=ORDERS + PODS,
)
CA_CHANGE = Finding(
    check_id=CA_CHANGED,
    severity=Severity.CRITICAL,
    fact="The CA is not the accepted one",
    evidence=("Secret and ConfigMap were last written by sentry (it calls itself so) at 2026-11-23 08:58:00 UTC.",),
    next_step="If this was on purpose, accept it; if not, restore the pair from your backup.",
)


def a_card_of(finding: Finding, **changes: object) -> Card:
    return a_card(finding.check_id, finding.severity, **({"finding": finding, "opened_at": NOW - 2 * HOUR} | changes))


def shown(card: Card) -> str:
    return seen(alert.card(card, "prod-eu", NOW))


def text(lines: str) -> str:
    return dedent(lines).strip("\n")


def test_a_card_says_fact_then_who_suffers_then_what_to_do_until_when() -> None:
    assert shown(a_card_of(EXPIRY)) == text("""
        🟠 prod-eu · WARNING · Root CA cluster.local expires in 12 days
        Affects 4 apps and 4 pods
          • app `shop/orders-1` - 3 pods
          • app `shop/orders-2` - 3 pods
          • app `shop/orders-3` - 3 pods
          • app `shop/orders-4` - 3 pods
          • pod `shop/orders-1-x7k2p`
          • and 3 more
        What was seen
          • It ends at 2026-12-05 12:31:17 UTC and is the last root that the issuer leads to.
        Next step: Renew the root before that day: every sidecar loses its certificates with it.
        Deadline: 5 Dec 2026 12:00 (in 12 days)
           [ Plan rotation ]
           root-expiry · docs/checks.md#root-expiry · since 2026-11-23 07:00 UTC
        """)


def test_an_application_of_two_workloads_is_one_application() -> None:
    twice = tuple(Affected(kind="app", name="orders", namespace="shop", detail=f"Deployment/{name}") for name in ("blue", "green"))

    lines = shown(a_card_of(msgspec.structs.replace(EXPIRY, affected=twice))).splitlines()

    assert lines[1:4] == ["Affects 1 app", "  • app `shop/orders` - Deployment/blue", "  • app `shop/orders` - Deployment/green"]


def test_a_changed_ca_can_be_accepted_from_its_card() -> None:
    assert shown(a_card_of(CA_CHANGE)) == text("""
        🔴 prod-eu · CRITICAL · The CA is not the accepted one
        What was seen
          • Secret and ConfigMap were last written by sentry (it calls itself so) at 2026-11-23 08:58:00 UTC.
        Next step: If this was on purpose, accept it; if not, restore the pair from your backup.
           [ Plan rotation ] [ Accept this CA ]
           ca-changed · docs/checks.md#ca-changed · since 2026-11-23 07:00 UTC
        """)


def test_where_the_bot_keeps_what_was_there_before_its_card_plans_to_restore_it() -> None:
    kept = a_card_of(msgspec.structs.replace(CA_CHANGE, is_kept=True))

    assert "[ Plan restore ] [ Accept this CA ]" in shown(kept)


def test_what_cannot_be_seen_is_not_up_for_acceptance() -> None:
    card = a_card_of(CA_CHANGE, unseen_since_at=NOW - 9 * MINUTE)

    assert "Accept" not in shown(card)
    assert "Plan" not in shown(card)


def test_a_card_that_cannot_be_judged_says_since_when_and_keeps_its_severity() -> None:
    lines = shown(a_card_of(EXPIRY, unseen_since_at=NOW - 9 * MINUTE)).splitlines()

    assert lines[:2] == [
        "🟠 prod-eu · WARNING · Root CA cluster.local expires in 12 days",
        "Cannot see this since 23 Nov 2026 08:51. What follows is what was seen last; it may be better or worse by now.",
    ]


def test_a_resolved_card_is_green_and_says_how_long_it_took() -> None:
    card = a_card_of(EXPIRY, state=CardState.RESOLVED, opened_at=NOW - 14 * MINUTE, resolved_at=NOW)

    assert shown(card) == text("""
        🟢 prod-eu · RESOLVED · ~Root CA cluster.local expires in 12 days~ · resolved after 14 min
           root-expiry · open from 2026-11-23 08:46 UTC to 2026-11-23 09:00 UTC
        """)


A_ROTATION = Rotating(run="r1", stand="running", number=3, of=12, begun_at=NOW)
LINK = "https://acme.slack.example/archives/C1/p1"


@pytest.mark.parametrize(
    ("stand", "ended_at", "line"),
    [
        ("running", None, "▶ Rotation under way: its card · step 3 of 12"),
        ("paused", None, "⏸ Rotation paused: its card · step 3 of 12"),
        ("held", None, "🛑 Rotation held, somebody has to decide: its card · step 3 of 12"),
        ("done", NOW, "✅ Rotated by this rotation"),
        ("reverted", NOW, "↩ A rotation was reverted: its card"),
        ("aborted", NOW, "⏹ A rotation was aborted, nothing was changed: its card"),
    ],
)
def test_the_rotation_that_mends_it_is_told_on_the_card(stand: str, ended_at: datetime | None, line: str) -> None:
    rotating = msgspec.structs.replace(A_ROTATION, stand=stand, ended_at=ended_at)
    open_ = alert.card(a_card_of(EXPIRY, rotating=rotating), "prod-eu", NOW, LINK)
    resolved = alert.card(a_card_of(EXPIRY, state=CardState.RESOLVED, resolved_at=NOW, rotating=rotating), "prod-eu", NOW, LINK)

    assert line in seen(open_).splitlines()
    assert seen(resolved).splitlines()[1] == line
    assert all(LINK in str(message.blocks) for message in (open_, resolved))


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"back": True}, "↩ Going back: its card · step 3 of 12"),
        ({"back": True, "stand": "paused"}, "⏸ Going back, paused: its card · step 3 of 12"),
        ({"back": True, "stand": "held"}, "🛑 Going back, held, somebody has to decide: its card · step 3 of 12"),
        ({"back": True, "stand": "reverted", "ended_at": NOW}, "↩ A rotation was reverted: its card"),
        ({"kind": "restore"}, "▶ Rotation under way: its card · step 3 of 12"),
        ({"kind": "restore", "stand": "done", "ended_at": NOW}, "✅ Restored by this rotation"),
    ],
)
def test_a_way_back_and_a_restore_are_told_as_what_they_are(changes: dict[str, object], line: str) -> None:
    rotating = msgspec.structs.replace(A_ROTATION, **changes)

    assert line in seen(alert.card(a_card_of(EXPIRY, rotating=rotating), "prod-eu", NOW, LINK)).splitlines()


def test_a_rotation_whose_card_nobody_finds_is_told_without_a_link() -> None:
    card = alert.card(a_card_of(EXPIRY, rotating=A_ROTATION), "prod-eu", NOW)

    assert "▶ Rotation under way: its card · step 3 of 12" in seen(card).splitlines()
    assert "archives" not in str(card.blocks)


def test_time_left_is_added_to_a_fact_that_does_not_say_it() -> None:
    finding = msgspec.structs.replace(EXPIRY, fact="The issuer ends soon")

    assert shown(a_card_of(finding)).splitlines()[0] == "🟠 prod-eu · WARNING · The issuer ends soon · 12 days left"


def test_below_two_days_hours_count() -> None:
    finding = msgspec.structs.replace(EXPIRY, fact="The issuer ends soon", deadline_at=NOW + 26 * HOUR)
    lines = shown(a_card_of(finding)).splitlines()

    assert lines[0].endswith("· 26 hours left")
    assert "Deadline: 24 Nov 2026 11:00 (in 26 hours)" in lines


def test_a_deadline_in_the_past_is_said_to_be_so() -> None:
    finding = msgspec.structs.replace(EXPIRY, fact="Root CA cluster.local has expired", deadline_at=NOW - 5 * HOUR, rung=0)
    lines = shown(a_card_of(finding)).splitlines()

    assert lines[0] == "🟠 prod-eu · WARNING · Root CA cluster.local has expired"
    assert "Deadline: 23 Nov 2026 04:00 (5 h ago)" in lines


def test_the_notification_is_the_first_line() -> None:
    message = alert.card(a_card_of(EXPIRY), "prod-eu", NOW)

    assert message.text == ":large_orange_circle: prod-eu · WARNING · Root CA cluster.local expires in 12 days"


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (Reason.THRESHOLD, "Root CA cluster.local expires in 12 days. That crosses the 14-day mark."),
        (Reason.WORSENED, "Root CA cluster.local expires in 12 days. It has passed the 14-day mark and is WARNING now."),
        (Reason.STILL_CRITICAL, "Root CA cluster.local expires in 12 days. It is still critical, 2 h after it was first seen."),
        (Reason.REOPENED, "Root CA cluster.local expires in 12 days. It is back."),
    ],
)
def test_a_broadcast_is_one_sentence_and_the_deadline(reason: Reason, sentence: str) -> None:
    message = alert.reply(Announcement(reason=reason, card=a_card_of(EXPIRY), cluster="prod-eu", at=NOW))

    assert seen(message) == f"🟠 prod-eu · WARNING · {sentence}\nDeadline: 5 Dec 2026 12:00 (in 12 days)"


@pytest.mark.parametrize(
    ("rung", "sentence"), [(None, "It got worse: this is WARNING now."), (0, "The deadline has passed: this is WARNING now.")]
)
def test_what_got_worse_says_how(rung: int | None, sentence: str) -> None:
    finding = msgspec.structs.replace(EXPIRY, rung=rung)

    assert sentence in seen(alert.reply(Announcement(reason=Reason.WORSENED, card=a_card_of(finding), cluster="prod-eu", at=NOW)))


def test_the_reply_of_a_resolved_card_is_green() -> None:
    card = a_card_of(EXPIRY, state=CardState.RESOLVED, opened_at=NOW - 3 * DAY, resolved_at=NOW)
    message = alert.reply(Announcement(reason=Reason.RESOLVED, card=card, cluster="prod-eu", at=NOW))

    assert seen(message) == "🟢 prod-eu · RESOLVED · Root CA cluster.local expires in 12 days. It is over, after 3 days."
