"""The report of a rotation that is over: what was approved, what was done and when, what was seen at the end. Pure; without any key.

Names and facts are outside text. In Markdown each stands on one line, and what would format is escaped.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.model import canary_urls, phrases
from bot.model.rotation import KINDS
from bot.model.run import (
    Commanded,
    Counted,
    Effected,
    Entry,
    Event,
    File,
    Finished,
    Held,
    Intended,
    Reopened,
    Run,
    Staged,
    Started,
    StepDone,
    Unread,
)

NAMESPACES: Final = 20
_FORMATS: Final = re.compile(r"([\\`*_{}\[\]<>()#+!|~&])")


def file_name(file: File, ending: str) -> str:
    """As in "rotation-prod-eu-0123abcd.md"; letters, digits and dashes only."""
    return f"rotation-{re.sub(r'[^A-Za-z0-9-]+', '-', file.cluster)[:60]}-{re.sub(r'[^0-9A-Za-z]+', '', file.id)[:8]}.{ending}"


def seen(file: File, run: Run) -> tuple[str, ...]:
    """What was seen at the end, a sentence each; the last says what the calls of canary URLs came to."""
    counted = canary_urls.sentence(file.urls)
    return (*(run.finished.proof if run.finished is not None else ()), *([counted] if counted else []))


def as_json(file: File) -> bytes:
    """For a machine: the run as it ended, its plan, what the approval was bound to, and the journal."""
    dossier = file.dossier
    told = {
        "run": file.run,
        "plan": dossier.plan,
        "bound": dossier.bound,
        "canary_urls": file.urls,
        "journal": file.entries,
    }
    return msgspec.json.format(msgspec.json.encode(told, order="deterministic"), indent=2) + b"\n"


def as_markdown(file: File) -> str:
    """For people."""
    run = file.run
    parts = (
        _head(file, run),
        _bullets("Seen at the end", seen(file, run)),
        _urls(file),
        _bullets("Left to people", _left(run)),
        _steps(file, run),
        _journal(file),
    )
    return "\n".join(line for part in parts for line in part)


def _head(file: File, run: Run) -> Iterator[str]:
    plan, bound = file.dossier.plan, file.dossier.bound
    yield f"# Rotation of the CA of {_text(file.cluster)}: {run.stand.value}"
    yield ""
    yield f"- Kind: {KINDS[run.kind]}"
    yield f"- Begun: {phrases.instant(run.started_at)}"
    if run.at is not None:
        yield f"- Ended: {phrases.instant(run.at)}, after {_span(run.at - run.started_at)}"
    yield f"- Approved by: {_text(phrases.listed(run.approved_by) or 'nobody knows, it was found in the cluster')}"
    yield f"- Digest of what was approved: {_text(run.digest)}"
    pods, where = phrases.count(plan.reach.pods, "pod"), phrases.named(plan.reach.namespaces, NAMESPACES) or "no namespace"
    yield f"- Planned for: {phrases.count(plan.reach.apps, 'app')}, {pods} in {_text(where)}"
    yield f"- New root, SHA-256: {_text(bound.root)}"
    yield f"- New issuer, SHA-256: {_text(bound.issuer)}; the new CA lives until {phrases.instant(bound.ends_at)}"
    yield f"- Run: {_text(file.id)}"
    if run.lost:
        yield f"- Agreed to lose: {_text(phrases.listed(run.lost))}"


def _bullets(title: str, sentences: tuple[str, ...]) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    yield from (f"- {_text(one)}" for one in sentences or ("nothing",))


def _left(run: Run) -> tuple[str, ...]:
    return run.finished.left if run.finished is not None else ()


def _urls(file: File) -> Iterator[str]:
    """What was called all the while, where anything was."""
    if not file.urls:
        return
    yield from ("", "## Canary URLs", "", "| address | calls | failed | first failure | last failure |", "|---|---|---|---|---|")
    for one in file.urls:
        first = f"{phrases.instant(one.first_failed_at)}: {_text(one.reason)}" if one.first_failed_at else ""
        last = phrases.instant(one.last_failed_at) if one.last_failed_at else ""
        yield f"| {_text(one.url)} | {one.tries} | {one.failures} | {first} | {last} |"


def _steps(file: File, run: Run) -> Iterator[str]:
    yield from ("", "## Steps", "", "| # | step | done | what was seen |", "|---|---|---|---|")
    planned = {one.id: one.title for one in file.dossier.plan.steps}
    for number, (id_, title) in enumerate(planned.items(), start=1):
        yield _row(str(number), title, run.done.get(id_), run.facts.get(id_, ""))
    for id_ in run.done:
        if id_ not in planned:
            yield _row("", id_, run.done[id_], run.facts.get(id_, ""))


def _row(number: str, title: str, at: datetime | None, fact: str) -> str:
    return f"| {number} | {_text(title)} | {phrases.instant(at) if at else 'no'} | {_text(fact)} |"


def _journal(file: File) -> Iterator[str]:
    yield from ("", "## Journal", "", "| # | at | what |", "|---|---|---|")
    yield from (_entry(one) for one in file.entries)
    yield ""


def _entry(one: Entry) -> str:
    return f"| {one.seq} | {phrases.instant(one.at)} | {_text(_told(one.event))} |"


def _told(event: Event) -> str:
    match event:
        case Started(adopted=adopted):
            return "found in the cluster" if adopted else "started"
        case Staged(pairs=pairs):
            return f"the pairs lie sealed in the cluster: {phrases.listed([one.name for one in pairs])}"
        case Commanded() | Finished():
            return _decided(event)
        case Held(step=step, reason=reason):
            return f"{step}: held: {reason}"
        case Unread(text=text):
            return f"what this version does not know: {text}"
        case _:
            return _stepped(event)


def _decided(event: Commanded | Finished) -> str:
    match event:
        case Commanded(way=way, actor=actor, person=person, reason=reason):
            who = actor or person or "the bot itself"
            return f"{way.value}, decided by {who}" + (f": {reason}" if reason else "")
        case Finished(stand=stand):
            return f"the end: {stand.value}"


def _stepped(event: Intended | Effected | StepDone | Counted | Reopened) -> str:
    match event:
        case Intended(step=step, effect=effect):
            return f"{step}: {effect} begins"
        case Effected(step=step, effect=effect):
            return f"{step}: {effect} returned"
        case StepDone(step=step, fact=fact):
            return f"{step}: done" + (f": {fact}" if fact else "")
        case Counted(step=step, told=told, done=done, of=of):
            return f"{step}: {told}" + (f" ({done} of {of})" if of else "")
        case Reopened(step=step, reason=reason):
            return f"{step}: to be seen anew: {reason}"


def _span(length: timedelta) -> str:
    return f"{length - timedelta(microseconds=length.microseconds)}"


def _text(outside: str) -> str:
    """On one line, without what formats."""
    return _FORMATS.sub(r"\\\1", "".join(char if char.isprintable() else " " for char in " ".join(outside.split())))
