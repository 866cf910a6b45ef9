"""Words, and the one renderer through which all of them go: into rich text, into plain text, into Slack's markup.

A :data:`Line` is made of parts. Our own words are literals (``LiteralString``: pyright refuses anything that was ever
composed at run time); whatever comes from elsewhere must be :class:`~handlers.views.untrusted.Untrusted`. Every part is
cleaned in every target all the same, so that a mistake costs a mark, not a mention.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString, TypeAlias

from bot.model.access import USER_ID
from bot.model.explore import Address
from handlers.views import spans
from handlers.views.untrusted import CUT, Untrusted, inert, width

Element: TypeAlias = dict[str, Any]

OUTSIDE_LIMIT = 300
DATE_FORMAT = "{date_short_pretty} {time}"
# Slack's clients show dates of this range; beyond it (a certificate until 9999) plain words are safer.
DATE_YEARS = range(1971, 2100)
_URL = re.compile(r"https?://[A-Za-z0-9./:?=&%_-]{1,500}")


@dataclass(frozen=True, slots=True)
class Count:
    """A number."""

    number: int

    @property
    def words(self) -> str:
        """Its digits."""
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: "12 days", "14 min"."""

    length: timedelta

    @property
    def words(self) -> str:
        """As :mod:`handlers.views.spans` says it."""
        return spans.words(self.length)


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant: each reader sees it in their own time zone, notifications see UTC."""

    at: datetime

    @property
    def words(self) -> str:
        """In UTC: 2026-12-05 10:00 UTC."""
        return f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class Emoji:
    """A Slack emoji by its short name, without colons."""

    name: LiteralString

    @property
    def words(self) -> str:
        """With colons, as markup has it."""
        return f":{self.name}:"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the settings or Slack itself named, by id: mentioned, so that their name is shown, and they hear of a new message."""

    id: str

    @property
    def is_one(self) -> bool:
        """Whether it can be an id at all; what cannot is shown as text."""
        return USER_ID.fullmatch(self.id) is not None

    @property
    def words(self) -> str:
        """The id, where Slack shows no names."""
        return f"@{self.id}" if self.is_one else Untrusted(self.id).shown(OUTSIDE_LIMIT)


@dataclass(frozen=True, slots=True)
class Permalink:
    """To a message of the bot's own, as Slack itself gave it (chat.getPermalink); anything that is no address is only ``label``."""

    url: str
    label: LiteralString

    @property
    def is_one(self) -> bool:
        """Whether it can be shown as a link."""
        return _URL.fullmatch(self.url) is not None

    @property
    def words(self) -> str:
        """Without the address."""
        return self.label


@dataclass(frozen=True, slots=True)
class Outside:
    """Outside text; ``limit`` is its greatest length in UTF-16 units."""

    text: Untrusted
    limit: int = OUTSIDE_LIMIT

    @property
    def words(self) -> str:
        """Cleaned and cut."""
        return self.text.shown(self.limit)


@dataclass(frozen=True, slots=True)
class Styled:
    """A part in bold, struck through, in italics or as code."""

    part: "Part"
    style: LiteralString

    @property
    def words(self) -> str:
        """Without the style."""
        return _words(self.part)


@dataclass(frozen=True, slots=True)
class Link:
    """Our own words over an address that we made ourselves: :class:`bot.model.explore.Address` has no other maker."""

    address: Address
    text: LiteralString

    @property
    def words(self) -> str:
        """Without the address."""
        return self.text


Part: TypeAlias = LiteralString | Untrusted | Outside | Count | Span | Moment | Emoji | Person | Link | Permalink | Styled
Line: TypeAlias = tuple[Part, ...]


def bold(*parts: Part) -> Line:
    """The parts in bold."""
    return tuple(Styled(part, "bold") for part in parts)


def struck(*parts: Part) -> Line:
    """The parts struck through."""
    return tuple(Styled(part, "strike") for part in parts)


def italic(*parts: Part) -> Line:
    """The parts in italics."""
    return tuple(Styled(part, "italic") for part in parts)


