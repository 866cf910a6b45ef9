"""One element of every kind, what can be picked in it, and what Slack then says."""

from typing import Any

from tests.playground.slack.samples import plain

Block = dict[str, Any]


def option(value: str) -> Block:
    return {"text": plain(value.title()), "value": value}


ONE, TWO = option("one"), option("two")
STATIC: Block = {"options": [ONE, TWO]}
GROUPED: Block = {"option_groups": [{"label": plain("All"), "options": [ONE, TWO]}]}

# kind -> (the element's own fields, what is picked, what `actions[0]` and `state.values` then hold)
PICKS: dict[str, tuple[Block, str | list[str], Block]] = {
    "static_select": (STATIC, "two", {"selected_option": TWO}),
    "multi_static_select": (GROUPED, ["one", "two"], {"selected_options": [ONE, TWO]}),
    "radio_buttons": (STATIC, "one", {"selected_option": ONE}),
    "checkboxes": (STATIC, ["two"], {"selected_options": [TWO]}),
    "users_select": ({}, "olga", {"selected_user": "U0OLGAOPER"}),
    "multi_users_select": ({}, ["U0MIAMEMBE", "oscar"], {"selected_users": ["U0MIAMEMBE", "U0OSCAROPE"]}),
    "channels_select": ({}, "random", {"selected_channel": "C0RANDOM00"}),
    "multi_channels_select": ({}, ["C0OPS00000"], {"selected_channels": ["C0OPS00000"]}),
    "conversations_select": ({}, "ops-private", {"selected_conversation": "G0PRIVATE0"}),
    "multi_conversations_select": ({}, ["ops", "random"], {"selected_conversations": ["C0OPS00000", "C0RANDOM00"]}),
    "datepicker": ({}, "2026-12-05", {"selected_date": "2026-12-05"}),
    "timepicker": ({"timezone": "Europe/Berlin"}, "09:30", {"selected_time": "09:30"}),
    "datetimepicker": ({}, "1795600000", {"selected_date_time": 1_795_600_000}),
}

# What no person could pick, and why.
IMPOSSIBLE: dict[str, tuple[Block, str | list[str], str]] = {
    "an option that is not offered": ({"type": "static_select", **STATIC}, "three", "no option 'three'"),
    "nothing": ({"type": "static_select", **STATIC}, "", "pick one thing"),
    "several where one is meant": ({"type": "static_select", **STATIC}, ["one", "two"], "pick one thing"),
    "more than allowed": ({"type": "multi_static_select", **STATIC, "max_selected_items": 1}, ["one", "two"], "at most 1"),
    "the same twice": ({"type": "checkboxes", **STATIC}, ["one", "one"], "different things"),
    "somebody who does not exist": ({"type": "users_select"}, "nobody", "user_not_found"),
    "a private channel among the public ones": ({"type": "channels_select"}, "ops-private", "only public channels"),
    "no such conversation": ({"type": "conversations_select"}, "moon", "channel_not_found"),
    "no date": ({"type": "datepicker"}, "2026-02-30", "YYYY-MM-DD"),
    "no time": ({"type": "timepicker"}, "25:00", "HH:MM"),
    "no moment": ({"type": "datetimepicker"}, "soon", "ten digits"),
    "what was never suggested": ({"type": "external_select"}, "one", "no option 'one'"),
}
