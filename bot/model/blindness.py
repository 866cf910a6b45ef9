"""When the bot itself cannot see, that is a card like any other. Pure; the sweep asks it after every look, good or bad."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import phrases
from bot.model.finding import Finding, Severity
from bot.model.policy import Policy
from bot.model.prognosis import see
from bot.model.report import Answer, Report

CHECK_ID = "blind"
TITLE = "The bot sees the trust bundle"
CATEGORY = "contact"
SIGHT = ("trust", "expiry")
CRITICAL_AFTER = timedelta(hours=24)
MOST_REASONS = 5
NEXT_STEP = "Until this is mended nothing here warns you: look at the reasons above, then at the bot's own log."

_UNJUDGED = (Severity.UNKNOWN, Severity.NOT_CHECKED)


def is_useful(report: Report) -> bool:
    """Whether the sweep behind this report saw something: of the trust bundle, and of its expiry, at least one thing was judged.

    What the operator chose not to look at does not count either way; an empty report saw nothing.
    """
    looked = [answer for answer in report.answers if answer.category in SIGHT and answer.severity is not Severity.NOT_CHECKED]
    judged = {answer.category for answer in looked if answer.severity not in _UNJUDGED}
    return bool(looked) and judged == {answer.category for answer in looked}


def reasons(report: Report) -> tuple[str, ...]:
    """Why a report is not useful, and what to do: what each check that could not be judged says, without repetition."""
    unknown = {finding.fact: finding for finding in report.findings if finding.severity is Severity.UNKNOWN}
    pointing = {see(answer.check_id) for answer in report.answers}
    told = [(fact, "" if finding.next_step in pointing else finding.next_step) for fact, finding in unknown.items()]
    return tuple(dict.fromkeys(sentence for pair in told[:MOST_REASONS] for sentence in pair if sentence))


def blindness(last_useful_at: datetime, now: datetime, why: Sequence[str], policy: Policy) -> Finding | None:
    """The finding that the bot is blind, None while its last useful sweep is younger than ``policy.blind_after``.

    ``last_useful_at``: when a sweep last saw something; before the first one, when the bot was first started.
    WARNING at first; after a day without sight nobody can say that the cluster lives, which is CRITICAL.
    """
    span = now - last_useful_at
    if span < policy.blind_after:
        return None
    return Finding(
        check_id=CHECK_ID,
        severity=Severity.CRITICAL if span >= CRITICAL_AFTER else Severity.WARNING,
        fact=f"Blind since {phrases.instant(last_useful_at)}: the trust bundle cannot be seen",
        evidence=tuple(why),
        next_step=NEXT_STEP,
    )


def answer(finding: Finding | None) -> Answer:
    """The answer for the report, whether blind (the finding) or not (None): without it the card could never be resolved."""
    findings = () if finding is None else (finding,)
    severity = Severity.OK if finding is None else finding.severity
    return Answer(check_id=CHECK_ID, title=TITLE, category=CATEGORY, severity=severity, findings=findings)
