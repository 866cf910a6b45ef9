"""Composition objects: texts, options, confirmation dialogs, file references.

Limits from docs.slack.dev (reference/block-kit/composition-objects) and slack_sdk.models 3.47.
"""

from collections.abc import Mapping
from typing import Any

from playground.slack.blocks.shape import (
    Check,
    Problem,
    Problems,
    anything,
    array,
    boolean,
    both,
    by_type,
    exactly_one_of,
    exactly_one_present,
    record,
    string,
    word,
)

ACTION_ID = string(255)
BLOCK_ID = string(255)
URL = string(3000)


def plain(longest: int) -> Check:
    """A plain_text object of so many characters."""
    return by_type({"plain_text": record({"text": string(longest)}, {"emoji": boolean})})


def mrkdwn(longest: int) -> Check:
    """A mrkdwn object of so many characters."""
    return by_type({"mrkdwn": record({"text": string(longest)}, {"verbatim": boolean})})


def text(longest: int) -> Check:
    """A plain_text or mrkdwn object of so many characters."""
    return by_type(
        {
            "plain_text": record({"text": string(longest)}, {"emoji": boolean}),
            "mrkdwn": record({"text": string(longest)}, {"verbatim": boolean}),
        }
    )


CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": word("primary", "danger")},
)

OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75)})
MARKED_OPTION = record({"text": text(75), "value": string(150)}, {"description": text(75)})
LINKED_OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": URL})


def options(of: Check, longest: int, shortest: int = 1) -> Check:
    """A list of options whose values differ."""
    return both(array(of, longest, shortest), _different_values)


def _different_values(value: Any, at: str) -> Problems:
    if not isinstance(value, list):
        return
    seen: set[str] = set()
    for index, option in enumerate(value):
        chosen = option.get("value") if isinstance(option, dict) else None
        if isinstance(chosen, str) and chosen in seen:
            yield Problem(f"{at}/{index}/value", "duplicate", f"option value used twice: {chosen[:80]}")
        seen.add(str(chosen))


OPTION_GROUP = record({"label": plain(75), "options": options(OPTION, 100)})
SUGGESTIONS = both(
    record({}, {"options": options(OPTION, 100, shortest=0), "option_groups": array(OPTION_GROUP, 100)}),
    exactly_one_present("options", "option_groups"),
)

SLACK_FILE = both(record({}, {"id": string(255), "url": URL}), exactly_one_of("id", "url"))
DISPATCH_CONFIG = record({"trigger_actions_on": array(word("on_enter_pressed", "on_character_entered"), 2)})
CONVERSATION_FILTER = record(
    {},
    {
        "include": array(word("im", "mpim", "private", "public"), 4),
        "exclude_bot_users": boolean,
        "exclude_external_shared_channels": boolean,
    },
)
WORKFLOW = record({"trigger": record({"url": URL}, {"customizable_input_parameters": array(anything, 100)})})
FEEDBACK = record({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})


def image_source(optional: Mapping[str, Check] | None = None) -> Check:
    """An image with alt_text and exactly one source."""
    shape = record({"alt_text": string(2000)}, {"image_url": URL, "slack_file": SLACK_FILE, **(optional or {})})
    return both(shape, exactly_one_of("image_url", "slack_file"))