def code(*parts: Part) -> Line:
    """The parts as code."""
    return tuple(Styled(part, "code") for part in parts)


def elements(line: Iterable[Part], limit: int) -> list[Element]:
    """Rich text: what stands in it is never parsed, so it can neither mention, link nor format. At most ``limit`` long."""
    made: list[Element] = []
    left = limit
    for part in line:
        element = _element(part)
        left -= width(element.get("text", "")) or 1
        if left < 0:
            made.append({"type": "text", "text": CUT})
            break
        if made and element["type"] == made[-1]["type"] == "text" and element.get("style") == made[-1].get("style"):
            made[-1] = {**made[-1], "text": made[-1]["text"] + element["text"]}
        else:
            made.append(element)
    return [_inert(element) for element in made if element.get("text") != ""]


def plain(line: Iterable[Part]) -> str:
    """Words only, times in UTC: for buttons, dialogs and (escaped) for notifications."""
    return inert("".join(_words(part) for part in line))


def markup(line: Iterable[Part]) -> str:
    """Slack's own markup. Times are date tokens, made here and nowhere else; everything else is escaped and inert."""
    return inert("".join(_token(part) if isinstance(part, Moment) else _named(part) for part in line))


def notification(line: Iterable[Part]) -> str:
    """The top-level text: as :func:`markup`, but without any token but people's, so that it reads the same everywhere."""
    return inert("".join(_named(part) for part in line))


def _inert(element: Element) -> Element:
    return {**element, "text": inert(element["text"])} if "text" in element else element


def _element(part: Part) -> Element:
    match part:
        case Styled(part=Moment() | Emoji() | Person() as inner):
            # Dates, emoji and people take no style in every client.
            return _element(inner)
        case Styled(part=inner, style=style):
            element = _element(inner)
            return {**element, "style": {**element.get("style", {}), style: True}}
        case _:
            return _special(part) or {"type": "text", "text": _words(part)}


def _special(part: Part) -> Element | None:
    """What Slack draws itself; None for what is only words."""
    match part:
        case Moment(at=at) if at.year in DATE_YEARS:
            return {"type": "date", "timestamp": int(at.timestamp()), "format": DATE_FORMAT, "fallback": part.words}
        case Emoji(name=name):
            return {"type": "emoji", "name": name}
        case Link(address=address, text=text):
            return {"type": "link", "url": address.url, "text": text}
        case Person(id=id_) if part.is_one:
            return {"type": "user", "user_id": id_}
        case Permalink(url=url, label=label) if part.is_one:
            return {"type": "link", "url": url, "text": label}
        case _:
            return None


def _words(part: Part) -> str:
    match part:
        case str():
            return part
        case Untrusted():
            return part.shown(OUTSIDE_LIMIT)
        case _:
            return part.words


def _token(moment: Moment) -> str:
    if moment.at.year not in DATE_YEARS:
        return moment.words
    return f"<!date^{int(moment.at.timestamp())}^{DATE_FORMAT}|{moment.words}>"


def _named(part: Part) -> str:
    return f"<@{part.id}>" if isinstance(part, Person) and part.is_one else _escaped(part)


def _escaped(part: Part) -> str:
    words = _words(part)
    inert = words if isinstance(part, Emoji) else _without_formatting(words)
    return inert.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# Where markup is parsed: an emoji's first colon, and the four signs of formatting where they could open or close a span.
_EMOJI = re.compile(r":(?=[a-z0-9_+'-]{1,100}:)")
_SIGNS = (
    (re.compile(r"`"), "'"),
    (re.compile(r"\*"), "\N{ASTERISK OPERATOR}"),
    (re.compile(r"~"), "\N{TILDE OPERATOR}"),
    (re.compile(r"(?<!\w)_|_(?!\w)"), "\N{FULLWIDTH LOW LINE}"),
)


def _without_formatting(words: str) -> str:
    for sign, look_alike in _SIGNS:
        words = sign.sub(look_alike, words)
    return _EMOJI.sub("\N{RATIO}", words)
