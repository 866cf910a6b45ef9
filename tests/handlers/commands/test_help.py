import pytest

from handlers.commands import SUBCOMMANDS
from playground.slack.people import OLGA
from tests.handlers.conftest import Talk
from tests.handlers.transcript import of_slack


@pytest.mark.parametrize("text", ["", "   ", "help", "HELP", "--help", "?"])
async def test_help_lists_what_can_be_asked(talk: Talk, text: str) -> None:
    gesture = await talk.slash(text)

    shown = of_slack(gesture.messages[0])
    assert [one.usage for one in SUBCOMMANDS if f"`/dapr {one.usage}` {one.summary}" not in shown] == []
    assert "`/dapr accept` accept a CA that was changed on purpose (operators only)" in shown


@pytest.mark.parametrize(("typed", "meant"), [("statsu", "status"), ("Chekk", "check"), ("hlep me", "help")])
async def test_an_unknown_word_gets_the_nearest_one(talk: Talk, typed: str, meant: str) -> None:
    gesture = await talk.slash(typed)

    assert of_slack(gesture.messages[0]) == f"I do not know `{typed.split(maxsplit=1)[0]}`. Did you mean `/dapr {meant}`?"


async def test_a_word_near_nothing_gets_help(talk: Talk) -> None:
    gesture = await talk.slash("xyzzy", OLGA)

    assert of_slack(gesture.messages[0]) == "I do not know `xyzzy`. Try `/dapr help`."


async def test_a_hostile_word_is_answered_as_text(talk: Talk) -> None:
    gesture = await talk.slash("<!channel>")

    assert "‹!channel› (altered)" in gesture.messages[0].text  # noqa: RUF001 - the look-alike is the point
