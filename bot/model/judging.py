"""Asks every check about one Snapshot. The report never loses an answer: blind, broken and healthy checks each have one.

A check is blind when a part it needs was not observed: UNKNOWN, or NOT_CHECKED when the operator chose not to look there.
A check that breaks is UNKNOWN too, and keeps what it had found before it broke.
"""

from collections.abc import Iterable

from bot.model import endings
from bot.model.check import Check
from bot.model.finding import Finding, Severity, worst
from bot.model.observed import Unobserved
from bot.model.policy import Policy
from bot.model.report import Answer, Expiry, Report
from bot.model.snapshot import Snapshot

PART_NAMES = {
    "secret": "the trust bundle's Secret",
    "configmap": "the trust bundle's ConfigMap",
    "components": "Dapr's control plane",
    "census": "the pods",
    "mtls": "Configuration daprsystem",
    "webhook": "the sidecar injector's webhook",
    "crd": "the CRD subscriptions.dapr.io",
    "issuer_gauges": "sentry's metrics",
    "accepted": "the accepted CA",
    "logs": "the logs",
    "chains": "the certificates that servers show",
}
_MANY = frozenset({"census", "issuer_gauges", "logs", "chains"})
MOST_EXPIRIES = 20
REPORT_IT = "Please report this: `dapr-warden snapshot > snapshot.json` holds what is needed and no secret."


def judge(snapshot: Snapshot, policy: Policy, checks: Iterable[Check]) -> Report:
    """One answer per check, in the order given. Never raises."""
    return Report(
        taken_at=snapshot.taken_at,
        cluster=snapshot.cluster,
        namespace=snapshot.namespace,
        answers=tuple(_answer(check, snapshot, policy) for check in checks),
        expiries=_expiries(snapshot),
    )


def unseen(check_id: str, part: str, why: Unobserved, *, subject: str = "") -> Finding:
    """The finding of a check that could not see ``part`` (a field of Snapshot): UNKNOWN, or NOT_CHECKED by choice only."""
    if why.by_choice:
        evidence = (why.detail,) if why.detail else ()
        name = PART_NAMES[part]
        fact = f"{name[0].upper()}{name[1:]} {'are' if part in _MANY else 'is'} not read, by choice"
        return Finding(check_id=check_id, subject=subject, severity=Severity.NOT_CHECKED, fact=fact, evidence=evidence)
    return Finding(
        check_id=check_id,
        subject=subject,
        severity=Severity.UNKNOWN,
        fact=f"Cannot see {PART_NAMES[part]}: {why.detail}",
        next_step=why.hint,
    )


def _expiries(snapshot: Snapshot) -> tuple[Expiry, ...]:
    try:
        found = endings.endings(snapshot)
    except Exception:  # noqa: BLE001 - the expiry checks break on the same, and say so
        return ()
    return tuple(Expiry(what=ending.name, not_after_at=ending.not_after_at) for ending in found[:MOST_EXPIRIES])


def _answer(check: Check, snapshot: Snapshot, policy: Policy) -> Answer:
    findings = _blind(check, snapshot) or _judged(check, snapshot, policy)
    return Answer(check_id=check.id, title=check.title, category=check.category.value, severity=worst(findings), findings=tuple(findings))


def _blind(check: Check, snapshot: Snapshot) -> list[Finding]:
    """One finding for the worst part that is missing, trouble before choice."""
    missing = [(name, part) for name in check.needs if isinstance(part := getattr(snapshot, name), Unobserved)]
    missing.sort(key=lambda pair: pair[1].by_choice)
    return [unseen(check.id, name, part) for name, part in missing[:1]]


def _judged(check: Check, snapshot: Snapshot, policy: Policy) -> list[Finding]:
    findings: list[Finding] = []
    try:
        findings.extend(check.judge(snapshot, policy))
    except Exception as error:  # noqa: BLE001 - one broken check must not cost the other answers
        fact = f"The check {check.id} broke ({type(error).__name__}), so this is not known"
        findings.append(Finding(check_id=check.id, severity=Severity.UNKNOWN, fact=fact, next_step=REPORT_IT))
    return findings
