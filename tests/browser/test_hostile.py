"""Whatever a text holds, it stays text: no element, no attribute, no link to a script comes of it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.async_api import expect

from tests.browser.kitchen_sink import Kitchen
from tests.browser.person import Person
from tests.browser.probes import probe

ATTACKS = (
    "<script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 1'>",
    "<javascript:alert(1)|click>",
    "<data:text/html,<script>alert(1)</script>|click>",
    "<!date^1^{date}^javascript:alert(1)|then>",
    "<!date^9999999999999999^{date}|then>",
    '<@U1|<b>x</b>> <#C1|"onmouseover=alert(1)> <!subteam^S1|@x>',
    '[x](javascript:alert(1)) ![x](x) <https://e.example/"onclick=alert(1)|x>',
    "*_~`*_~`*" * 40,
    "&lt;script&gt;&amp;lt;",
    "\u202e\u0000\u2028</textarea></style>{{7*7}}${7*7}",
)
PIECES = st.sampled_from(
    [
        *ATTACKS,
        "<",
        ">",
        "|",
        "*",
        "_",
        "~",
        "`",
        "```",
        "&",
        "&lt;",
        "\n",
        ":eyes:",
        ":",
        "@",
        "!",
        "^",
        "https://",
        "| a |",
        "- ",
        "# ",
        "> ",
    ]
)
HOSTILE = st.lists(st.one_of(PIECES, st.text(max_size=20)), min_size=1, max_size=12).map("".join)

DRAW = probe("hostile")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(HOSTILE, min_size=10, max_size=20))
async def test_hostile_text_stays_text_in_every_block(person: Person, texts: list[str]) -> None:
    assert await person.page.evaluate(DRAW, texts) == []


async def test_every_known_attack_stays_text_in_every_block(person: Person) -> None:
    assert await person.page.evaluate(DRAW, list(ATTACKS)) == []


@pytest.mark.parametrize("attack", ATTACKS[:2])
async def test_what_people_type_stays_text_on_everybodys_screen(person: Person, kitchen: Kitchen, attack: str) -> None:
    await person.type(attack)

    await expect(person.message(attack)).to_be_visible()
    assert await person.page.evaluate("window.pwned") is None


async def test_the_browser_itself_refuses_html(person: Person) -> None:
    refused = await person.page.evaluate(
        """() => { try { document.body.innerHTML = "<b>x</b>"; return "" } catch (error) { return error.name } }"""
    )

    assert refused == "TypeError"
    assert "TrustedHTML" in person.complaints.pop()
