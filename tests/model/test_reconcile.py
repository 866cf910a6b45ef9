from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.model.alert import Card, CardState, Reason
from bot.model.finding import Finding, Severity
from bot.model.policy import Policy
from bot.model.reconcile import Reconciled, reconcile
from bot.model.report import Report
from tests.cards import DAY, HOUR, MINUTE, NOW, a_card, a_finding, a_report, a_report_of, an_answer

POLICY = Policy()
UNKNOWN = a_report(an_answer("root-expiry", a_finding(severity=Severity.UNKNOWN)))
SILENT = a_report(an_answer("root-expiry", severity=Severity.UNKNOWN))
NOT_CHECKED = a_report(an_answer("root-expiry", a_finding(severity=Severity.NOT_CHECKED)))
HEALTHY = a_report_of()
BROKEN = a_report_of(a_finding(severity=Severity.CRITICAL))


def sweep(cards: tuple[Card, ...], report: Report, at: datetime = NOW) -> Reconciled:
    return reconcile(cards, report, at, POLICY)


def sweeps(cards: tuple[Card, ...], *reports: Report, every: timedelta = MINUTE) -> list[tuple[Reason | None, Card]]:
    """What is said by each of several sweeps about the one card, and the card after it."""
    told: list[tuple[Reason | None, Card]] = []
    for count, report in enumerate(reports):
        result = sweep(cards, report, NOW + count * every)
        cards = result.cards
        told.append((result.announcements[0].reason if result.announcements else None, cards[0]))
    return told


def at_rung(rung: int, severity: Severity = Severity.WARNING) -> Report:
    return a_report_of(a_finding(severity=severity, rung=rung, fact=f"Root CA expires in {rung} days"))


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.CRITICAL])
def test_trouble_seen_for_the_first_time_opens_a_card(severity: Severity) -> None:
    finding = a_finding(severity=severity, rung=14)

    result = sweep((), a_report_of(finding))

    (card,) = result.cards
    assert (card.state, card.severity, card.finding, card.opened_at) == (CardState.OPEN, severity, finding, NOW)
    assert (card.told_severity, card.told_rung) == (severity, 14)
    (announcement,) = result.announcements
    assert (announcement.reason, announcement.card, announcement.cluster) == (Reason.OPENED, card, "prod-eu")


@pytest.mark.parametrize("severity", [Severity.OK, Severity.NOT_CHECKED, Severity.NOTICE, Severity.UNKNOWN])
def test_what_calls_for_nobody_makes_no_card(severity: Severity) -> None:
    assert sweep((), a_report_of(a_finding(severity=severity))) == Reconciled((), ())


def test_a_notice_on_the_ladder_is_a_card_and_its_next_rung_is_broadcast() -> None:
    ahead, nearer, due = (
        a_report_of(a_finding(severity=severity, rung=rung))
        for severity, rung in ((Severity.NOTICE, 90), (Severity.NOTICE, 60), (Severity.WARNING, 30))
    )

    assert [reason for reason, _ in sweeps((), ahead, nearer, due)] == [Reason.OPENED, Reason.THRESHOLD, Reason.WORSENED]


def test_two_findings_of_one_cause_are_one_card_of_the_worse_severity() -> None:
    result = sweep((), a_report_of(a_finding(severity=Severity.WARNING), a_finding(severity=Severity.CRITICAL)))

    assert [card.severity for card in result.cards] == [Severity.CRITICAL]


def test_two_subjects_of_one_check_are_two_cards_and_the_worse_is_told_first() -> None:
    report = a_report_of(a_finding(subject="mild"), a_finding(subject="bad", severity=Severity.CRITICAL))

    assert [each.card.cause for each in sweep((), report).announcements] == ["root-expiry/bad", "root-expiry/mild"]


def test_the_same_report_again_says_nothing_and_changes_nothing() -> None:
    first = sweep((), BROKEN)

    assert sweep(first.cards, BROKEN) == Reconciled(first.cards, ())


def test_a_threshold_already_passed_at_first_sight_is_not_replayed() -> None:
    assert [reason for reason, _ in sweeps((), at_rung(14), at_rung(14))] == [Reason.OPENED, None]


def test_each_threshold_crossed_is_told_once() -> None:
    reports = [at_rung(rung) for rung in (30, 30, 14, 14, 14)]

    assert [reason for reason, _ in sweeps((), *reports)] == [Reason.OPENED, None, Reason.THRESHOLD, None, None]


