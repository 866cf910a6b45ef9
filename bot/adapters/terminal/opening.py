"""The port as the settings say: what stands behind it, and whether there is one at all."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import structlog

from bot.adapters.terminal.server import served
from bot.config import Settings
from bot.errors import SettingsError
from bot.model.access import AccessPolicy
from bot.ports import Clock, Tokens
from bot.usecases.renew import Renewals
from bot.usecases.steering import Steering
from bot.usecases.terminal import Terminal

log = structlog.get_logger(__name__)


@asynccontextmanager
async def opened(
    settings: Settings, *, tokens: Tokens, renewals: Renewals | None, steering: Steering | None, clock: Clock, decided: Callable[[], None]
) -> AsyncGenerator[int]:
    """Serve while inside, where a port is set; yields it, 0 for none. Raises SettingsError where there is nothing to decide.

    ``decided``: see :class:`bot.usecases.terminal.Terminal`.
    """
    if not settings.terminal_port:
        yield 0
        return
    if renewals is None:
        raise SettingsError(
            "DAPR_WARDEN_TERMINAL_PORT is set, and DAPR_WARDEN_ROTATION is off: there is nothing to decide on.",
            hint="Set DAPR_WARDEN_ROTATION=ask, or leave the port out.",
        )
    # Slack is not asked who is a member: whoever stands in the settings is one.
    policy = AccessPolicy(home_team_id="", viewers=settings.viewers, operators=settings.operators, approvers=settings.approvers)
    terminal = Terminal(
        cluster=renewals.cluster,
        tokens=tokens,
        people=settings.terminal_ids,
        policy=policy,
        renewals=renewals,
        steering=steering,
        clock=clock,
        decided=decided,
    )
    async with served(terminal, clock, settings.terminal_port) as port:
        log.info("terminals are answered", port=port, people=len(settings.terminal_ids))
        yield port
