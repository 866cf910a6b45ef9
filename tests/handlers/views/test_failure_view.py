import pytest

from bot.errors import BotError, InputError, Missing, SettingsError, TimedOut
from handlers.views import failure
from tests.handlers.transcript import seen


@pytest.mark.parametrize(
    ("error", "todo"),
    [
        (TimedOut("x"), "Please try again in a minute."),
        (InputError("x"), "Please say it differently; nothing was changed."),
        (SettingsError("x"), "Whoever runs the bot must change its settings (docs/settings.md)."),
        (Missing("x"), "Trying again will not help; whoever runs the bot must change something first."),
        (Missing("x", hint="Install Dapr."), "Install Dapr."),
    ],
)
def test_every_error_says_what_to_do(error: BotError, todo: str) -> None:
    assert seen(failure.unable("/dapr status", error)).splitlines()[-1] == f"What to do: {todo}"
