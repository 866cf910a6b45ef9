"""Any history of sweeps, kept beside a naive memory of what was seen and what was said."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.model.alert import Card, CardState, Reason
from bot.model.finding import Finding, Severity
from bot.model.policy import Policy
from bot.model.reconcile import reconcile
from bot.model.report import Report
from tests.cards import MINUTE, NOW, a_finding, a_report, an_answer

POLICY = Policy()
CHECKS = ("root-expiry", "bundle-mismatch")
UNJUDGED = (Severity.UNKNOWN, Severity.NOT_CHECKED)

findings = st.builds(
    a_finding,
    check_id=st.just(""),
    severity=st.sampled_from(Severity),
    subject=st.sampled_from(["", "a"]),
    fact=st.sampled_from(["It is so", "It is otherwise"]),
    rung=st.sampled_from([None, 30, 14, 7]),
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    answers = []
    for check_id in draw(st.sets(st.sampled_from(CHECKS))):
        own = [
            Finding(check_id=check_id, severity=one.severity, fact=one.fact, subject=one.subject, rung=one.rung)
            for one in draw(st.lists(findings, max_size=3))
        ]
        answers.append(an_answer(check_id, *own))
    return a_report(*answers)


class Sweeps(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.cards: tuple[Card, ...] = ()
        self.last: Report | None = None
        self.healthy_in_a_row: dict[str, int] = {}

    @rule(report=reports(), passed=st.sampled_from([MINUTE, timedelta(hours=7), timedelta(days=2)]))
    def another_sweep(self, report: Report, passed: timedelta) -> None:
        self.now += passed
        self.last = report
        before = {card.cause: card for card in self.cards}
        result = reconcile(self.cards, report, self.now, POLICY)
        said = {each.card.cause: each.reason for each in result.announcements}
        after = {card.cause: card for card in result.cards}

        assert len(said) == len(result.announcements), "two announcements for one card"
        assert len(after) == len(result.cards), "two cards for one cause"
        assert set(before) <= set(after), "a card was lost"
        assert set(said) <= set(after)
        for cause, card in after.items():
            self._judge(report, before.get(cause), card, said.get(cause))
        self._trouble_has_a_card(report, after)
        self.cards = result.cards

    @rule()
    def the_same_sweep_again(self) -> None:
        if self.last is None:
            return
        first = reconcile(self.cards, self.last, self.now, POLICY)
        again = reconcile(first.cards, self.last, self.now, POLICY)
        assert [each.reason for each in again.announcements if each.reason is not Reason.RESOLVED] == []

    @invariant()
    def a_resolved_card_knows_since_when_and_an_open_one_is_not_resolved(self) -> None:
        for card in self.cards:
            assert (card.resolved_at is not None) == (card.state is CardState.RESOLVED)
            assert card.severity.is_trouble or card.severity is Severity.NOTICE

    def _judge(self, report: Report, before: Card | None, after: Card, reason: Reason | None) -> None:
        answer = next((one for one in report.answers if one.check_id == after.finding.check_id), None)
        trouble = any(is_told(one) for one in report.findings if one.cause == after.cause)
        blind = answer is None or any(one.severity in UNJUDGED for one in answer.findings)
        healthy = not trouble and not blind
        self.healthy_in_a_row[after.cause] = self.healthy_in_a_row.get(after.cause, 0) + 1 if healthy else 0
        was_open = before is not None and before.state is CardState.OPEN
        if was_open and after.state is CardState.RESOLVED:
            assert self.healthy_in_a_row[after.cause] >= POLICY.healthy_sweeps, "resolved too early"
        if was_open and healthy and self.healthy_in_a_row[after.cause] >= POLICY.healthy_sweeps:
            assert after.state is CardState.RESOLVED, "never resolved"
        if before is not None and was_open and blind and not trouble:
            assert after.severity is before.severity, "unknown changed a severity"
            assert after.unseen_since_at is not None
        self._is_loud_enough(before if was_open else None, after, reason)

    def _is_loud_enough(self, before: Card | None, after: Card, reason: Reason | None) -> None:
        if before is None:
            assert reason in (None, Reason.OPENED, Reason.REOPENED)
            assert (reason is None) == (after.state is CardState.RESOLVED)
            return
        worse = after.severity.rank > before.told_severity.rank
        crossed = after.finding.rung is not None and (before.told_rung is None or after.finding.rung < before.told_rung)
        due = after.severity is Severity.CRITICAL and self.now - before.broadcast_at >= POLICY.repeat_critical
        looks_healthy = self.healthy_in_a_row[after.cause] > 0
        if reason is not None and reason.is_broadcast:
            assert worse or crossed or due, "spoke without a reason"
        if worse or crossed or (due and not looks_healthy):
            assert reason is not None, "silent on what must be told"
            assert reason.is_broadcast
        if after.said == before.said and not (worse or crossed or due):
            assert reason is None, "an edit that changes nothing"

    @staticmethod
    def _trouble_has_a_card(report: Report, after: dict[str, Card]) -> None:
        for finding in report.findings:
            if is_told(finding):
                assert after[finding.cause].state is CardState.OPEN


def is_told(finding: Finding) -> bool:
    return finding.severity.is_trouble or (finding.severity is Severity.NOTICE and finding.rung is not None)


TestSweeps = Sweeps.TestCase
TestSweeps.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
