"""Lines of a log, explained: all of them together, then each explanation once with the first line that bears it."""

from collections.abc import Iterator
from typing import LiteralString

from bot.diagnosis import explaining
from bot.diagnosis.explaining import Summary, Told
from bot.diagnosis.signature import Kind, Signature
from handlers.views.blocks import compose, context, paragraph, preformatted
from handlers.views.findings import name
from handlers.views.inline import Count, Line, Moment, Outside, Part, bold, code
from handlers.views.message import Block, Message
from handlers.views.untrusted import Untrusted

SHOWN = 5
ENDS_SHOWN = 3
WORDS_LIMIT = 600
EXCERPT_LIMIT = 300

_KINDS: dict[Kind, LiteralString] = {
    Kind.CERTIFICATE: "CERTIFICATES",
    Kind.OPEN: "OPEN, certificates or not",
    Kind.OTHER: "NOT CERTIFICATES",
    Kind.STATE: "HEALTHY",
}


def render(summary: Summary, *, is_cut: bool) -> Message:
    """What stands behind the lines first, guesses last; at most five, then a count. ``is_cut``: more was pasted than was read."""
    title: Line = bold(_words(explaining.headline(summary)))
    blocks: list[Block] = [paragraph(title, _counts(summary, is_cut=is_cut), *_ends(summary))]
    shown = [*((one, False) for one in summary.told), *((one, True) for one in summary.guesses)]
    for told, is_guess in shown[:SHOWN]:
        blocks += _guess(told) if is_guess else _told(told)
    if len(shown) > SHOWN:
        blocks.append(paragraph(("And ", Count(len(shown) - SHOWN), " more. ", *code("dapr-warden explain"), " in a terminal shows all.")))
    return compose(title, blocks)


def usage(command: str) -> Message:
    """How to ask: nothing was pasted."""
    line: Line = ("Paste the lines behind it, as they are: ", *code(name(f"{command} explain LINES")), ".")
    more: Line = (
        "Text, JSON, with or without what a collector puts around it. A file is too long for Slack: ",
        *code("dapr-warden explain FILE"),
        " in a terminal.",
    )
    return compose(line, [paragraph(line, more)])


def _counts(summary: Summary, *, is_cut: bool) -> Line:
    known = summary.read - summary.blank - summary.unknown
    counts: Line = (Count(summary.read), " line" if summary.read == 1 else " lines", " read: ", Count(known), " known, ")
    more: Line = (" More was pasted than I read; the rest is left out.",) if is_cut or summary.cut else ()
    return (*counts, Count(summary.unknown), " unknown.", *more)


def _ends(summary: Summary) -> Iterator[Line]:
    if summary.ends:
        line: list[Part] = ["What they say has expired ended at "]
        for position, at in enumerate(summary.ends[:ENDS_SHOWN]):
            line.extend((", ", Moment(at)) if position else (Moment(at),))
        if len(summary.ends) > ENDS_SHOWN:
            line.extend((" and ", Count(len(summary.ends) - ENDS_SHOWN), " other instants"))
        yield (*line, ".")


def _told(told: Told) -> Iterator[Block]:
    one = told.signature
    yield paragraph(bold(_kind(one), " · ", _words(one.meaning)))
    yield _excerpt(told)
    yield paragraph((*bold("Cause: "), _words(one.cause)), (*bold("What to do: "), _words(one.remedy)))
    yield context((*_where(told), " · explained in ", *_row(one)))


def _kind(one: Signature) -> LiteralString:
    if explaining.is_red_herring(one):
        return "RED HERRING"
    return "A CERTIFICATE, perhaps not Dapr's" if explaining.is_foreign(one) else _KINDS[one.kind]


def _guess(told: Told) -> Iterator[Block]:
    one = told.signature
    yield paragraph((*bold("UNKNOWN, nearest: "), *code(name(one.id)), ". A guess; if it were that: ", _words(one.meaning)))
    yield _excerpt(told)
    yield context((*_where(told), " · compare with ", *_row(one)))


def _excerpt(told: Told) -> Block:
    return preformatted(Outside(Untrusted(told.first.excerpt), EXCERPT_LIMIT))


def _where(told: Told) -> Line:
    if told.count == 1:
        return ("line ", Count(told.first.number))
    return (Count(told.count), " lines, the first is ", Count(told.first.number))


def _row(one: Signature) -> Line:
    return ("docs/signatures.md, row ", Count(one.row), " (", name(one.id), ")")


def _words(text: str) -> Part:
    """Of the table: our own, but longer than a name."""
    return Outside(Untrusted(text), WORDS_LIMIT)
