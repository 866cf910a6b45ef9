"""A Report for a person at a terminal. Pure: ``now`` and colour are handed in. Outside text is made printable first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby

import click
import humanize

from bot.model import phrases, prognosis
from bot.model.finding import Affected, Finding, Severity
from bot.model.report import Answer, Report

MARKS = {
    Severity.OK: ("✓", "green", "ok"),
    Severity.NOT_CHECKED: ("-", "bright_black", "not checked, by choice"),
    Severity.NOTICE: ("i", "blue", "notice"),
    Severity.UNKNOWN: ("?", "magenta", "UNKNOWN"),
    Severity.WARNING: ("!", "yellow", "WARNING"),
    Severity.CRITICAL: ("✗", "red", "CRITICAL"),
}
AFFECTED_SHOWN = 10
_NOW = timedelta(minutes=1)


def status(report: Report, now: datetime) -> str:
    """Verdict first, then what a person acts on, worst first; what is healthy is only counted."""
    lines = [_header(report, now), "", _verdict(report), *_actions(report, now), *_expiries(report, now), *_excluded(report)]
    return "\n".join(lines) + "\n"


def checks(report: Report, now: datetime) -> str:
    """Every check under its category, with its findings."""
    lines = [_header(report, now)]
    for category, group in groupby(report.answers, key=lambda answer: answer.category):
        lines += ["", click.style(category, bold=True)]
        for answer in group:
            lines += [f"  {_mark(answer.severity)} {answer.title}  {click.style(answer.check_id, dim=True)}"]
            lines += [line for finding in answer.findings for line in _finding(finding, now, indent="      ")]
    return "\n".join([*lines, "", _verdict(report)]) + "\n"


def _header(report: Report, now: datetime) -> str:
    where = f"{click.style(printable(report.cluster), bold=True)} · namespace {printable(report.namespace)}"
    return f"{where} · {age(report.taken_at, now)}"


def age(taken_at: datetime, now: datetime) -> str:
    """When a look was taken, and how long ago: "2026-12-05 12:31 UTC (now)"; one from the future says that a clock is wrong."""
    old = now - taken_at
    if abs(old) < _NOW:
        seen = "now"
    elif old < timedelta():
        seen = f"{humanize.naturaldelta(-old)} ahead of this machine's clock: one of the two is wrong"
    else:
        seen = f"seen {humanize.naturaldelta(old)} ago"
    return f"{instant(taken_at)} ({seen})"


def _verdict(report: Report) -> str:
    counts = {severity: sum(finding.severity is severity for finding in report.findings) for severity in Severity}
    trouble = counts[Severity.CRITICAL] + counts[Severity.WARNING]
    worst = report.severity
    if trouble:
        things = "1 thing needs" if trouble == 1 else f"{trouble} things need"
        words = f"{things} action on {printable(report.cluster)}"
    elif worst is Severity.UNKNOWN:
        blind = sum(answer.severity is Severity.UNKNOWN for answer in report.answers)
        words = f"cannot say that {printable(report.cluster)} is healthy: {_count(blind, 'check')} could not see"
    else:
        words = f"nothing needs action on {printable(report.cluster)}"
    mark, colour, name = MARKS[worst]
    healthy = sum(answer.severity is Severity.OK for answer in report.answers)
    return f"{click.style(f'{mark} {name}: {words}', fg=colour, bold=True)} ({healthy} of {len(report.answers)} checks ok)"


def _actions(report: Report, now: datetime) -> Iterator[str]:
    """Worst first. One missing right blinds many checks: what they say alike is said once, and what one explains stands below it."""
    told = [finding for finding in report.findings if finding.severity not in (Severity.OK, Severity.NOT_CHECKED)]
    explained = _explained(told)
    for (severity, _), group in _alike([finding for finding in told if finding.next_step not in explained]).items():
        yield ""
        yield from _finding(group[0], now, indent="")
        if severity is Severity.UNKNOWN and len(group) > 1:
            yield f"  blinds   {printable(', '.join(dict.fromkeys(finding.check_id for finding in group)))}"
        for owner in group:
            for finding in explained.pop(prognosis.see(owner.check_id), ()):
                yield f"  also     {printable(finding.fact)} ({printable(finding.check_id)})"


def _explained(told: list[Finding]) -> dict[str, list[Finding]]:
    """By the words that name another check: the findings that say nothing else to do, where that check itself has something to say."""
    pointing = {prognosis.see(finding.check_id) for finding in told}
    owners = {prognosis.see(finding.check_id) for finding in told if finding.next_step not in pointing}
    return {words: [finding for finding in told if finding.next_step == words] for words in owners}


def _alike(findings: list[Finding]) -> dict[tuple[Severity, str], list[Finding]]:
    groups: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        apart = "" if finding.severity is Severity.UNKNOWN else finding.cause
        groups.setdefault((finding.severity, finding.fact + apart), []).append(finding)
    return groups


def _expiries(report: Report, now: datetime) -> Iterator[str]:
    if report.expiries:
        yield ""
        width = max(len(printable(one.what)) for one in report.expiries)
        for one in report.expiries:
            yield f"{printable(one.what):{width}}  ends {instant(one.not_after_at)} ({_relative(one.not_after_at, now)})"


def _excluded(report: Report) -> Iterator[str]:
    excluded = [answer for answer in report.answers if answer.severity is Severity.NOT_CHECKED]
    if excluded:
        yield ""
        yield click.style("Not checked (by choice):", dim=True)
        yield from (f"  - {answer.title}: {_why(answer)}" for answer in excluded)


def _why(answer: Answer) -> str:
    reasons = dict.fromkeys(sentence for finding in answer.findings for sentence in finding.evidence or (finding.fact,))
    return printable(" ".join(reasons)) or "excluded by the settings"


def _finding(finding: Finding, now: datetime, *, indent: str) -> Iterator[str]:
    _, colour, name = MARKS[finding.severity]
    yield indent + click.style(f"{name}: {printable(finding.fact)}", fg=colour, bold=True)
    if finding.deadline_at:
        yield f"{indent}  when     {instant(finding.deadline_at)} ({_relative(finding.deadline_at, now)})"
    yield from (f"{indent}  seen     {printable(sentence)}" for sentence in finding.evidence)
    yield from _affected(finding.affected, indent)
    if finding.next_step:
        yield f"{indent}  do       {printable(finding.next_step)}"
    yield click.style(f"{indent}  explained in docs/checks.md#{finding.check_id}", dim=True)


def _affected(affected: tuple[Affected, ...], indent: str) -> Iterator[str]:
    for one in affected[:AFFECTED_SHOWN]:
        where = f"{one.namespace}/" if one.namespace else ""
        detail = f" ({one.detail})" if one.detail else ""
        yield f"{indent}  affects  {printable(f'{one.kind} {where}{one.name}{detail}')}"
    if len(affected) > AFFECTED_SHOWN:
        yield f"{indent}           and {len(affected) - AFFECTED_SHOWN} more"


def _mark(severity: Severity) -> str:
    mark, colour, _ = MARKS[severity]
    return click.style(mark, fg=colour, bold=True)


def _relative(at: datetime, now: datetime) -> str:
    words = phrases.left(abs(at - now))
    return f"in {words}" if at >= now else f"{words} ago"


def instant(at: datetime) -> str:
    """As in "2026-12-05 12:31 UTC"."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def printable(text: str) -> str:
    r"""``text`` without control, bidi and other invisible characters (shown as \xNN, \uNNNN): names must not move the cursor."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)
