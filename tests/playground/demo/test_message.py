from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from playground.demo import ink, message
from playground.demo.ink import DIM, GREEN, RED, YELLOW
from playground.demo.markup import Reader
from playground.slack import Message
from playground.slack.messages import Edition
from playground.slack.people import BOT_USER, OLGA

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
READER = Reader(now=NOW, names={OLGA.id: "olga", BOT_USER: "dapr-warden"})
WIDTH = 60


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def emoji(name: str) -> dict[str, Any]:
    return {"type": "emoji", "name": name}


def a_card(*blocks: dict[str, Any], **more: Any) -> Message:
    first = section(emoji("red_circle"), text(" prod-eu · CRITICAL · Secret and ConfigMap differ"))
    fields = {"channel": "C0OPS00000", "ts": f"{NOW.timestamp():.6f}", "user": BOT_USER, "text": "-", "blocks": (first, *blocks)}
    return Message(**(fields | more))


def shown(card: Message, *replies: Message, width: int = WIDTH) -> list[str]:
    return [ink.paint(row, colours=False) for row in message.rows(card, READER, width, replies)]


def test_a_message_tells_who_said_it_and_when() -> None:
    assert shown(a_card())[0] == "dapr-warden  APP   12:00"


def test_a_private_answer_names_its_only_reader() -> None:
    assert shown(a_card(visible_to=OLGA.id))[0].endswith("only visible to olga")


def test_on_a_narrow_screen_the_only_reader_is_named_below() -> None:
    assert shown(a_card(visible_to=OLGA.id), width=36)[:2] == ["dapr-warden  APP   12:00", "only visible to olga"]


def test_an_edited_message_says_so() -> None:
    edited = a_card(editions=(Edition(text="before", blocks=(), replaced_at="1"),))

    assert shown(edited)[0].endswith("edited")


@pytest.mark.parametrize(
    ("name", "colour", "drawn"),
    [("red_circle", RED, "🔴"), ("large_orange_circle", YELLOW, "🟠"), ("large_green_circle", GREEN, "🟢"), ("white_circle", DIM, "⚪")],
)
def test_severity_is_a_bar_in_colour_and_an_emoji_and_a_word(name: str, colour: str, drawn: str) -> None:
    card = a_card(blocks=(section(emoji(name), text(" prod-eu · WORD")),))
    bar, *words = message.rows(card, READER, WIDTH)[1]

    assert bar == (message.BAR, colour)
    assert ink.paint(tuple(words), colours=False) == f"{drawn} prod-eu · WORD"


def test_a_broadcast_reply_stands_below_its_card_and_says_where_else() -> None:
    reply = a_card(blocks=(section(text("That crosses the 7-day mark.")),), thread_ts="1", is_broadcast=True)
    below = shown(a_card(), reply)[2:]

    assert below[0].startswith("  ↳ dapr-warden")
    assert below[0].endswith("also sent to the channel")
    assert below[1] == "    ▌ That crosses the 7-day mark."


def test_buttons_look_like_buttons() -> None:
    buttons = [{"type": "button", "action_id": one, "text": {"type": "plain_text", "text": one}} for one in ("Accept", "Share")]

    assert shown(a_card({"type": "actions", "elements": buttons}))[-1] == "▌ [ Accept ]  [ Share ]"


def test_lists_headers_fields_and_context_keep_their_form() -> None:
    items = [{"type": "rich_text_section", "elements": [text(one)]} for one in ("first", "second")]
    blocks = (
        {"type": "header", "text": {"type": "plain_text", "text": "Title"}},
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "ordered", "elements": items}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [text("quoted")]}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [text("a  b")]}]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*one*"}, "fields": [{"type": "plain_text", "text": "two"}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}, {"type": "plain_text", "text": "print"}]},
    )

    assert shown(a_card(blocks=blocks))[1:] == [
        "▌ Title",
        "▌   1. first",
        "▌   2. second",
        "▌ │ quoted",
        "▌   a  b",
        "▌ one",
        "▌ two",
        "▌ small  print",
    ]


def test_a_block_that_is_not_known_is_shown_by_its_words() -> None:
    unknown = {"type": "image", "image_url": "https://x", "alt_text": "a graph of the days left"}

    assert shown(a_card(unknown))[-1] == "▌ a graph of the days left"


def test_a_message_without_blocks_shows_its_text() -> None:
    assert shown(a_card(blocks=(), text="plain *words*"))[1:] == ["▌ plain words"]


def test_files_are_named() -> None:
    assert shown(a_card(files=({"name": "graph.png"},)))[-1] == "▌ [file: graph.png]"


@pytest.mark.parametrize("width", [40, 76, 116])
def test_nothing_is_wider_than_the_screen(width: int) -> None:
    card = a_card(section(text("docs/checks.md#" + "renewing-without-downtime" * 8)), {"type": "divider"})
    rows = message.rows(card, READER, width, [replace(card, thread_ts="1", is_broadcast=True)])

    assert max(ink.measure(row) for row in rows) <= width
