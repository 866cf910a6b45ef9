"""Every block, element and input that the page draws."""

from typing import Any

Block = dict[str, Any]


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text}


def option(text: str, **more: Any) -> Block:
    return {"text": plain(text), "value": text.lower().replace(" ", "-"), **more}


def button(text: str, action_id: str = "press", **more: Any) -> Block:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": text, **more}


def part(kind: str = "text", **more: Any) -> Block:
    return {"type": kind, **more}


def row(*parts: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(parts)}


def rich(*elements: Block) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def said(text: str, **style: bool) -> Block:
    return part(text=text) | ({"style": style} if style else {})


CONFIRM: Block = {
    "title": plain("Restart sentry?"),
    "text": mrkdwn("It makes a *new CA* when the copies differ."),
    "confirm": plain("Restart"),
    "deny": plain("Keep it running"),
    "style": "danger",
}
OPTIONS = [option("One hour"), option("One day"), option("One week", description=plain("until Monday"))]
SELECT: Block = {"type": "static_select", "action_id": "snooze", "placeholder": plain("Snooze"), "options": OPTIONS}
OVERFLOW: Block = {"type": "overflow", "action_id": "more", "options": [option("Mute"), option("Explain")]}

EXPIRES = 1_796_000_000
RICH = rich(
    row(
        part("emoji", name="large_orange_circle"),
        said(" "),
        said("prod-eu · WARNING · Root CA and issuer expire ", bold=True),
        part("date", timestamp=EXPIRES, format="{date_short_pretty} at {time}", fallback="soon", style={"bold": True}),
    ),
    row(
        said("plain, "),
        said("italic, ", italic=True),
        said("struck, ", strike=True),
        said("code", code=True),
        said(", "),
        part("link", url="https://docs.dapr.io/", text="a link"),
        said(", "),
        part("user", user_id="U0OLGAOPER"),
        said(", "),
        part("channel", channel_id="C0GENERAL0"),
        said(", "),
        part("color", value="#0d2192"),
    ),
    {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [row(said("app shop/orders: 12 of 12 pods")), row(said("app shop/payments"))],
    },
    {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [row(said("deeper"))]},
    {"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": [row(said("third")), row(said("fourth"))]},
    {"type": "rich_text_quote", "elements": [said("Since Dapr 1.12 no log line warns before this.")]},
    {"type": "rich_text_preformatted", "elements": [said('level=error msg="x509: certificate has expired"\n<b>not bold</b>')]},
)

MRKDWN = (
    "*bold*, _italic_, ~struck~, `code`, <https://docs.dapr.io/|a link>, <@U0OLGAOPER>, <#C0GENERAL0|general>, "
    f":white_check_mark: <!date^{EXPIRES}^{{date_short}} {{time}}|then> and &lt;escaped&gt; &amp; more\n"
    "> a quote\n> of two lines\n```kubectl -n dapr-system get secret dapr-trust-bundle```"
)

TASKS = [
    {"task_id": "1", "title": "Read the trust bundle", "status": "complete", "output": rich(row(said("2 roots, 1 issuer")))},
    {"task_id": "2", "title": "Ask every sidecar", "status": "in_progress", "details": rich(row(said("12 of 20 pods")))},
    {"task_id": "3", "title": "Compare the copies", "status": "error", "details": rich(row(said("they differ by a newline")))},
    {"task_id": "4", "title": "Write the report", "status": "pending"},
]

CARD: Block = {
    "type": "card",
    "title": mrkdwn("*Root CA*"),
    "subtitle": plain("dapr-trust-bundle"),
    "body": mrkdwn("Valid for another 12 days."),
    "actions": [button("Renew", "renew", style="primary")],
}

