"""Every emoji of the bot is drawn where the playground shows messages: a name between colons is what nobody should read."""

import re

from playground.demo.clusters import ROOT
from playground.demo.markup import EMOJI

PAGE = (ROOT / "playground" / "page" / "static" / "emoji.js").read_text(encoding="utf-8").split()
SOURCES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "handlers").rglob("*.py"))]
USED = {name for source in SOURCES for name in re.findall(r'Emoji\("([a-z_]+)"\)', source)}


def test_the_bot_says_something_with_emoji() -> None:
    assert "red_circle" in USED


def test_each_is_drawn_on_the_page_and_in_the_terminal() -> None:
    assert sorted(USED - set(PAGE)) == []
    assert sorted(USED - set(EMOJI)) == []
