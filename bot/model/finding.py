"""What a check says: a Finding with a severity. Unknown is never OK, and never lowers anything."""

import enum
from collections.abc import Iterable
from datetime import datetime

import msgspec


class Severity(enum.Enum):
    """How much a person must care; declared from the least to the most.

    ``OK`` healthy; ``NOT_CHECKED`` a chosen mode excludes it (listed, never OK, no effect on the exit code);
    ``NOTICE`` worth knowing, exit code 0; ``UNKNOWN`` could not be judged; ``WARNING`` act this month;
    ``CRITICAL`` act now.
    """

    OK = "ok"
    NOT_CHECKED = "not-checked"
    NOTICE = "notice"
    UNKNOWN = "unknown"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Position on the ladder, 0 for OK; larger is worse."""
        return tuple(Severity).index(self)

    @property
    def is_trouble(self) -> bool:
        """Whether a person is called: WARNING or CRITICAL."""
        return self in (Severity.WARNING, Severity.CRITICAL)


class Affected(msgspec.Struct, frozen=True):
    """One application or object that suffers: ``kind`` is "app", "pod", "component", "certificate" or an object's kind."""

    kind: str
    name: str
    namespace: str = ""
    detail: str = ""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of one check about one subject.

    ``check_id``  stable kebab-case id of the check, which names the problem ("bundle-mismatch")
    ``subject``   what it is about within the check; (check_id, subject) is the *cause*, one card each
    ``fact``      the first line: a fact, no advice, no cluster name ("Root CA expires in 12 days")
    ``evidence``  what was seen, one sentence each; outside text inside it is not trusted
    ``next_step`` what a person does now, one sentence
    ``deadline_at``  when it gets worse by itself (a NotAfter, a predicted loss), None if there is no such instant
    ``rung``      days of the expiry ladder already crossed (30 means "30 days or less left"), None outside expiry
    ``affected``  applications and pods, worst first
    ``binding``   names the exact state that a decision on this finding is about, "" when there is nothing to decide
    ``is_kept``   whether the bot keeps what was there before, so that it could bring it back
    """

    check_id: str
    severity: Severity
    fact: str
    subject: str = ""
    evidence: tuple[str, ...] = ()
    next_step: str = ""
    deadline_at: datetime | None = None
    rung: int | None = None
    affected: tuple[Affected, ...] = ()
    binding: str = ""
    is_kept: bool = False

    @property
    def cause(self) -> str:
        """Key of the card that this finding belongs to."""
        return f"{self.check_id}/{self.subject}" if self.subject else self.check_id


def worst(findings: Iterable[Finding]) -> Severity:
    """The highest severity among the findings; OK for none. An empty list is not proof: run all checks first."""
    return max((finding.severity for finding in findings), key=lambda severity: severity.rank, default=Severity.OK)
