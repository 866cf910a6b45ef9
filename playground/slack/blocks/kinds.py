"""The blocks, and on which surface each may stand (message, modal, home).

Surfaces and limits: docs.slack.dev/reference/block-kit/blocks, slack_sdk.models 3.47; `data_table` and
`data_visualization` are newer than those models and are known from the documentation only.
"""

from collections.abc import Mapping
from typing import Any, Literal

from playground.slack.blocks.elements import (
    ACCESSORY,
    ACTION_ELEMENT,
    BUTTON,
    CONTEXT_ACTIONS,
    IMAGE,
    INPUT_ELEMENT,
    OVERFLOW,
)
from playground.slack.blocks.objects import BLOCK_ID, URL, image_source, plain, text
from playground.slack.blocks.rich_text import RICH_TEXT, RICH_TEXT_BLOCK
from playground.slack.blocks.shape import (
    Check,
    Problem,
    Problems,
    anything,
    array,
    at_least_one_of,
    boolean,
    both,
    by_type,
    nullable,
    number,
    record,
    string,
    word,
)

Surface = Literal["message", "modal", "home"]
EVERYWHERE: tuple[Surface, ...] = ("message", "modal", "home")
_COLUMNS = 20
_CONTEXT = by_type(
    {
        "image": IMAGE,
        "mrkdwn": record({"text": string(2000)}, {"verbatim": boolean}),
        "plain_text": record({"text": string(2000)}, {"emoji": boolean}),
    }
)
_CELL = by_type(
    {
        "raw_text": record({"text": string(3000)}),
        "raw_number": record({"value": number(-1e15, 1e15)}, {"text": string(3000)}),
        "rich_text": RICH_TEXT_BLOCK,
    }
)
_SOURCE = by_type({"url": record({"url": URL, "text": string(255)})})


def _block(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return record(required, {"block_id": BLOCK_ID, **(optional or {})})


def _equally_wide(value: Any, at: str) -> Problems:
    rows = value.get("rows") if isinstance(value, dict) else None
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        yield Problem(f"{at}/rows", "uneven_rows", "every row must have the same number of cells")


def _one_decoration(value: Any, at: str) -> Problems:
    if isinstance(value, dict) and value.get("is_collapsible") and value.get("has_header_divider"):
        yield Problem(f"{at}/has_header_divider", "not_allowed", "not together with is_collapsible")


_TASK = {
    "task_id": string(255),
    "title": string(255),
    "status": word("pending", "in_progress", "complete", "error"),
}
_TASK_MORE = {"details": RICH_TEXT, "output": RICH_TEXT, "sources": array(_SOURCE, 50)}

_CARD = both(
    _block(
        {},
        {
            "hero_image": by_type({"image": IMAGE}),
            "icon": by_type({"image": IMAGE}),
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "actions": array(by_type({"button": BUTTON}), 5),
        },
    ),
    at_least_one_of("hero_image", "title", "actions", "body"),
)

CLASSIC: Mapping[str, Check] = {
    "section": both(
        _block({}, {"text": text(3000), "fields": array(text(2000), 10), "accessory": ACCESSORY, "expand": boolean}),
        at_least_one_of("text", "fields"),
    ),
    "header": _block({"text": plain(150)}),
    "divider": _block({}),
    "context": _block({"elements": array(_CONTEXT, 10)}),
    "image": image_source({"title": plain(2000), "block_id": BLOCK_ID}),
    "actions": _block({"elements": array(ACTION_ELEMENT, 25)}),
    "input": _block(
        {"label": plain(2000), "element": INPUT_ELEMENT},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": RICH_TEXT_BLOCK,
    "video": _block(
        {"alt_text": string(2000), "title": plain(199), "thumbnail_url": URL, "video_url": URL},
        {
            "title_url": URL,
            "description": plain(200),
            "provider_icon_url": URL,
            "provider_name": string(50),
            "author_name": string(49),
        },
    ),
}
_TABLE = both(
    _block(
        {"rows": array(array(_CELL, _COLUMNS), 100)},
        {"column_settings": array(nullable(record({}, {"align": word("left", "center", "right"), "is_wrapped": boolean})), _COLUMNS)},
    ),
    _equally_wide,
)
NEWER: Mapping[str, Check] = {
    "card": _CARD,
    "carousel": _block({"elements": array(by_type({"card": _CARD}), 10)}),
    "table": _TABLE,
    "data_table": both(
        _block(
            {"caption": string(3000), "rows": array(array(_CELL, _COLUMNS), 101, shortest=2)},
            {"page_size": number(1, 100), "row_header_column_index": number(0, _COLUMNS - 1)},
        ),
        _equally_wide,
    ),
    "data_visualization": _block({"title": string(50), "chart": anything}),
    "markdown": _block({"text": string(12_000)}),
    "plan": _block({"title": string(255)}, {"tasks": array(record(_TASK, {**_TASK_MORE, "block_id": BLOCK_ID}), 100)}),
    "task_card": _block(_TASK, _TASK_MORE),
    "context_actions": _block({"elements": array(by_type(CONTEXT_ACTIONS), 5)}),
    "alert": _block({"text": text(3000)}, {"level": word("default", "info", "warning", "error", "success")}),
    "file": _block({"external_id": string(255), "source": word("remote")}),
    "auth_provider": _block(
        {"value": string(150), "name": plain(75), "is_connected": boolean},
        {
            "description": plain(150),
            "icon_url": URL,
            "auth_url": URL,
            "disconnect_url": URL,
            "connected_identity": plain(75),
            "connected_context": plain(75),
            "accessory": by_type({"overflow": OVERFLOW}),
            "fallback": array(anything, 50),
        },
    ),
}
_CONTAINER = both(
    _block(
        {"child_blocks": array(by_type({**CLASSIC, **NEWER}), 10)},
        {
            "title": plain(150),
            "rich_text_title": RICH_TEXT,
            "subtitle": text(150),
            "icon": by_type({"image": IMAGE}),
            "width": word("narrow", "standard", "wide", "full"),
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
    ),
    at_least_one_of("title", "rich_text_title"),
    _one_decoration,
)
KINDS: Mapping[str, Check] = {**CLASSIC, **NEWER, "container": _CONTAINER}
_MESSAGE_ONLY = ("table", "data_table", "data_visualization", "markdown", "plan", "task_card", "context_actions")
SURFACES: Mapping[str, tuple[Surface, ...]] = {
    **dict.fromkeys(CLASSIC, EVERYWHERE),
    **dict.fromkeys((*_MESSAGE_ONLY, "container", "file"), ("message",)),
    "card": EVERYWHERE,
    "carousel": ("message", "home"),
    "alert": ("modal",),
    "auth_provider": EVERYWHERE,
}
ANY_BLOCK = by_type(KINDS)