CLASSIC: list[Block] = [
    {"type": "header", "text": plain("Everything that can be drawn")},
    {"type": "section", "text": mrkdwn(MRKDWN), "accessory": button("Details")},
    {"type": "section", "fields": [mrkdwn("*Cluster*\nprod-eu"), mrkdwn("*Dapr*\n1.18.3"), mrkdwn("*Pods*\n20"), mrkdwn("*Roots*\n2")]},
    {"type": "divider"},
    RICH,
    {"type": "image", "image_url": "https://example.com/graph.png", "alt_text": "days left, falling", "title": plain("Days left")},
    {
        "type": "actions",
        "elements": [
            button("Approve", "approve", style="primary"),
            button("Restart sentry", "restart", style="danger", confirm=CONFIRM),
            SELECT,
            {"type": "users_select", "action_id": "assign", "placeholder": plain("Assign to")},
            OVERFLOW,
        ],
    },
    {"type": "context", "elements": [mrkdwn("root-expiry · <https://example.com/docs|docs/checks.md> · since 12:00")]},
]

NEWER: list[Block] = [
    {
        "type": "table",
        "column_settings": [{"is_wrapped": True}, {"align": "right"}, {"align": "center"}],
        "rows": [
            [part("raw_text", text="Workload"), part("raw_text", text="Pods"), part("raw_text", text="Trust")],
            [part("raw_text", text="shop/orders"), part("raw_number", value=12), rich(row(part("emoji", name="white_check_mark")))],
            [
                part("raw_text", text="shop/payments"),
                part("raw_number", value=8),
                rich(row(part("emoji", name="x"), said(" old root", bold=True))),
            ],
        ],
    },
    {
        "type": "markdown",
        "text": "## What to do\n\n1. Write the **new root** *beside* the old one\n2. Wait for `20` pods\n\n> not before\n\n"
        "| a | b |\n|---|---|\n| 1 | [two](https://example.com) |\n\n```\nkubectl get pods\n```",
    },
    {"type": "plan", "title": "Sweep of prod-eu", "tasks": TASKS},
    CARD,
    {
        "type": "container",
        "title": plain("Evidence"),
        "subtitle": mrkdwn("seen by two checks"),
        "is_collapsible": True,
        "child_blocks": [{"type": "section", "text": mrkdwn("*Sentry* logs _nothing_ about it.")}, {"type": "divider"}, RICH],
    },
    {"type": "data_visualization", "title": "Days left", "chart": {"type": "line", "series": []}},
    {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "positive_button": {"text": plain("Helpful"), "value": "yes"},
                "negative_button": {"text": plain("Not helpful"), "value": "no"},
            },
            {"type": "icon_button", "icon": "trash", "text": plain("Remove"), "action_id": "remove"},
        ],
    },
]


def field(block_id: str, label: str, element: Block, **more: Any) -> Block:
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": {"action_id": "value", **element}, **more}


INPUTS: list[Block] = [
    {"type": "alert", "level": "warning", "text": mrkdwn("Only *two* people may approve this.")},
    field("reason", "Reason", {"type": "plain_text_input", "placeholder": plain("Why now?"), "min_length": 5}, hint=plain("It is kept.")),
    field("notes", "Notes", {"type": "plain_text_input", "multiline": True}, optional=True),
    field(
        "count",
        "Pods at once",
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "20", "initial_value": "5"},
    ),
    field("mail", "Tell also", {"type": "email_text_input"}, optional=True),
    field("when", "Snooze for", {"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[1]}),
    field("who", "Approver", {"type": "users_select"}, optional=True),
    field("where", "Channels", {"type": "multi_channels_select"}, optional=True),
    field("day", "Day", {"type": "datepicker", "initial_date": "2026-12-01"}),
    field("time", "Time", {"type": "timepicker", "initial_time": "03:00"}),
    field("steps", "Steps", {"type": "checkboxes", "options": [option("Drain"), option("Restart")], "initial_options": [option("Drain")]}),
    field("mode", "Mode", {"type": "radio_buttons", "options": [option("Careful"), option("Fast")], "initial_option": option("Careful")}),
]


def modal(title: str, *blocks: Block, **more: Any) -> Block:
    return {
        "type": "modal",
        "callback_id": "sink",
        "title": plain(title),
        "submit": plain("Submit"),
        "close": plain("Cancel"),
        "notify_on_close": True,
        "blocks": list(blocks),
        **more,
    }


HOME: Block = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("Clusters")},
        {"type": "section", "block_id": "clusters", "text": mrkdwn("*prod-eu* · 12 days left"), "accessory": button("Refresh", "refresh")},
        {"type": "context", "elements": [mrkdwn("seen just now")]},
    ],
}
