"""Asking the checks in tests: one of them about a snapshot, or all of them for what would become cards."""

from bot.checks import CHECKS, judge
from bot.model.finding import Finding, Severity
from bot.model.policy import Policy
from bot.model.report import Answer
from bot.model.snapshot import Snapshot

BY_ID = {check.id: check for check in CHECKS}


def ask(check_id: str, snapshot: Snapshot, policy: Policy | None = None) -> Answer:
    (answer,) = judge(snapshot, policy or Policy(), [BY_ID[check_id]]).answers
    return answer


def the_finding(check_id: str, snapshot: Snapshot, policy: Policy | None = None) -> Finding:
    """The only one there is."""
    (finding,) = ask(check_id, snapshot, policy).findings
    return finding


def cards(snapshot: Snapshot) -> dict[str, Severity]:
    """What would become a card, by check."""
    report = judge(snapshot, Policy())
    return {finding.check_id: finding.severity for finding in report.findings if finding.severity.is_trouble}


def others(snapshot: Snapshot) -> dict[str, str]:
    """Of answers that are neither healthy nor a card: the first word of each, by check."""
    report = judge(snapshot, Policy())
    return {
        answer.check_id: answer.severity.value
        for answer in report.answers
        if answer.severity is not Severity.OK and not answer.severity.is_trouble
    }
