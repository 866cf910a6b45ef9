"""The certificates: what ends next, then each in two lines that a phone can show, worst first; or one with all that is known of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import inventory_words as words
from bot.model import phrases
from bot.model.finding import Severity
from bot.model.inventory import Entry, Inventory, Trusting
from bot.model.lookup import SHORTEST_PREFIX
from bot.model.places import Place
from handlers.views import findings
from handlers.views.blocks import bullets, compose, context, divider, paragraph
from handlers.views.inline import Count, Line, Moment, Outside, bold, code, italic
from handlers.views.message import Block, Message
from handlers.views.severities import look
from handlers.views.untrusted import Untrusted

FIRST_SHOWN = 6
PAGE_SIZE = 12
DETAILED = 4
GENERATIONS_SHOWN = 5
GROUPS_SHOWN = 4
BLANKS_SHOWN = 12
PLACES_SHOWN = 8
WHERE_LIMIT = 220
FACT_LIMIT = 220
# Where many parts are missing, the reason is the same, and a phone is small.
FEW = 3
MANY_LIMIT = 110
HINT_LIMIT = 400
SUBJECT_LIMIT = 160
# A whole SHA-256; the serial of a certificate has 20 bytes at most, but nobody forces anyone to keep to that.
DIGEST_LIMIT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An inventory, and what its telling needs: the slash command, now, and the age from which nothing old is called healthy."""

    inventory: Inventory
    command: str
    now: datetime
    blind_after: timedelta

    @property
    def is_old(self) -> bool:
        """Whether the look is too old to call anything healthy."""
        return self.now - self.inventory.taken_at > self.blind_after


def first(asked: Asked) -> Message:
    """The first screen: the next to end, the worst few, who trusts what, and what could not be listed.

    Who trusts what comes before the certificates where pods are worse off than any of these.
    """
    inventory = asked.inventory
    verdict, trust, certificates = _verdict(asked), list(_trust(inventory)), _first_few(asked)
    is_stale = any(group.stale for group in inventory.trusting)
    told = [*trust, *certificates] if is_stale else [*certificates, *trust]
    blocks = [paragraph(verdict, *_about(asked)), *told, *_blanks(inventory), *_footer(inventory, asked.command)]
    return compose(verdict, blocks)


