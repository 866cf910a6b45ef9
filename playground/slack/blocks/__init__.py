"""A strict judge of Block Kit: what real Slack refuses, this refuses, with a JSON pointer to each mistake.

Three layers: the shape of every block and element with no unknown keys (`kinds`, `elements`, `objects`,
`rich_text`), slack_sdk's own models as a second opinion (`models`), and rules about the whole (`whole`).
"""

import copy
import itertools
from typing import Any, get_args

from playground.slack.blocks.kinds import ANY_BLOCK, Surface
from playground.slack.blocks.models import round_trip
from playground.slack.blocks.objects import SUGGESTIONS
from playground.slack.blocks.shape import Problem
from playground.slack.blocks.views import validate_view_shape
from playground.slack.blocks.whole import rules

__all__ = ["Problem", "Surface", "give_ids", "validate", "validate_options", "validate_view"]


def validate(blocks: Any, surface: Surface, root: str = "/blocks") -> tuple[Problem, ...]:
    """Every problem of the blocks of a message, modal or Home tab; empty means that Slack would take them."""
    if not isinstance(blocks, list):
        return (Problem(root, "wrong_type", "must be an array"),)
    problems: list[Problem] = []
    for index, block in enumerate(blocks):
        own = list(ANY_BLOCK(block, f"{root}/{index}"))
        problems += own or round_trip(block, f"{root}/{index}")
    return (*problems, *rules(blocks, surface, root))


def validate_view(view: Any, kind: str) -> tuple[Problem, ...]:
    """Every problem of a view that shall be a `modal` or `home`."""
    problems = tuple(validate_view_shape(view, kind))
    if not isinstance(view, dict) or kind not in get_args(Surface):
        return problems
    return (*problems, *validate(view.get("blocks"), kind, "/view/blocks"))  # type: ignore[arg-type]  # checked above


def validate_options(answer: Any) -> tuple[Problem, ...]:
    """Every problem of what an app answers to an external menu: `options`, possibly none, or `option_groups`."""
    return tuple(SUGGESTIONS(answer, ""))


def give_ids(blocks: list[dict[str, Any]], prefix: str = "gen") -> tuple[dict[str, Any], ...]:
    """A copy in which every block has a block_id and every interactive element an action_id, as Slack adds them."""
    numbers = itertools.count(1)
    given = copy.deepcopy(blocks)
    for block in given:
        block.setdefault("block_id", f"{prefix}{next(numbers):03d}")
        for element in _interactive(block):
            element.setdefault("action_id", f"{prefix}{next(numbers):03d}")
    return tuple(given)


def _interactive(block: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
    inner += [action for card in (block, *inner) if isinstance(card, dict) for action in card.get("actions") or []]
    for child in block.get("child_blocks") or []:
        inner += _interactive(child)
    quiet = ("image", "mrkdwn", "plain_text", "card")
    return [
        element
        for element in inner
        if isinstance(element, dict) and element.get("type") not in quiet and not str(element.get("type", "")).startswith("rich_text_")
    ]
