from typing import Any

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> Block:
    return {"type": "button", "text": plain("Share"), "action_id": "share", **more}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def section(**parts: Any) -> Block:
    return {"type": "section", **parts}


def cells(rows: int, columns: int) -> list[list[Block]]:
    return [[{"type": "raw_text", "text": "x"} for _ in range(columns)] for _ in range(rows)]


def confirm(title: str = "Sure?") -> Block:
    return {"title": plain(title), "text": mrkdwn("*Really*?"), "confirm": plain("Yes"), "deny": plain("No")}


def option(text: str = "one", value: str = "1") -> Block:
    return {"text": plain(text), "value": value}


def rich(text: str) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}]}


def plan(status: str) -> Block:
    return {"type": "plan", "title": "Sweep", "tasks": [{"task_id": "1", "title": "look", "status": status, "details": rich("at pods")}]}


IMAGE = {"type": "image", "image_url": "https://home.example/a.png", "alt_text": "a"}

WRONG: dict[str, list[Block]] = {
    "an unknown block type": [{"type": "banner", "text": plain("x")}],
    "a header of 151 characters": [{"type": "header", "text": plain("x" * 151)}],
    "a section of 3001 characters": [section(text=mrkdwn("x" * 3001))],
    "eleven fields": [section(fields=[mrkdwn("x")] * 11)],
    "26 actions": [actions(*(button(action_id=f"a{n}") for n in range(26)))],
    "a button text of 76 characters": [actions(button(text=plain("x" * 76)))],
    "a button value of 2001 characters": [actions(button(value="x" * 2001))],
    "a confirm title of 101 characters": [actions(button(confirm=confirm("x" * 101)))],
    "eleven context elements": [{"type": "context", "elements": [mrkdwn("x")] * 11}],
    "six overflow options": [
        section(text=mrkdwn("x"), accessory={"type": "overflow", "action_id": "o", "options": [option(value=str(n)) for n in range(6)]})
    ],
    "12001 characters of markdown": [{"type": "markdown", "text": "x" * 12_001}],
    "a bad button style": [actions(button(style="warning"))],
    "a header in mrkdwn": [{"type": "header", "text": mrkdwn("x")}],
    "a button in mrkdwn": [actions(button(text=mrkdwn("x")))],
    "a button in a context": [{"type": "context", "elements": [button()]}],
    "an image without a source": [{"type": "image", "alt_text": "a"}],
    "a text given as a string": [section(text="x")],
    "a section without text or fields": [section()],
    "an image without alt_text": [{"type": "image", "image_url": "https://home.example/a.png"}],
    "a text object without a type": [section(text={"text": "x"})],
    "an unknown key": [section(text=mrkdwn("x"), colour="red")],
    "an empty text": [section(text=mrkdwn(""))],
    "empty elements": [actions()],
    "a field of 2001 characters": [section(fields=[mrkdwn("x" * 2001)])],
    "an option of 76 characters": [actions({"type": "static_select", "action_id": "s", "options": [option("x" * 76)]})],
    "a table of 101 rows": [{"type": "table", "rows": cells(101, 1)}],
    "a table of 21 columns": [{"type": "table", "rows": cells(1, 21)}],
    "51 blocks": [{"type": "divider"}] * 51,
    "two tables": [{"type": "table", "rows": cells(1, 1)}] * 2,
    "an action_id twice in a block": [actions(button(), button())],
    "a block_id twice": [{"type": "divider", "block_id": "b"}] * 2,
    "an alert in a message": [{"type": "alert", "text": mrkdwn("x"), "level": "error"}],
    "two markdown blocks of 7000 characters": [{"type": "markdown", "text": "x" * 7000}] * 2,
    "the task status completed": [plan("completed")],
    # Beyond the 34 of the survey:
    "a block that is no object": ["section"],  # type: ignore[list-item]  # that is the point
    "a null text": [section(text=None)],
    "an option value twice": [actions({"type": "static_select", "action_id": "s", "options": [option(), option()]})],
    "uneven rows": [{"type": "table", "rows": [*cells(1, 2), *cells(1, 1)]}],
    "a table of too many characters": [{"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 2001}]] * 5}],
    "a plan beside a task card": [plan("complete"), {"type": "task_card", "task_id": "2", "title": "x", "status": "pending"}],
    "an alert inside a container": [{"type": "container", "title": plain("x"), "child_blocks": [{"type": "alert", "text": mrkdwn("x")}]}],
    "a bad rich_text part": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text"}]}]}],
    "a null style": [actions(button(style=None))],
}

VALID: dict[str, list[Block]] = {
    "header, sections, context, actions": [
        {"type": "header", "text": plain("x" * 150)},
        section(text=mrkdwn("x" * 3000), fields=[mrkdwn("x" * 2000)] * 10, accessory=button(confirm=confirm())),
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("x"), plain("y"), IMAGE]},
        actions(button(style="danger", value="v" * 2000), {"type": "users_select", "action_id": "u"}),
        IMAGE,
    ],
    "rich text": [rich("a log line <!channel>")],
    "a table": [{"type": "table", "rows": cells(100, 20), "column_settings": [{"align": "right"}, None]}],
    "a data table, unknown to slack_sdk.models": [{"type": "data_table", "caption": "c", "rows": cells(2, 2)}],
    "a plan": [plan("complete")],
    "markdown": [{"type": "markdown", "text": "x" * 12_000}],
    "the same action_id in two blocks": [actions(button()), actions(button())],
    "a container of sections": [{"type": "container", "title": plain("x"), "child_blocks": [section(text=mrkdwn("x"))]}],
    "50 blocks": [{"type": "divider"}] * 50,
}

