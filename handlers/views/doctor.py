"""The doctor's answer: a verdict, what to mend first and how, then what is fine, in as few lines as may be."""

from collections.abc import Sequence

from bot.model import phrases
from bot.model.examination import Examined, Outcome, Result, Subject, alike
from bot.model.finding import Severity
from handlers.views import findings
from handlers.views.blocks import bullets, compose, context, paragraph
from handlers.views.inline import Line, Moment, Outside, bold
from handlers.views.message import Block, Message
from handlers.views.severities import Look, look
from handlers.views.untrusted import Untrusted

SHOWN = 12
SEEN_LIMIT = 700
BRIEF_LIMIT = 160

# The words of severities would say something else here.
_LOOKS: dict[Outcome, Look] = {
    Outcome.FINE: Look(look(Severity.OK).emoji, "FINE"),
    Outcome.NOT_LOOKED_AT: Look(look(Severity.NOT_CHECKED).emoji, "NOT LOOKED AT"),
    Outcome.UNKNOWN: Look(look(Severity.UNKNOWN).emoji, "UNKNOWN"),
    Outcome.WARNING: Look(look(Severity.WARNING).emoji, "WARNING"),
    Outcome.TROUBLE: Look(look(Severity.CRITICAL).emoji, "TROUBLE"),
}


def render(examined: Examined) -> Message:
    """The whole answer."""
    first = _verdict(examined)
    blocks: list[Block] = [paragraph(first, ("Of the bot itself, not of the certificates; looked at ", Moment(examined.at), "."))]
    blocks += [_in_full(same) for same in alike((*examined.to_mend, *examined.of(Outcome.UNKNOWN)))]
    for subject in Subject:
        fine = [result for result in examined.of(Outcome.FINE) if result.subject is subject]
        blocks += _listed(bold(findings.name(subject.value)), [(_LOOKS[Outcome.FINE].emoji, " ", *_brief(one)) for one in fine])
    blocks += _listed(bold("Not looked at, by choice"), [_left_out(one) for one in examined.of(Outcome.NOT_LOOKED_AT)])
    blocks.append(context(("Each one is explained in docs/doctor.md.",)))
    return compose(first, blocks)


def under_way(cluster: str) -> Message:
    """What stands there until the answer comes."""
    line: Line = ("Examining the bot of ", findings.name(cluster), " …")
    return compose(line, [paragraph(line)])


def _verdict(examined: Examined) -> Line:
    state = _LOOKS[Outcome.FINE if examined.worst is Outcome.NOT_LOOKED_AT else examined.worst]
    return (state.emoji, " ", *bold("The bot of ", findings.name(examined.cluster), ": ", Untrusted(examined.verdict)))


def _in_full(same: Sequence[Result]) -> Block:
    result = same[0]
    state = _LOOKS[result.outcome]
    # Not its title: that is the healthy fact.
    title: Line = (
        state.emoji,
        " ",
        *bold(state.word, " · ", findings.name(result.subject.value), " · ", Untrusted(phrases.listed([one.id for one in same]))),
    )
    todo: Sequence[Line] = [(*bold("What to do: "), Outside(Untrusted(result.remedy), SEEN_LIMIT))] if result.remedy else []
    return paragraph(title, (Outside(Untrusted(result.seen), SEEN_LIMIT),), *todo)


def _brief(result: Result) -> Line:
    return (Outside(Untrusted(result.seen), BRIEF_LIMIT),)


def _left_out(result: Result) -> Line:
    then: Line = (" ", Outside(Untrusted(result.remedy), BRIEF_LIMIT)) if result.remedy else ()
    return (Outside(Untrusted(result.seen), BRIEF_LIMIT * 2), *then)


def _listed(title: Line, lines: Sequence[Line]) -> list[Block]:
    return [bullets(title, list(dict.fromkeys(lines)), SHOWN)] if lines else []
