from datetime import UTC, datetime

import pytest

from playground.demo import ink
from playground.demo.ink import BOLD, CYAN, STRUCK, UNDERLINED, Run
from playground.demo.markup import Reader, element, mrkdwn

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
READER = Reader(now=NOW, names={"U0OLGAOPER": "olga", "C0OPS00000": "ops"})
PRETTY = "{date_short_pretty} {time}"


def plainly(text: str) -> str:
    return ink.paint(mrkdwn(text, READER), colours=False)


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (NOW, "today 12:00 UTC"),
        (NOW.replace(day=24), "tomorrow 12:00 UTC"),
        (NOW.replace(day=22, hour=23), "yesterday 23:00 UTC"),
        (NOW.replace(month=12, day=5), "Dec 5, 2026 12:00 UTC"),
    ],
)
def test_a_date_is_shown_as_slack_shows_it(at: datetime, shown: str) -> None:
    timestamp = int(at.timestamp())

    assert element({"type": "date", "timestamp": timestamp, "format": PRETTY, "fallback": "?"}, READER).text == shown
    assert plainly(f"since <!date^{timestamp}^{PRETTY}|?>") == f"since {shown}"


def test_a_date_format_that_is_not_known_shows_its_fallback() -> None:
    assert element({"type": "date", "timestamp": 0, "format": "{ago}", "fallback": "long ago"}, READER).text == "long ago"


def test_entities_and_names_are_shown_as_what_they_stand_for() -> None:
    assert plainly("a &lt;b&gt; &amp;lt; <@U0OLGAOPER> in <#C0OPS00000>, <!here>") == "a <b> &lt; @olga in #ops, @here"


def test_a_link_shows_its_label() -> None:
    assert mrkdwn("<https://dapr.io|docs> <https://dapr.io>", READER) == (
        Run("docs", UNDERLINED),
        Run(" "),
        Run("https://dapr.io", UNDERLINED),
    )


def test_the_four_signs_style_what_stands_between_them() -> None:
    assert mrkdwn("*bold* `*code*` ~gone~ a*b*c", READER) == (
        Run("bold", BOLD),
        Run(" "),
        Run("*code*", CYAN),
        Run(" "),
        Run("gone", STRUCK),
        Run(" a*b*c"),
    )


def test_emoji_are_drawn_or_named() -> None:
    assert plainly(":red_circle: :no_such_thing: 12:30:45") == "🔴 :no_such_thing: 12:30:45"


def test_rich_text_is_never_parsed() -> None:
    assert element({"type": "text", "text": "*a* <@U0OLGAOPER> :red_circle:"}, READER).text == "*a* <@U0OLGAOPER> :red_circle:"


def test_outside_text_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in plainly("\x1b[31mred")
    assert "\x1b" not in element({"type": "link", "url": "https://x", "text": "\x1b]0;title\x07"}, READER).text
