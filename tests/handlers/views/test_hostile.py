"""Whatever a name, a certificate or an error says: no mention, no link, no broken block, through every view."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.explaining import explain, ranked
from bot.errors import Forbidden, SettingsError, Transient
from bot.model.access import USER_ID, Verb
from bot.model.alert import Announcement, Backlog, Card, CardState, Reason
from bot.model.approval import Request, State, Verdict, Vote
from bot.model.binding import Asked
from bot.model.finding import Affected, Finding, Severity
from bot.model.report import Answer, Expiry, Report
from bot.model.rotation import Force, Hazard, Kind, Plan, Proof, Reach, Step, Undo, Unplannable, Workload
from handlers.views import acceptance, alert, approval, check, explanation, failure, plan, refusal, stray
from handlers.views import help as help_view
from handlers.views.status import Status, render
from playground.slack.blocks import validate_view
from tests.handlers.strings import hostile, problems
from tests.requests import a_bound, a_dossier

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
moments = st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - made aware by timezones
maybe = st.none() | moments

some = settings(max_examples=60, deadline=None)

affected = st.builds(Affected, kind=hostile | st.sampled_from(["app", "pod"]), name=hostile, namespace=hostile, detail=hostile)
findings = st.builds(
    Finding,
    check_id=hostile | st.sampled_from(["root-expiry", alert.CA_CHANGED, "blind"]),
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


spans = st.timedeltas(timedelta(0), timedelta(days=4000))
names = st.lists(hostile, max_size=4).map(tuple)
workloads = st.lists(st.builds(Workload, namespace=hostile, kind=hostile, name=hostile, apps=names, pods=st.just(1)), max_size=2).map(tuple)
steps = st.builds(Step, id=hostile, title=hostile, detail=hostile, takes=spans, undo=st.sampled_from(Undo))
plans = st.builds(
    Plan,
    kind=st.sampled_from(Kind),
    cluster=hostile,
    namespace=hostile,
    made_at=moments,
    lifetime=spans,
    steps=st.lists(steps, max_size=5).map(tuple),
    reach=st.builds(Reach, apps=st.just(3), pods=st.just(9), namespaces=names, left=workloads),
    hazards=st.lists(
        st.builds(Hazard, id=hostile, force=st.sampled_from(Force), fact=hostile, advice=hostile, affected=names), max_size=12
    ).map(tuple),
    proofs=st.lists(st.builds(Proof, party=hostile, accepts=st.booleans(), reason=hostile), max_size=3).map(tuple),
    leaves_for=spans,
    expires_at=maybe,
)
# No id at all; a sound one is a mention, as it should be.
nobody = hostile.filter(lambda text: USER_ID.fullmatch(text) is None)
votes = st.lists(st.builds(Vote, actor=nobody, person=hostile, verdict=st.sampled_from(Verdict), at=moments, reason=hostile), max_size=3)
requests = st.builds(
    Request,
    id=st.just("0123456789abcdef" * 2),  # the bot makes them
    cluster=hostile,
    kind=st.sampled_from(Kind),
    digest=hostile,
    requester=hostile,
    made_at=moments,
    expires_at=moments,
    quorum=st.just(2),
    actor=nobody,
    state=st.sampled_from(State),
    votes=votes.map(tuple),
    decided_at=maybe,
    reason=hostile,
)
asked = st.builds(
    Asked,
    request=requests,
    dossier=st.builds(lambda shown, ends: a_dossier(plan=shown, bound=a_bound(ends_at=ends)), plans, moments),
    channel=st.just("C1"),
    ts=st.just("1.1"),
)


@some
@given(shown=plans, why=st.builds(Unplannable, cluster=hostile, reason=hostile, advice=hostile), digest=hostile)
def test_a_plan_shows_hostile_text_as_text(shown: Plan, why: Unplannable, digest: str) -> None:
    assert problems(plan.offer(shown, can_ask=True)) == []
    assert problems(plan.unplannable(why)) == []
    assert problems(plan.under_way(digest)) == []
    assert validate_view(plan.whole(shown, digest).view, "modal") == ()


@some
@given(one=asked, other=hostile, people=st.lists(nobody, max_size=30))
def test_an_approval_shows_hostile_text_as_text_and_never_loses_its_buttons(one: Asked, other: str, people: list[str]) -> None:
    card = approval.card(one, people)
    for message in (
        card,
        approval.checking(one, "?"),
        approval.waiting(one, other, other),
        approval.asked_for(one, other),
        approval.unposted(one, other, other),
        approval.pending_already(one, other, other),
        approval.outcome(one),
        approval.not_counted(other, one),
        approval.not_counted(other, None),
    ):
        assert problems(message) == []
    assert card.blocks[-2]["type"] == "actions"
    assert validate_view(approval.denial(one).view, "modal") == ()


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
