"""What the bot itself offers when a CA comes near its end: a rotation, or why none is possible."""

from typing import Final

from bot.model import phrases
from bot.model.rotation import KINDS, Offer
from handlers.views.blocks import Button, actions, paragraph
from handlers.views.inline import Count, Line, Outside, Span, bold
from handlers.views.message import Block
from handlers.views.plan import REVIEW_ROTATION
from handlers.views.untrusted import Untrusted

LIMIT: Final = 350


def blocks(offer: Offer) -> list[Block]:
    """Below the reply that says how little time is left."""
    if offer.kind is None:
        return [paragraph((*bold("No rotation can be planned: "), _said(offer.reason)), _more())]
    if offer.blocked:
        others = len(offer.blocked) - 1
        more: Line = (", and by ", Count(others), " more") if others else ()
        return [paragraph((*bold("A rotation is blocked by this: "), _said(offer.blocked[0]), *more), _more())]
    pods, apps = phrases.count(offer.pods, "pod"), phrases.count(offer.apps, "app")
    wait: Line = (" of work, and ", Span(offer.waits), " in which old certificates end") if offer.waits else ()
    facts: Line = (
        KINDS[offer.kind],
        ". ",
        _said(f"{pods} of {apps}"),
        " would be recreated; about ",
        Span(offer.takes - offer.waits),
        *wait,
        ".",
    )
    asks: Line = (
        *bold("Review"),
        " lets me make a plan with keys and ask the approvers; whoever reviews it may approve it. Nothing is changed before.",
    )
    button = Button(action_id=REVIEW_ROTATION, label=("Review",), primary=True)
    return [paragraph((*bold("I offer a rotation: "), *facts), asks), actions(button)]


def _more() -> Line:
    return ("The button Plan rotation on the card shows all of it.",)


def _said(text: str) -> Outside:
    return Outside(Untrusted(text), LIMIT)
