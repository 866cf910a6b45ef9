"""The frame around the blocks of a modal or Home tab."""

import json
from typing import Any

from playground.slack.blocks.objects import plain
from playground.slack.blocks.shape import Problem, Problems, anything, boolean, record, string, word

LARGEST_VIEW = 250_000
_COMMON = {
    "private_metadata": string(3000, shortest=0),
    "callback_id": string(255, shortest=0),
    "external_id": string(255, shortest=0),
}
_MODAL = record(
    {"type": word("modal"), "title": plain(24), "blocks": anything},
    {**_COMMON, "submit": plain(24), "close": plain(24), "clear_on_close": boolean, "notify_on_close": boolean},
)
_HOME = record({"type": word("home"), "blocks": anything}, _COMMON)


def validate_view_shape(view: Any, kind: str) -> Problems:
    """Problems of everything but the blocks."""
    yield from (_HOME if kind == "home" else _MODAL)(view, "/view")
    if not isinstance(view, dict):
        return
    if view.get("type") != kind:
        yield Problem("/view/type", "not_allowed", f"must be {kind}")
    if len(json.dumps(view)) > LARGEST_VIEW:
        yield Problem("/view", "too_long", f"no more than {LARGEST_VIEW} bytes")
    blocks = view.get("blocks")
    has_input = isinstance(blocks, list) and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
    if has_input and kind == "modal" and "submit" not in view:
        yield Problem("/view/submit", "missing_field", "a modal with input blocks needs a submit")
