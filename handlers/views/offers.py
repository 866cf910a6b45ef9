"""What the bot itself offers: a rotation when a CA comes near its end, a restore when it was replaced; or what stands in the way."""

from dataclasses import dataclass
from typing import Final, LiteralString

from bot.model import phrases
from bot.model.rotation import KINDS, Kind, Offer
from handlers.views.blocks import Button, actions, paragraph
from handlers.views.inline import Count, Line, Outside, Span, bold
from handlers.views.message import Block
from handlers.views.plan import REVIEW_ROTATION
from handlers.views.untrusted import Untrusted

LIMIT: Final = 350


@dataclass(frozen=True, slots=True)
class _Words:
    """How an offer of one kind is spoken of: as a noun, as an offer, what a review of it leads to, and the button on the card."""

    name: LiteralString
    offers: LiteralString
    review: Line
    button: LiteralString


_ROTATION: Final = _Words(
    "A rotation", "I offer a rotation: ", (" lets me make a plan with keys and ask the approvers; ",), "Plan rotation"
)
_WORDS: Final[dict[Kind, _Words]] = {
    Kind.CROSS_SIGNED: _ROTATION,
    Kind.RECOVERY: _ROTATION,
    Kind.RESTORE: _Words(
        "A restore", "I offer to bring the last good CA back: ", (" lets me make a plan and ask the approvers; ",), "Plan restore"
    ),
}


def blocks(offer: Offer) -> list[Block]:
    """Below the reply that says how little time is left."""
    if offer.kind is None:
        return [paragraph((*bold("No rotation can be planned: "), _said(offer.reason)), _more(_ROTATION))]
    what = _WORDS[offer.kind]
    if offer.blocked:
        others = len(offer.blocked) - 1
        more: Line = (", and by ", Count(others), " more") if others else ()
        return [paragraph((*bold(what.name, " is blocked by this: "), _said(offer.blocked[0]), *more), _more(what))]
    wait: Line = (" of work, and ", Span(offer.waits), " in which old certificates end") if offer.waits else ()
    facts: Line = (_why(offer.kind), ". ", *_touches(offer), "; about ", Span(offer.takes - offer.waits), *wait, ".")
    asks: Line = (*bold("Review"), *what.review, "whoever reviews it may approve it. Nothing is changed before.")
    button = Button(action_id=REVIEW_ROTATION, label=("Review",), primary=True)
    return [paragraph((*bold(what.offers), *facts), asks), actions(button)]


def _why(kind: Kind) -> LiteralString:
    return "something else replaced it, and the last good pair is kept, sealed" if kind is Kind.RESTORE else KINDS[kind]


def _touches(offer: Offer) -> Line:
    if not offer.pods:
        return ("No pod would be recreated",)
    return (_said(f"{phrases.count(offer.pods, 'pod')} of {phrases.count(offer.apps, 'app')}"), " would be recreated")


def _more(what: _Words) -> Line:
    return ("The button ", what.button, " on the card shows all of it.")


def _said(text: str) -> Outside:
    return Outside(Untrusted(text), LIMIT)
