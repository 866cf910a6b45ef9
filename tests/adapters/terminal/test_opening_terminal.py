"""Whether there is a port at all, as the settings say."""

from contextlib import AbstractAsyncContextManager

import pytest

from bot.adapters import terminal
from bot.config import from_env
from bot.errors import SettingsError
from tests.certificates import NOW
from tests.fakes.clock import FakeClock
from tests.fakes.tokens import FakeTokens


def opened(**environ: str) -> AbstractAsyncContextManager[int]:
    given = from_env({f"DAPR_WARDEN_{name.upper()}": value for name, value in environ.items()})
    return terminal.opened(given, tokens=FakeTokens(), renewals=None, steering=None, clock=FakeClock(NOW), decided=lambda: None)


async def test_there_is_none_unless_somebody_sets_one() -> None:
    async with opened() as port:
        assert port == 0


async def test_a_port_where_nothing_can_be_decided_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(SettingsError, match="there is nothing to decide on") as refused:
        async with opened(terminal_port="8081"):
            pass

    assert "DAPR_WARDEN_ROTATION=ask" in refused.value.hint
