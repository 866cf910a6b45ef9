"""What Dapr's containers printed that matters, the newest last; aloud, what could not be read."""

from collections.abc import Iterator
from typing import LiteralString

from bot.diagnosis.digesting import Digest, LineKind, Loudness
from bot.diagnosis.explaining import is_red_herring
from bot.model import phrases
from bot.model.finding import Severity
from bot.model.scene import Level
from handlers.views import findings
from handlers.views.blocks import bullets, compose, context, paragraph, preformatted
from handlers.views.inline import Count, Line, Link, Moment, Outside, Part, Span, bold, code
from handlers.views.message import Block, Message
from handlers.views.severities import look
from handlers.views.untrusted import Untrusted

# Eight kinds must fit into one message, whatever else is in it.
EXCERPT_LIMIT = 240
MEANING_LIMIT = 200
PODS_LIMIT = 130
SPAN_LIMIT = 30
UNREAD_SHOWN = 4

_LEVELS: dict[Level, LiteralString] = {Level.APP: "app", Level.POD: "pod", Level.COMPONENT: "component"}
_LOUDNESS: dict[Loudness, LiteralString] = {
    Loudness.QUIET: "INFO",
    Loudness.WARNING: "WARNING",
    Loudness.ERROR: "ERROR",
    Loudness.FATAL: "FATAL",
}


def render(digest: Digest) -> Message:
    """The whole answer."""
    first = _first(digest)
    blocks: list[Block] = [paragraph(first, _read(digest))]
    if digest.unread:
        # Above the lines: whoever reads them must know what is missing, and it is never cut off there.
        blocks.append(bullets(bold("What could not be read"), [(Untrusted(one),) for one in digest.unread], UNREAD_SHOWN))
    if digest.more:
        blocks.append(paragraph(("And ", Count(digest.more), " more kinds of lines, which are less telling or older than these.")))
    for kind in digest.kinds:
        blocks += _kind(kind)
    if digest.logs:
        blocks.append(paragraph((Link(digest.logs, "All lines of this time in Grafana"),)))
    blocks.append(context(("A log opens a question and decides none: diagnose looks at certificates, pods and events as well.",)))
    return compose(first, blocks)


def usage(command: str) -> Message:
    """How to ask."""
    line: Line = (
        "Whose logs, and since when? ",
        *code(Untrusted(f"{command} logs APP 2h")),
        ": an app, a pod, or a component such as sentry; without a span of the last hour.",
    )
    return compose(line, [paragraph(line)])


def bad_span(typed: str, command: str, name: str) -> Message:
    """Not a span, or too long a one."""
    line: Line = (
        *code(Outside(Untrusted(typed), SPAN_LIMIT)),
        " is no span that I can look back: minutes, hours or a day, at most 24 h. For example ",
        *code(findings.name(f"{command} logs {name} 15m")),
        ", ",
        *code("2h"),
        " or ",
        *code("1d"),
        ".",
    )
    return compose(line, [paragraph(line)])


def under_way(cluster: str, wanted: str) -> Message:
    """What stands there until the answer comes."""
    line: Line = ("Reading the logs of ", *code(findings.name(wanted)), " on ", findings.name(cluster), " …")
    return compose(line, [paragraph(line)])


def _first(digest: Digest) -> Line:
    where: Line = (findings.name(digest.cluster), " · ", _LEVELS[digest.target.level], " ", findings.name(digest.target.name), " · ")
    if digest.kinds:
        number = len(digest.kinds) + digest.more
        what: Line = (Count(number), " kind of lines that matters" if number == 1 else " kinds of lines that matter")
        return (look(Severity.NOTICE).emoji, " ", *bold(*where, *what))
    if not digest.source:
        return (look(Severity.UNKNOWN).emoji, " ", *bold(*where, "logs could not be read"))
    if digest.unread:
        return (look(Severity.UNKNOWN).emoji, " ", *bold(*where, "nothing that matters in what could be read, and not everything could"))
    return (look(Severity.OK).emoji, " ", *bold(*where, "nothing that matters was printed"))


def _read(digest: Digest) -> Line:
    span: Line = ("the last ", Span(digest.until_at - digest.since_at), ", since ", Moment(digest.since_at), ".")
    if not digest.source:
        return ("Asked for: ", *span)
    return ("From ", findings.name(digest.source), ", ", Count(digest.read), " line" if digest.read == 1 else " lines", " of ", *span)


def _kind(kind: LineKind) -> Iterator[Block]:
    times: Line = (Moment(kind.first_at), " to ", Moment(kind.last_at)) if kind.count > 1 else (Moment(kind.last_at),)
    count: Line = (Count(kind.count), " line" if kind.count == 1 else " lines")
    title = bold(_LOUDNESS[kind.loudness], " · ", findings.name(kind.component), " · ", *count)
    pods: Line = (" · ", *code(Outside(Untrusted(phrases.named(kind.pods)), PODS_LIMIT))) if kind.pods else ()
    yield paragraph((*title, " · ", *times, *pods), _meaning(kind))
    yield preformatted(Outside(Untrusted(kind.excerpt), EXCERPT_LIMIT))


def _meaning(kind: LineKind) -> Line:
    one = kind.signature
    if one is None:
        return ("No signature knows it.",)
    misleads: Part = "Red herring: " if is_red_herring(one) else ""
    return (misleads, Outside(Untrusted(one.meaning), MEANING_LIMIT), " (docs/signatures.md, row ", Count(one.row), ")")