def page(asked: Asked, number: int) -> Message:
    """All of them, a page at a time; a number beyond the last is the last."""
    inventory = asked.inventory
    pages = max(1, -(-len(inventory.entries) // PAGE_SIZE))
    at = min(max(number, 1), pages)
    shown = inventory.entries[(at - 1) * PAGE_SIZE : at * PAGE_SIZE]
    verdict = _verdict(asked)
    title: Line = ("Page ", Count(at), " of ", Count(pages), " · ", Untrusted(words.counts(inventory)))
    blocks = [paragraph(verdict, title), *_listed(shown, inventory)]
    if at < pages:
        blocks.append(paragraph(("The next page: ", *code(Untrusted(f"{asked.command} cert all {at + 1}")))))
    else:
        blocks += [*_trust(inventory), *_blanks(inventory)]
    return compose(verdict, blocks)


def details(asked: Asked, entries: Sequence[Entry], word: str) -> Message:
    """Everything about the certificates that a word means, which are at least one."""
    inventory = asked.inventory
    meant: Line = (" certificate on " if len(entries) == 1 else " certificates on ", findings.name(inventory.cluster))
    title: Line = (*bold(Count(len(entries)), *meant), " for ", *code(findings.name(word)))
    blocks: list[Block] = [paragraph(title, findings.seen(inventory.taken_at, asked.now))]
    for entry in entries[:DETAILED]:
        blocks += [divider(), *_detailed(entry, inventory)]
    if len(entries) > DETAILED:
        rest: Line = ("And ", Count(len(entries) - DETAILED), " more: ask for the first letters of a fingerprint, or ")
        blocks.append(paragraph((*rest, *code(Untrusted(f"{asked.command} cert all")))))
    return compose(title, blocks)


def unknown(word: str, nearest: str, command: str) -> Message:
    """Nothing has that name; the nearest word, and what may be asked for."""
    line: Line = ("No certificate was seen that has to do with ", *code(findings.name(word)), ".")
    guess: Line = (" Did you mean ", *code(Outside(Untrusted(f"{command} cert {nearest}"), FACT_LIMIT)), "?") if nearest else ()
    ways: Line = (
        "Ask for the first letters of a fingerprint (",
        Count(SHORTEST_PREFIX),
        " or more), a kind (root, issuer, server), a component (sentry), an app, a pod, or generation A.",
    )
    return compose(line, [paragraph((*line, *guess), ways)])


def under_way(cluster: str) -> Message:
    """A look is under way."""
    line: Line = ("Looking at the certificates of ", findings.name(cluster), " …")
    return compose(line, [paragraph(italic(*line))])


def _verdict(asked: Asked) -> Line:
    inventory = asked.inventory
    state = look(Severity.UNKNOWN if asked.is_old else inventory.severity)
    told: Line = (Untrusted(words.headline(inventory)),)
    if asked.is_old:
        told = ("Blind since ", Moment(inventory.taken_at), ": no newer look has finished")
    return (state.emoji, " ", *bold(state.word, " · ", *told))


def _about(asked: Asked) -> Iterator[Line]:
    inventory = asked.inventory
    if asked.is_old or not words.headline(inventory).startswith(words.next_to_end(inventory)):
        yield (Untrusted(words.next_to_end(inventory)),)
    yield (findings.name(inventory.cluster), " · ", Untrusted(words.counts(inventory)))
    yield findings.seen(inventory.taken_at, asked.now)


def _first_few(asked: Asked) -> list[Block]:
    entries = asked.inventory.entries
    blocks = _listed(entries[:FIRST_SHOWN], asked.inventory)
    if len(entries) > FIRST_SHOWN:
        more: Line = ("And ", Count(len(entries) - FIRST_SHOWN), " more: ", *code(Untrusted(f"{asked.command} cert all")))
        blocks.append(paragraph(more))
    return blocks


def _listed(entries: Sequence[Entry], inventory: Inventory) -> list[Block]:
    """One block each, so that a long one costs no other its place."""
    return [paragraph(*_two_lines(entry, inventory)) for entry in entries]


def _two_lines(entry: Entry, inventory: Inventory) -> Iterator[Line]:
    remark = words.remark(entry, inventory)
    yield (
        look(entry.severity).emoji,
        " ",
        *bold(Untrusted(words.left(entry, inventory))),
        " · ",
        Untrusted(entry.kind.value),
        *((" ", *code(Untrusted(entry.fingerprint[:8]))) if entry.fingerprint else ()),
        " · trust ",
        *bold(Untrusted(words.trust(entry))),
        *((" · ", Untrusted(remark)) if remark else ()),
    )
    yield (Outside(Untrusted(words.where(entry)), WHERE_LIMIT),)


def _trust(inventory: Inventory) -> Iterator[Block]:
    # Where there is one root and everybody trusts it, the line of the root has said so.
    if any(group.severity is not Severity.OK for group in inventory.trusting) or len(inventory.generations) > 1:
        groups = [_group(group) for group in sorted(inventory.trusting, key=lambda one: -one.severity.rank)]
        yield from [bullets(bold("What pods were started with"), groups, GROUPS_SHOWN)] if groups else []
    lines: list[Line] = [(Untrusted(words.generation(one, inventory)),) for one in inventory.generations]
    if len(lines) == 1:
        yield paragraph((*bold("Trust generation "), *lines[0]))
    elif lines:
        yield bullets(bold("Trust generations, the oldest first"), lines, GENERATIONS_SHOWN)


def _group(group: Trusting) -> Line:
    state = look(group.severity)
    word: Line = () if group.severity is Severity.OK else (*bold(state.word), " ")
    return (state.emoji, " ", *word, Outside(Untrusted(words.trusting(group)), FACT_LIMIT))


def _blanks(inventory: Inventory) -> Iterator[Block]:
    """What is to do is said once: one missing right, or one slow API server, blinds many parts."""
    limit = FACT_LIMIT if len(inventory.blanks) <= FEW else MANY_LIMIT
    lines: list[Line] = [(Outside(Untrusted(blank.fact.rstrip(". ")), limit), ".") for blank in inventory.blanks]
    if lines:
        yield bullets(bold("Not in this list"), lines, BLANKS_SHOWN)
    hints = list(dict.fromkeys(blank.hint for blank in inventory.blanks if blank.hint))
    if hints:
        others: Line = (" And ", Count(len(hints) - 1), " more of this kind.") if len(hints) > 1 else ()
        yield paragraph((*bold("Do: "), Outside(Untrusted(hints[0]), HINT_LIMIT), *others))


def _footer(inventory: Inventory, command: str) -> Iterator[Block]:
    example = next((entry.fingerprint[:8] for entry in inventory.entries if entry.fingerprint), "")
    if example:
        yield context(("One of them in full: ", Untrusted(f"{command} cert {example}"), ", or a word: root, issuer, sentry, an app"))


def _detailed(entry: Entry, inventory: Inventory) -> Iterator[Block]:
    state = look(entry.severity)
    remark = words.remark(entry, inventory)
    title: Line = (state.emoji, " ", *bold(state.word, " · ", Untrusted(words.name(entry)), ", ", Untrusted(words.left(entry, inventory))))
    yield bullets((*title, *((" · ", Untrusted(remark)) if remark else ())), list(_facts(entry, inventory)), PAGE_SIZE)
    yield bullets(bold("Where"), [_place(place) for place in entry.places], PLACES_SHOWN)


def _facts(entry: Entry, inventory: Inventory) -> Iterator[Line]:
    if not entry.fingerprint:
        yield ("Nothing but its end is known: ", *findings.deadline(entry.not_after_at, inventory.taken_at))
        return
    yield (*bold("Subject "), Outside(Untrusted(entry.subject or "none"), SUBJECT_LIMIT))
    if entry.spiffe_id:
        yield (*bold("SPIFFE ID "), Outside(Untrusted(entry.spiffe_id), SUBJECT_LIMIT))
    yield (*bold("Signed by "), Outside(Untrusted(entry.issuer or "a name that is empty"), SUBJECT_LIMIT))
    begins: Line = ("from ", Moment(entry.not_before_at), " ") if entry.not_before_at else ()
    yield (*bold("Valid "), *begins, "until ", Moment(entry.not_after_at))
    named = {one.letter: one.name for one in inventory.generations}
    hangs = phrases.listed([named[letter] for letter in entry.generations]) or "unknown: no root that was seen has signed it"
    yield (*bold("Trust "), Outside(Untrusted(hangs), FACT_LIMIT))
    yield (*bold("Key "), Untrusted(entry.key_kind))
    yield (*bold("Serial "), *code(Outside(Untrusted(entry.serial), DIGEST_LIMIT)))
    yield (*bold("SHA-256 "), *code(Outside(Untrusted(entry.fingerprint), DIGEST_LIMIT)))


def _place(place: Place) -> Line:
    owner: Line = (" · ", Outside(Untrusted(place.owner), SUBJECT_LIMIT)) if place.owner and place.owner != place.name else ()
    return (Outside(Untrusted(place.words), FACT_LIMIT), *owner)
