"""Why is it broken: the likeliest cause first, with its evidence and what to do; then other causes; aloud, what could not be seen."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from bot.model.diagnosis import Cause, Certainty, Diagnosis
from bot.model.finding import Severity
from bot.model.scene import Level
from handlers.views import findings
from handlers.views.blocks import bullets, compose, context, divider, paragraph, preformatted
from handlers.views.inline import Line, Link, Outside, bold, code
from handlers.views.message import Block, Message
from handlers.views.severities import look
from handlers.views.untrusted import Untrusted

EVIDENCE_SHOWN = 8
EXCERPTS_SHOWN = 3
EXCERPT_LIMIT = 300
CAUSES_SHOWN = 5
UNSEEN_SHOWN = 8

_LEVELS: dict[Level, LiteralString] = {Level.APP: "app", Level.POD: "pod", Level.COMPONENT: "component"}
_CERTAINTIES: dict[Certainty, LiteralString] = {
    Certainty.PROVED: "This is proved.",
    Certainty.LIKELY: "This is likely.",
    Certainty.POSSIBLE: "This is possible: a log says so, and nothing else that could be seen bears it out.",
}


def render(diagnosis: Diagnosis, now: datetime) -> Message:
    """The whole answer."""
    verdict = diagnosis.verdict
    first = _first(diagnosis, verdict)
    blocks = [paragraph(first, (*_certainty(verdict), *findings.seen(diagnosis.taken_at, now)))]
    if verdict is not None:
        blocks += _cause(verdict)
    if others := diagnosis.causes[1:]:
        blocks += [divider(), bullets(bold("It may also be"), [_other(cause) for cause in others], CAUSES_SHOWN)]
    if diagnosis.unseen:
        blocks.append(bullets(bold("What could not be seen"), [(Untrusted(one),) for one in diagnosis.unseen], UNSEEN_SHOWN))
    if links := _links(diagnosis):
        blocks.append(paragraph(links))
    blocks.append(context(_footer(diagnosis, verdict)))
    return compose(first, blocks)


def usage(command: str) -> Message:
    """How to ask."""
    line: Line = ("Whose trouble? ", *code(Untrusted(f"{command} diagnose APP")), ", a pod, or a component such as sentry.")
    return compose(line, [paragraph(line)])


def under_way(cluster: str, wanted: str) -> Message:
    """What stands there until the answer comes."""
    line: Line = (
        "Looking why ",
        *code(findings.name(wanted)),
        " is broken on ",
        findings.name(cluster),
        ": certificates, pods, events, logs …",
    )
    return compose(line, [paragraph(line)])


def _first(diagnosis: Diagnosis, verdict: Cause | None) -> Line:
    where: Line = (findings.name(diagnosis.cluster), " · ", _LEVELS[diagnosis.target.level], " ", findings.name(diagnosis.target.name))
    if verdict is not None:
        state = look(_severity(verdict))
        return (state.emoji, " ", *bold(*where, " · ", Untrusted(verdict.fact.rstrip(" ."))))
    if diagnosis.is_blind:
        return (look(Severity.UNKNOWN).emoji, " ", *bold(*where, " · nothing could be looked at, so nothing can be said"))
    if diagnosis.unseen:
        return (look(Severity.UNKNOWN).emoji, " ", *bold(*where, " · nothing wrong in what could be seen, and not everything could"))
    return (look(Severity.OK).emoji, " ", *bold(*where, " · nothing is wrong"))


def _severity(verdict: Cause) -> Severity:
    if verdict.strikes_later:
        return Severity.WARNING
    return Severity.UNKNOWN if verdict.certainty is Certainty.POSSIBLE else Severity.CRITICAL


def _certainty(verdict: Cause | None) -> Line:
    if verdict is None:
        return ()
    about: LiteralString = "" if verdict.is_certificate else " It is no matter of certificates."
    return (_CERTAINTIES[verdict.certainty], about, " ")


def _cause(cause: Cause) -> list[Block]:
    blocks: list[Block] = []
    if cause.evidence:
        blocks.append(bullets(bold("What was seen"), [(Untrusted(sentence),) for sentence in cause.evidence], EVIDENCE_SHOWN))
    blocks += _excerpts(cause.excerpts)
    if cause.next_step:
        blocks.append(paragraph((*bold("Next step: "), Outside(Untrusted(cause.next_step), findings.NEXT_STEP_LIMIT))))
    return blocks


def _excerpts(excerpts: Sequence[str]) -> list[Block]:
    return [preformatted(Outside(Untrusted(text), EXCERPT_LIMIT)) for text in excerpts[:EXCERPTS_SHOWN]]


def _other(cause: Cause) -> Line:
    return (Untrusted(cause.fact), " ", *code(findings.name(cause.id)))


def _links(diagnosis: Diagnosis) -> Line:
    own: Line = (Link(diagnosis.own_logs, "its sidecars"),) if diagnosis.own_logs else ()
    others: Line = (Link(diagnosis.control_plane_logs, "Dapr's control plane"),) if diagnosis.control_plane_logs else ()
    return ("Logs in Grafana: ", *own, " · " if own and others else "", *others) if own or others else ()


def _footer(diagnosis: Diagnosis, verdict: Cause | None) -> Line:
    looked: Line = ("Looked at: ", Untrusted(", ".join(diagnosis.looked_at))) if diagnosis.looked_at else ()
    if verdict is None:
        return looked
    where = Untrusted(f"docs/causes.md#{verdict.id}")
    return (*looked, " · " if looked else "", "explained in ", where)
