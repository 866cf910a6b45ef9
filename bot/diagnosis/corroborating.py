"""Joins what logs tell to what the checks found. Logs bring evidence and open questions; no severity ever comes from them.

A line belongs to the findings of the checks that it opens. One that none of them bears out is a NOTICE of its own: either the
checks miss something, or the line is old, or somebody forged it; a person shall know of it, and nobody is called.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from bot.diagnosis.signature import Signature
from bot.model import phrases
from bot.model.finding import Affected, Finding, Severity, worst
from bot.model.judging import unseen
from bot.model.logs import Sighting
from bot.model.observed import Observed, Unobserved
from bot.model.report import Answer, Report
from bot.model.snapshot import Snapshot

CHECK_ID: Final = "logs-unexplained"
TITLE: Final = "What logs complain of, the checks explain"
CATEGORY: Final = "control plane"
PART: Final = "logs"
CA_CHANGED: Final = "ca-changed"
MOST_SENTENCES: Final = 2


def corroborated(report: Report, snapshot: Snapshot, table: Mapping[str, Signature]) -> Report:
    """The report with evidence from logs, and one more answer: about what no check explains. As it is where no logs are watched.

    ``snapshot``: what the report is about. ``table``: signatures by id; a sighting whose signature is not in it (kept by another
    version) says nothing. Neither does one about a change of the CA that is older than the CA's acceptance: it has been answered.
    """
    logs = snapshot.logs
    if isinstance(logs, Unobserved) and logs.by_choice:
        return report
    if isinstance(logs, Unobserved):
        return replace(report, answers=(*report.answers, _answer((unseen(CHECK_ID, PART, logs),))))
    known = (one for one in logs.value.sightings if one.signature in table and table[one.signature].opens_a_question)
    told = [one for one in known if not is_answered(one, snapshot, table)]
    sentences: dict[str, list[str]] = {}
    unexplained: list[Finding] = []
    for one in told:
        checks = _opened(one, table)
        explained = [answer.check_id for answer in report.answers if answer.check_id in checks and answer.severity.is_trouble]
        for check_id in explained:
            sentences.setdefault(check_id, []).append(sentence(one))
        if not explained:
            unexplained.append(_unexplained(one, table, checks, report))
    answers = tuple(_with_evidence(answer, sentences.get(answer.check_id, ())) for answer in report.answers)
    return replace(report, answers=(*answers, _answer(tuple(_merged(unexplained)))))


def sentence(one: Sighting) -> str:
    """What a log says, since when, where: words that stay the same while the line goes on coming."""
    where = f" ({phrases.named(one.pods, most=1)})" if len(one.pods) == 1 else " (in several pods)" if one.pods else ""
    return f"In the log of {one.component} since {phrases.instant(one.first_at)}{where}: “{one.excerpt}”"


def is_answered(one: Sighting, snapshot: Snapshot, table: Mapping[str, Signature]) -> bool:
    """Whether it is about a change of the CA that was accepted since: then a person, or the first sight, has said that it is right."""
    accepted = snapshot.accepted.value if isinstance(snapshot.accepted, Observed) else None
    return accepted is not None and CA_CHANGED in _opened(one, table) and one.last_at < accepted.accepted_at


def _opened(one: Sighting, table: Mapping[str, Signature]) -> frozenset[str]:
    return frozenset(check_id for each in (one.signature, *one.reasons) if each in table for check_id in table[each].opens)


def _with_evidence(answer: Answer, sentences: Sequence[str]) -> Answer:
    """To the worst finding of the check: it is the one that its card, or the first of its cards, tells."""
    if not sentences:
        return answer
    first = max(answer.findings, key=lambda finding: finding.severity.rank)
    more = replace(first, evidence=(*first.evidence, *sentences[:MOST_SENTENCES]))
    return replace(answer, findings=tuple(more if finding is first else finding for finding in answer.findings))


def _unexplained(one: Sighting, table: Mapping[str, Signature], checks: frozenset[str], report: Report) -> Finding:
    signature = table[one.signature]
    blind = sorted(answer.check_id for answer in report.answers if answer.check_id in checks and answer.severity is Severity.UNKNOWN)
    looked = sorted(answer.check_id for answer in report.answers if answer.check_id in checks and answer.check_id not in blind)
    evidence = [sentence(one), signature.meaning]
    if blind:
        evidence.append(f"Whether it is so could not be seen: {phrases.listed(blind)} cannot judge at present.")
    elif looked:
        evidence.append(
            f"{phrases.listed(looked)} {'finds' if len(looked) == 1 else 'find'} nothing of the kind: it may be over, or of no weight."
        )
    else:
        evidence.append("No check can tell whether it is so.")
    return Finding(
        check_id=CHECK_ID,
        subject=f"{one.component}/{one.signature}",
        severity=Severity.NOTICE,
        fact=f"The log of {one.component} complains, and no check bears it out: {signature.meaning.removesuffix('.')}",
        evidence=tuple(evidence),
        next_step=signature.remedy,
        affected=tuple(Affected(kind="pod", name=pod) for pod in one.pods),
    )


def _merged(findings: Iterable[Finding]) -> Iterator[Finding]:
    """One finding per subject: the same signature may have been seen with several reasons."""
    found: dict[str, Finding] = {}
    for one in findings:
        first = found.setdefault(one.subject, one)
        if first is not one:
            found[one.subject] = replace(first, evidence=(*first.evidence, one.evidence[0]))
    yield from found.values()


def _answer(findings: tuple[Finding, ...]) -> Answer:
    return Answer(check_id=CHECK_ID, title=TITLE, category=CATEGORY, severity=worst(findings), findings=findings)