REASONS = {
    "an unknown block type": ("unsupported_type", "/blocks/0/type"),
    "a header of 151 characters": ("too_long", "/blocks/0/text/text"),
    "a section of 3001 characters": ("too_long", "/blocks/0/text/text"),
    "eleven fields": ("too_many", "/blocks/0/fields"),
    "26 actions": ("too_many", "/blocks/0/elements"),
    "a button text of 76 characters": ("too_long", "/blocks/0/elements/0/text/text"),
    "a button value of 2001 characters": ("too_long", "/blocks/0/elements/0/value"),
    "a confirm title of 101 characters": ("too_long", "/blocks/0/elements/0/confirm/title/text"),
    "eleven context elements": ("too_many", "/blocks/0/elements"),
    "six overflow options": ("too_many", "/blocks/0/accessory/options"),
    "12001 characters of markdown": ("too_long", "/blocks/0/text"),
    "a bad button style": ("not_allowed", "/blocks/0/elements/0/style"),
    "a header in mrkdwn": ("unsupported_type", "/blocks/0/text/type"),
    "a button in mrkdwn": ("unsupported_type", "/blocks/0/elements/0/text/type"),
    "a button in a context": ("unsupported_type", "/blocks/0/elements/0/type"),
    "an image without a source": ("missing_field", "/blocks/0"),
    "a text given as a string": ("wrong_type", "/blocks/0/text"),
    "a section without text or fields": ("missing_field", "/blocks/0"),
    "an image without alt_text": ("missing_field", "/blocks/0/alt_text"),
    "a text object without a type": ("missing_field", "/blocks/0/text/type"),
    "an unknown key": ("unknown_field", "/blocks/0/colour"),
    "an empty text": ("too_short", "/blocks/0/text/text"),
    "empty elements": ("too_few", "/blocks/0/elements"),
    "a field of 2001 characters": ("too_long", "/blocks/0/fields/0/text"),
    "an option of 76 characters": ("too_long", "/blocks/0/elements/0/options/0/text/text"),
    "a table of 101 rows": ("too_many", "/blocks/0/rows"),
    "a table of 21 columns": ("too_many", "/blocks/0/rows/0"),
    "51 blocks": ("too_many", "/blocks"),
    "two tables": ("only_one_table_allowed", "/blocks"),
    "an action_id twice in a block": ("duplicate", "/blocks/0/elements/1/action_id"),
    "a block_id twice": ("duplicate", "/blocks/1/block_id"),
    "an alert in a message": ("wrong_surface", "/blocks/0/type"),
    "two markdown blocks of 7000 characters": ("too_long", "/blocks"),
    "the task status completed": ("not_allowed", "/blocks/0/tasks/0/status"),
    "a block that is no object": ("wrong_type", "/blocks/0"),
    "a null text": ("wrong_type", "/blocks/0/text"),
    "an option value twice": ("duplicate", "/blocks/0/elements/0/options/1/value"),
    "uneven rows": ("uneven_rows", "/blocks/0/rows"),
    "a table of too many characters": ("too_long", "/blocks"),
    "a plan beside a task card": ("not_allowed", "/blocks"),
    "an alert inside a container": ("wrong_surface", "/blocks/0/child_blocks/0/type"),
    "a bad rich_text part": ("missing_field", "/blocks/0/elements/0/elements/0/text"),
    "a null style": ("not_allowed", "/blocks/0/elements/0/style"),
}