def test_several_thresholds_crossed_between_two_sweeps_are_told_once() -> None:
    told = sweeps((), at_rung(30), at_rung(3))

    assert [reason for reason, _ in told] == [Reason.OPENED, Reason.THRESHOLD]
    assert told[-1][1].told_rung == 3


def test_a_threshold_that_also_worsens_is_one_announcement() -> None:
    told = sweeps((), at_rung(14), at_rung(7, Severity.CRITICAL), at_rung(7, Severity.CRITICAL))

    assert [reason for reason, _ in told] == [Reason.OPENED, Reason.WORSENED, None]
    assert told[-1][1].told_rung == 7


def test_a_renewed_certificate_may_cross_the_same_threshold_again_much_later() -> None:
    told = sweeps((), at_rung(7), at_rung(30), at_rung(30), at_rung(14))

    assert [reason for reason, _ in told] == [Reason.OPENED, Reason.EDITED, None, Reason.THRESHOLD]


def test_getting_worse_is_told_at_once() -> None:
    told = sweeps((), a_report_of(a_finding()), BROKEN)

    assert [reason for reason, _ in told] == [Reason.OPENED, Reason.WORSENED]
    assert told[-1][1].severity is Severity.CRITICAL


def test_getting_milder_is_only_an_edit() -> None:
    told = sweeps((), BROKEN, a_report_of(a_finding()))

    assert [(reason, card.severity) for reason, card in told][1] == (Reason.EDITED, Severity.WARNING)


def test_a_cause_that_flickers_is_not_told_with_every_flicker() -> None:
    mild = a_report_of(a_finding())

    told = sweeps((), BROKEN, mild, BROKEN, mild, BROKEN)

    assert [reason for reason, _ in told] == [Reason.OPENED, *[Reason.EDITED] * 4]


def test_worsening_after_a_lasting_ease_is_told_again() -> None:
    mild = a_report_of(a_finding())

    assert [reason for reason, _ in sweeps((), BROKEN, mild, mild, BROKEN)][-1] is Reason.WORSENED


def test_an_open_critical_is_told_again_every_24_hours() -> None:
    told = sweeps((), *[BROKEN] * 10, every=6 * HOUR)

    assert [count for count, (reason, _) in enumerate(told) if reason is Reason.STILL_CRITICAL] == [4, 8]
    assert [reason for reason, _ in told if reason] == [Reason.OPENED, Reason.STILL_CRITICAL, Reason.STILL_CRITICAL]


def test_an_open_warning_is_never_repeated() -> None:
    assert [reason for reason, _ in sweeps((), *[a_report_of(a_finding())] * 10, every=DAY)] == [Reason.OPENED, *[None] * 9]


def test_a_worsening_restarts_the_24_hours() -> None:
    told = sweeps((), BROKEN, at_rung(3, Severity.CRITICAL), BROKEN, BROKEN, every=20 * HOUR)

    assert [reason for reason, _ in told] == [Reason.OPENED, Reason.THRESHOLD, Reason.EDITED, Reason.STILL_CRITICAL]


def test_two_healthy_sweeps_in_a_row_resolve() -> None:
    told = sweeps((a_card(),), HEALTHY, HEALTHY, HEALTHY)

    assert [(reason, card.state) for reason, card in told] == [
        (None, CardState.OPEN),
        (Reason.RESOLVED, CardState.RESOLVED),
        (None, CardState.RESOLVED),
    ]
    assert told[1][1].resolved_at == NOW + MINUTE


@pytest.mark.parametrize("between", [BROKEN, UNKNOWN, NOT_CHECKED, a_report()], ids=["trouble", "unknown", "not checked", "no answer"])
def test_healthy_sweeps_count_only_in_a_row(between: Report) -> None:
    told = sweeps((a_card(severity=Severity.CRITICAL),), HEALTHY, between, HEALTHY)

    assert all(card.state is CardState.OPEN for _, card in told)


def test_a_finding_that_falls_to_a_notice_outside_the_ladder_is_healthy() -> None:
    renewed = a_report_of(a_finding(severity=Severity.NOTICE))

    assert [reason for reason, _ in sweeps((a_card(),), renewed, renewed)] == [None, Reason.RESOLVED]


@pytest.mark.parametrize("blind", [UNKNOWN, SILENT, NOT_CHECKED, a_report()], ids=["unknown", "silent", "not checked", "no answer"])
def test_what_cannot_be_seen_stays_open_at_its_severity_and_says_since_when(blind: Report) -> None:
    told = sweeps((a_card(severity=Severity.CRITICAL),), *[blind] * 3)

    assert [reason for reason, _ in told] == [Reason.EDITED, None, None]
    assert {(card.state, card.severity, card.unseen_since_at) for _, card in told} == {(CardState.OPEN, Severity.CRITICAL, NOW)}


