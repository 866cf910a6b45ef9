"""Whatever a name, a certificate or an error says: no mention, no link, no broken block, through every view."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.explaining import explain, ranked
from bot.errors import Forbidden, SettingsError, Transient
from bot.model import trial
from bot.model.access import Verb
from bot.model.alert import Announcement, Backlog, Card, CardState, Reason
from bot.model.blanks import Blank
from bot.model.examination import Examined, Outcome, Result, Subject
from bot.model.finding import Affected, Finding, Severity
from bot.model.generations import Generation, Standing
from bot.model.inventory import Entry, Inventory, State, Trusting
from bot.model.places import Holder, Kind, Place
from bot.model.prognosis import CA_CHANGED
from bot.model.report import Answer, Expiry, Report
from handlers.views import acceptance, alert, check, doctor, explanation, failure, refusal, stray
from handlers.views import help as help_view
from handlers.views import inventory as inventory_view
from handlers.views import trial as trial_view
from handlers.views.status import Status, render
from tests.handlers.strings import hostile, problems

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
moments = st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - made aware by timezones
maybe = st.none() | moments

some = settings(max_examples=60, deadline=None)

affected = st.builds(Affected, kind=hostile | st.sampled_from(["app", "pod"]), name=hostile, namespace=hostile, detail=hostile)
findings = st.builds(
    Finding,
    check_id=hostile | st.sampled_from(["root-expiry", CA_CHANGED, "blind"]),
    subject=hostile,
    severity=st.sampled_from(Severity),
    fact=hostile,
    evidence=st.lists(hostile, max_size=9).map(tuple),
    next_step=hostile,
    deadline_at=maybe,
    rung=st.sampled_from([None, 30, 1, 0]),
    affected=st.lists(affected, max_size=9).map(tuple),
)
cards = st.builds(
    Card,
    cause=hostile,
    state=st.sampled_from(CardState),
    severity=st.sampled_from(Severity),
    finding=findings,
    opened_at=moments,
    broadcast_at=moments,
    told_severity=st.sampled_from(Severity),
    unseen_since_at=maybe,
    resolved_at=maybe,
)
answers = st.builds(
    Answer,
    check_id=hostile,
    title=hostile,
    category=hostile,
    severity=st.sampled_from(Severity),
    findings=st.lists(findings, max_size=3).map(tuple),
)
reports = st.builds(
    Report,
    taken_at=moments,
    cluster=hostile,
    namespace=hostile,
    answers=st.lists(answers, max_size=12).map(tuple),
    expiries=st.lists(st.builds(Expiry, what=hostile, not_after_at=moments), max_size=9).map(tuple),
)


@some
@given(
    results=st.lists(
        st.builds(
            Result,
            id=hostile,
            subject=st.sampled_from(Subject),
            title=hostile,
            outcome=st.sampled_from(Outcome),
            seen=hostile,
            remedy=hostile,
        ),
        max_size=24,
    ),
    cluster=hostile,
    at=moments,
)
def test_the_doctors_answer_shows_hostile_text_as_text(results: list[Result], cluster: str, at: datetime) -> None:
    assert problems(doctor.render(Examined(at=at, cluster=cluster, results=tuple(results)))) == []


@some
@given(reasons=st.lists(hostile, max_size=5), cluster=hostile, at=moments)
def test_what_is_said_of_a_test_card_shows_hostile_text_as_text(reasons: list[str], cluster: str, at: datetime) -> None:
    assert problems(trial_view.waiting(at, reasons)) == []
    assert [problems(alert.card(one.card, cluster, at)) for one in trial.announcements(cluster, at)] == [[], []]


@some
@given(card=cards, cluster=hostile, now=moments)
def test_a_card_shows_hostile_text_as_text(card: Card, cluster: str, now: datetime) -> None:
    assert problems(alert.card(card, cluster, now)) == []


@some
@given(card=cards, cluster=hostile, at=moments, reason=st.sampled_from(Reason))
def test_a_reply_shows_hostile_text_as_text(card: Card, cluster: str, at: datetime, reason: Reason) -> None:
    assert problems(alert.reply(Announcement(reason=reason, card=card, cluster=cluster, at=at))) == []


@some
@given(report=st.none() | reports, cluster=hostile, untold=st.lists(hostile, max_size=3), trouble=hostile, now=moments)
def test_status_shows_hostile_text_as_text(report: Report | None, cluster: str, untold: list[str], trouble: str, now: datetime) -> None:
    status = Status(
        cluster=cluster,
        command="/dapr",
        now=now,
        report=report,
        blind_after=timedelta(minutes=10),
        backlog=Backlog(count=len(untold), oldest_at=now),
        untold=tuple(untold),
        trouble=trouble,
    )

    assert problems(render(status)) == []


@some
@given(report=reports, answer=answers, now=moments)
def test_checks_show_hostile_text_as_text(report: Report, answer: Answer, now: datetime) -> None:
    assert problems(check.every(report, "/dapr", now)) == []
    assert problems(check.one(answer, report, now)) == []


names = st.lists(hostile, max_size=5).map(tuple)
severities = st.sampled_from(Severity)
entries = st.builds(
    Entry,
    kind=st.sampled_from(Kind),
    state=st.sampled_from(State),
    severity=severities,
    not_before_at=maybe,
    not_after_at=moments,
    days_left=st.just(0.0),
    needed=st.booleans(),
    renews_itself=st.booleans(),
    fingerprint=hostile,
    subject=hostile,
    spiffe_id=hostile,
    issuer=hostile,
    serial=hostile,
    key_kind=hostile,
    generations=st.just(()),
    places=st.lists(
        st.builds(Place, holder=st.sampled_from(Holder), name=hostile, owner=hostile, count=st.just(1), members=names), max_size=5
    ).map(tuple),
)
ages = st.builds(
    Generation,
    letter=hostile,
    standing=st.sampled_from(Standing),
    fingerprints=st.tuples(hostile),
    subject=hostile,
    not_before_at=moments,
    not_after_at=moments,
    pods=st.sampled_from([None, 0, 1, 5000]),
)
trusting = st.builds(Trusting, generations=names, pods=st.just(3), apps=names, severity=severities, stale=st.sampled_from([0, 1, 3]))
inventories = st.builds(
    Inventory,
    taken_at=moments,
    cluster=hostile,
    namespace=hostile,
    entries=st.lists(entries, max_size=12).map(tuple),
    generations=st.lists(ages, max_size=4).map(tuple),
    trusting=st.lists(trusting, max_size=4).map(tuple),
    blanks=st.lists(st.builds(Blank, fact=hostile, severity=severities, hint=hostile), max_size=9).map(tuple),
)


@some
@given(found=inventories, word=hostile, now=moments)
def test_certificates_show_hostile_text_as_text(found: Inventory, word: str, now: datetime) -> None:
    about = inventory_view.Asked(inventory=found, command="/dapr", now=now, blind_after=timedelta(minutes=10))

    assert problems(inventory_view.first(about)) == []
    assert problems(inventory_view.page(about, 1)) == []
    assert problems(inventory_view.details(about, found.entries, word)) == []


KNOWN = ("x509: certificate signed by unknown authority", "Failed to connect with placement service", "leader election lost")


@some
@given(lines=st.lists(st.builds("{} {}".format, st.sampled_from(KNOWN), hostile) | hostile, max_size=9), is_cut=st.booleans())
def test_explained_lines_show_hostile_text_as_text(lines: list[str], is_cut: bool) -> None:  # noqa: FBT001 - hypothesis gives it by name
    assert problems(explanation.render(ranked(explain("\n".join(lines))), is_cut=is_cut)) == []


@some
@given(word=hostile, near=hostile, ids=st.lists(hostile, max_size=5), finding=findings)
def test_every_small_answer_shows_hostile_text_as_text(word: str, near: str, ids: list[str], finding: Finding) -> None:
    for message in (
        check.unknown(word, near, ids, "/dapr"),
        check.nothing_yet(word),
        inventory_view.unknown(word, near, "/dapr"),
        inventory_view.under_way(word),
        help_view.unknown(word, near, "/dapr"),
        help_view.render([help_view.Entry(word, near, Verb.OPERATE)], word, near),
        failure.unable(word, Forbidden(near, hint=word)),
        failure.unable(word, Transient(near)),
        failure.unable(word, SettingsError(near)),
        failure.bug(word, near),
        refusal.render(word),
        explanation.usage(word),
        stray.other_command(word, near),
        stray.other_button(),
        acceptance.question(finding, word, NOW),
        acceptance.nothing_to_accept(word),
        acceptance.accepted(word),
        acceptance.not_accepted(near),
        acceptance.outdated(),
    ):
        assert problems(message) == []
