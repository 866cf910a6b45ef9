"""A message on its way to Slack: in ever simpler forms when Slack does not like its form, again ever later when Slack is away."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Transient, Unable
from handlers import refusals, web_api
from handlers.views import fallback
from handlers.views.message import Message

log = structlog.get_logger(__name__)

FIRST_RETRY: Final = timedelta(seconds=2)
LONGEST_RETRY: Final = timedelta(minutes=5)


async def send(client: AsyncWebClient, method: str, message: Message, where: Mapping[str, object]) -> web_api.Answer:
    """One call; when Slack does not like the form of the message, the same in ever simpler forms. Raises Unable."""
    *forms, last = (message, *fallback.simpler(message))
    for form in forms:
        try:
            return await web_api.write(client, method, {**where, **_arguments(method, form)})
        except Unable as error:
            if not refusals.is_unfit(error):
                raise
            log.warning("Slack refused the form of a message: trying a simpler one", error=str(error))
    return await web_api.write(client, method, {**where, **_arguments(method, last)})


def patience(attempts: int, error: Unable) -> timedelta:
    """How long to wait before the next try: what Slack asked for, else ever longer."""
    asked = error.retry_after if isinstance(error, Transient) else None
    return asked or min(FIRST_RETRY * 2 ** min(attempts, 10), LONGEST_RETRY)


def _arguments(method: str, message: Message) -> dict[str, Any]:
    return message.words() if method == "chat.update" else message.arguments()