def test_one_unknown_subject_keeps_the_cards_of_the_others_open() -> None:
    report = a_report_of(a_finding(subject="b", severity=Severity.UNKNOWN))

    told = sweeps((a_card("root-expiry/a"),), report, report, report)

    assert {(card.state, card.unseen_since_at) for _, card in told} == {(CardState.OPEN, NOW)}


def test_a_cause_that_is_half_unknown_is_not_lowered() -> None:
    half = a_report_of(a_finding(severity=Severity.WARNING), a_finding(severity=Severity.UNKNOWN))

    card = sweeps((a_card(severity=Severity.CRITICAL),), half)[0][1]

    assert (card.severity, card.unseen_since_at) == (Severity.CRITICAL, NOW)


def test_a_cause_that_is_half_unknown_may_get_worse() -> None:
    half = a_report_of(a_finding(severity=Severity.CRITICAL), a_finding(severity=Severity.UNKNOWN))

    assert sweeps((a_card(severity=Severity.WARNING),), half)[0][0] is Reason.WORSENED


def test_a_cause_seen_again_is_an_edit_and_starts_anew() -> None:
    told = sweeps((), BROKEN, UNKNOWN, BROKEN)

    assert [(reason, card.unseen_since_at) for reason, card in told][1:] == [(Reason.EDITED, NOW + MINUTE), (Reason.EDITED, None)]


def test_an_open_critical_that_cannot_be_seen_is_still_repeated() -> None:
    assert sweeps((), BROKEN, UNKNOWN, UNKNOWN, every=13 * HOUR)[-1][0] is Reason.STILL_CRITICAL


def test_a_critical_that_looks_healthy_is_not_called_still_critical() -> None:
    assert [reason for reason, _ in sweeps((), BROKEN, HEALTHY, HEALTHY, every=25 * HOUR)] == [Reason.OPENED, None, Reason.RESOLVED]


def resolved(ago: timedelta) -> Card:
    return a_card(state=CardState.RESOLVED, resolved_at=NOW - ago, told_severity=Severity.CRITICAL)


def test_back_within_24_hours_reopens_the_card_with_a_broadcast() -> None:
    result = sweep((resolved(24 * HOUR),), a_report_of(a_finding()))

    (card,) = result.cards
    assert [each.reason for each in result.announcements] == [Reason.REOPENED]
    assert (card.state, card.resolved_at, card.opened_at, card.told_severity) == (CardState.OPEN, None, NOW, Severity.WARNING)


def test_back_after_more_than_24_hours_is_a_new_card() -> None:
    assert [each.reason for each in sweep((resolved(24 * HOUR + MINUTE),), BROKEN).announcements] == [Reason.OPENED]


@pytest.mark.parametrize("report", [HEALTHY, UNKNOWN, a_report()])
def test_a_resolved_card_stays_as_it_is_while_nothing_comes_back(report: Report) -> None:
    card = resolved(HOUR)

    assert sweep((card,), report) == Reconciled((card,), ())


def test_a_resolved_card_is_not_edited_because_a_newer_version_words_it_otherwise() -> None:
    card = replace(resolved(HOUR), said="digest of an older version")

    assert sweep((card,), HEALTHY) == Reconciled((card,), ())


def worded(fact: str, **more: object) -> Report:
    return a_report_of(Finding(check_id="root-expiry", severity=Severity.WARNING, fact=fact, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Restarted 3 minutes ago", "Restarted 8 minutes ago"),
        ("Ends in 1 minute", "Ends in 59 seconds"),
        ("Ends in less than an hour", "Ends in 59 minutes"),
    ],
)
def test_minutes_and_seconds_are_no_reason_to_edit(before: str, after: str) -> None:
    assert [reason for reason, _ in sweeps((), worded(before), worded(after))] == [Reason.OPENED, None]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (worded("Ends in 12 days"), worded("Ends in 11 days")),
        (worded("Ends", next_step="Wait"), worded("Ends", next_step="Act")),
        (worded("Ends", evidence=("one",)), worded("Ends", evidence=("one", "two"))),
        (worded("Ends", deadline_at=NOW), worded("Ends", deadline_at=NOW + HOUR)),
    ],
    ids=["days", "next step", "evidence", "deadline"],
)
def test_what_a_reader_would_notice_is_an_edit(before: Report, after: Report) -> None:
    assert [reason for reason, _ in sweeps((), before, after)] == [Reason.OPENED, Reason.EDITED]
