"""The second opinion: slack_sdk's own models must take each block and give the same block back.

They drop unknown types and keys silently, so a difference is a problem too. Blocks newer than the models
(`data_table`, `data_visualization`) get no second opinion.
"""

import copy
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from playground.slack.blocks.shape import Problem, Problems

UNKNOWN_TO_MODELS = frozenset({"data_table", "data_visualization"})


def round_trip(block: Any, at: str) -> Problems:
    """What slack_sdk.models 3.47 refuses in, or loses of, one block."""
    if not isinstance(block, dict) or block.get("type") in UNKNOWN_TO_MODELS:
        return
    try:
        parsed = Block.parse(copy.deepcopy(block))
        back = parsed.to_dict() if parsed is not None else None
    except SlackObjectFormationError as error:
        yield Problem(at, "model_refuses", str(error))
        return
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        yield Problem(at, "model_fails", f"slack_sdk cannot read it: {type(error).__name__}: {error}")
        return
    if back is None:
        yield Problem(at, "model_drops", "slack_sdk does not know this block")
    elif _essence(back) != _essence(block):
        yield Problem(at, "model_differs", f"slack_sdk gives back something else: {_first_difference(block, back)}")


def _essence(value: Any) -> Any:
    # The models leave out empty lists and strings; whether those are allowed is the shape's question, not theirs.
    if isinstance(value, dict):
        kept = {key: _essence(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in (None, "", [])}
    return [_essence(item) for item in value] if isinstance(value, list | tuple) else value


def _first_difference(sent: dict[str, Any], back: dict[str, Any]) -> str:
    keys = sorted(key for key in sent.keys() | back.keys() if _essence(sent.get(key)) != _essence(back.get(key)))
    return ", ".join(keys)
