"""Hostile text in plans and approvals never becomes markup, a mention or a link, and never breaks a block."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.access import USER_ID
from bot.model.approval import Request, State, Verdict, Vote
from bot.model.binding import Asked
from bot.model.rotation import Force, Hazard, Kind, Plan, Proof, Reach, Step, Undo, Unplannable, Workload
from handlers.views import approval, plan
from playground.slack.blocks import validate_view
from tests.handlers.strings import hostile, problems
from tests.requests import a_bound, a_dossier

moments = st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - made aware by timezones
maybe = st.none() | moments
some = settings(max_examples=60, deadline=None)
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
