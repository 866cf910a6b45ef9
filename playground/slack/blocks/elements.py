"""Block elements: buttons, menus, inputs. Limits from docs.slack.dev (block-elements) and slack_sdk.models 3.47."""

from collections.abc import Mapping

from playground.slack.blocks.objects import (
    ACTION_ID,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_CONFIG,
    FEEDBACK,
    LINKED_OPTION,
    MARKED_OPTION,
    OPTION,
    OPTION_GROUP,
    URL,
    WORKFLOW,
    image_source,
    options,
    plain,
)
from playground.slack.blocks.rich_text import RICH_TEXT
from playground.slack.blocks.shape import (
    Check,
    array,
    boolean,
    both,
    by_type,
    exactly_one_of,
    number,
    record,
    string,
    word,
)

_ANY_NUMBER = number(-1e15, 1e15)
_VISIBLE = array(string(255), 100)

_COMMON: Mapping[str, Check] = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": boolean}
_PICKED: Mapping[str, Check] = {**_COMMON, "placeholder": plain(150)}
_TYPED: Mapping[str, Check] = {
    "action_id": ACTION_ID,
    "placeholder": plain(150),
    "focus_on_load": boolean,
    "dispatch_action_config": DISPATCH_CONFIG,
}
_SEVERAL: Mapping[str, Check] = {"max_selected_items": number(1, 1000)}
_IDS = array(string(255), 1000)

IMAGE = image_source()
BUTTON = record(
    {"text": plain(75)},
    {
        "action_id": ACTION_ID,
        "url": URL,
        "value": string(2000, shortest=0),
        "style": word("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
        "agent_prompt_display": string(4000),
        "visible_to_user_ids": _VISIBLE,
    },
)
_STATIC: Mapping[str, Check] = {"options": options(OPTION, 100), "option_groups": array(OPTION_GROUP, 100)}
_ONE_SOURCE = exactly_one_of("options", "option_groups")

SELECTS: Mapping[str, Check] = {
    "static_select": both(record({}, {**_PICKED, **_STATIC, "initial_option": OPTION}), _ONE_SOURCE),
    "external_select": record({}, {**_PICKED, "initial_option": OPTION, "min_query_length": number(0, 100)}),
    "users_select": record({}, {**_PICKED, "initial_user": string(255)}),
    "conversations_select": record(
        {},
        {
            **_PICKED,
            "initial_conversation": string(255),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "channels_select": record({}, {**_PICKED, "initial_channel": string(255), "response_url_enabled": boolean}),
}
MULTI_SELECTS: Mapping[str, Check] = {
    "multi_static_select": both(record({}, {**_PICKED, **_SEVERAL, **_STATIC, "initial_options": options(OPTION, 100)}), _ONE_SOURCE),
    "multi_external_select": record(
        {}, {**_PICKED, **_SEVERAL, "initial_options": options(OPTION, 100), "min_query_length": number(0, 100)}
    ),
    "multi_users_select": record({}, {**_PICKED, **_SEVERAL, "initial_users": _IDS}),
    "multi_conversations_select": record(
        {},
        {
            **_PICKED,
            **_SEVERAL,
            "initial_conversations": _IDS,
            "default_to_current_conversation": boolean,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "multi_channels_select": record({}, {**_PICKED, **_SEVERAL, "initial_channels": _IDS}),
}
PICKERS: Mapping[str, Check] = {
    "datepicker": record({}, {**_PICKED, "initial_date": string(10, shortest=10)}),
    "timepicker": record({}, {**_PICKED, "initial_time": string(5, shortest=5), "timezone": string(100)}),
    "datetimepicker": record({}, {**_COMMON, "initial_date_time": number(1_000_000_000, 9_999_999_999)}),
    "checkboxes": record({"options": options(MARKED_OPTION, 10)}, {**_COMMON, "initial_options": options(MARKED_OPTION, 10)}),
    "radio_buttons": record({"options": options(MARKED_OPTION, 10)}, {**_COMMON, "initial_option": MARKED_OPTION}),
}
INPUTS: Mapping[str, Check] = {
    "plain_text_input": record(
        {},
        {
            **_TYPED,
            "initial_value": string(3000, shortest=0),
            "multiline": boolean,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
        },
    ),
    "email_text_input": record({}, {**_TYPED, "initial_value": string(3000)}),
    "url_text_input": record({}, {**_TYPED, "initial_value": string(3000)}),
    "number_input": record(
        {"is_decimal_allowed": boolean},
        {**_TYPED, "initial_value": string(50), "min_value": string(50), "max_value": string(50)},
    ),
    "rich_text_input": record(
        {},
        {**_TYPED, "initial_value": RICH_TEXT, "min_lines": number(1, 100), "max_lines": number(1, 100)},
    ),
    "file_input": record({}, {"action_id": ACTION_ID, "filetypes": array(string(20), 100), "max_files": number(1, 10)}),
}
OVERFLOW = record({"options": options(LINKED_OPTION, 5)}, {"action_id": ACTION_ID, "confirm": CONFIRM})
WORKFLOW_BUTTON = record(
    {"text": plain(75), "workflow": WORKFLOW},
    {"action_id": ACTION_ID, "style": word("primary", "danger"), "accessibility_label": string(75)},
)
CONTEXT_ACTIONS: Mapping[str, Check] = {
    "feedback_buttons": record({"positive_button": FEEDBACK, "negative_button": FEEDBACK}, {"action_id": ACTION_ID}),
    "icon_button": record(
        {"icon": word("trash"), "text": plain(75)},
        {
            "action_id": ACTION_ID,
            "value": string(2000),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": _VISIBLE,
        },
    ),
}

ACTION_ELEMENT = by_type(
    {
        "button": BUTTON,
        "overflow": OVERFLOW,
        "workflow_button": WORKFLOW_BUTTON,
        "rich_text_input": INPUTS["rich_text_input"],
        **SELECTS,
        **MULTI_SELECTS,
        **PICKERS,
    }
)
ACCESSORY = by_type(
    {
        "button": BUTTON,
        "overflow": OVERFLOW,
        "workflow_button": WORKFLOW_BUTTON,
        "image": IMAGE,
        **SELECTS,
        **MULTI_SELECTS,
        **PICKERS,
    }
)
INPUT_ELEMENT = by_type({**INPUTS, **SELECTS, **MULTI_SELECTS, **PICKERS})
