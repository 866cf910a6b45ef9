"""Any history of clicks, of people who come and go, of names that become one, and of time: beside a naive count of who approved."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.model.approval import (
    STARTS_WITHIN,
    THE_BOT,
    Drift,
    Refused,
    Request,
    State,
    Taken,
    Verdict,
    Vote,
    decide,
    expired,
    startable,
    void,
)
from tests.cards import MINUTE, NOW
from tests.requests import SAME, a_request

IDS = ("U1", "U2", "U3", "U4", "U5", "U6")
PERSONS = ("Ann", "Bob", "Carl", "Dora")
DRIFTS = (SAME, SAME, SAME, SAME, Drift(("the Secret was changed",)), Drift(None, "It cannot be seen."))


VERDICTS = (*[Verdict.APPROVE] * 5, Verdict.DENY)


class Asking(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.people: dict[str, str] = {}
        self.request = a_request()
        self.clicked: list[str] = []
        self.ended_as: Request | None = None

    @initialize(
        people=st.dictionaries(st.sampled_from(IDS), st.sampled_from(PERSONS)),
        quorum=st.integers(0, 3),
        actor=st.sampled_from((*IDS, "")),
    )
    def ask(self, people: dict[str, str], quorum: int, actor: str) -> None:
        self.people = people
        requester = people.get(actor, actor) or THE_BOT
        self.request = a_request(quorum=quorum, actor=actor, requester=requester)

    @rule(
        actor=st.sampled_from((*IDS, "U9", "")),
        verdict=st.sampled_from(VERDICTS),
        drift=st.sampled_from(DRIFTS),
    )
    def click(self, actor: str, verdict: Verdict, drift: Drift) -> None:
        before = self.request
        found = decide(before, Vote(actor=actor, person="Zoe", verdict=verdict, at=self.now), self.people, drift)
        if isinstance(found, Taken):
            self.request = found.request
            self._saw_the_end(before)
            if found.request.state is State.APPROVED:
                self._is_justified(found.request, drift)
        else:
            assert found.reason

    @rule(people=st.dictionaries(st.sampled_from(IDS), st.sampled_from(PERSONS)))
    def the_settings_change(self, people: dict[str, str]) -> None:
        self.people = people

    @rule(passed=st.sampled_from([MINUTE, 5 * MINUTE, 20 * MINUTE]))
    def time_passes(self, passed: timedelta) -> None:
        self.now += passed

    @rule(changed=st.booleans())
    def the_bot_looks(self, changed: bool) -> None:  # noqa: FBT001 - hypothesis names it
        before = self.request
        self.request = void(before, self.now, ("it changed",)) if changed else expired(before, self.now)
        self._saw_the_end(before)

    @rule(drift=st.sampled_from(DRIFTS))
    def start(self, drift: Drift) -> None:
        found = startable(self.request, self.people, drift, self.now, quorum=self.request.quorum)
        if isinstance(found, Refused):
            assert found.reason
        elif found.state is State.APPROVED:
            self._is_justified(found, drift)
            assert found.decided_at is not None
            assert self.now - found.decided_at <= STARTS_WITHIN
        else:
            assert found.state is State.VOID

    @invariant()
    def ends_stay(self) -> None:
        if self.ended_as is not None:
            assert self.request == self.ended_as

    @invariant()
    def only_an_end_has_a_time(self) -> None:
        assert (self.request.state is State.PENDING) == (self.request.decided_at is None)

    @invariant()
    def a_denial_is_the_last_vote(self) -> None:
        denials = [vote.verdict is Verdict.DENY for vote in self.request.votes]
        assert sum(denials) == int(self.request.state is State.DENIED)
        assert not any(denials[:-1])

    def _saw_the_end(self, before: Request) -> None:
        if before.state is State.PENDING and self.request.state is not State.PENDING:
            self.ended_as = self.request

    def _is_justified(self, request: Request, drift: Drift) -> None:
        """Counted anew, as somebody would who has only the votes and today's settings."""
        asker = {request.requester, self.people.get(request.actor)}
        persons = {self.people[vote.actor] for vote in request.approvals if vote.actor in self.people and vote.actor != request.actor}
        assert len(persons - asker) >= max(1, request.quorum)
        assert drift == SAME
        assert all(vote.at < request.expires_at for vote in request.votes)


Asking.TestCase.settings = settings(max_examples=300, stateful_step_count=20, deadline=None)
TestAnyHistoryOfClicks = Asking.TestCase
