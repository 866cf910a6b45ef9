"""A process of its own that empties an outbox: `python -m tests.outbox.deliverer MEMORY API_URL TOKEN CHANNEL`; made to be killed."""

import asyncio
import sys

from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters import store as sqlite
from bot.adapters.clock import SystemClock
from handlers.delivery import Delivery


async def deliver(memory: str, api_url: str, token: str, channel: str) -> None:
    client = AsyncWebClient(token=token, base_url=api_url, retry_handlers=[])
    async with sqlite.opened(f"sqlite:///{memory}") as store:
        await Delivery(client, store, SystemClock(), channel).deliver_pending()


if __name__ == "__main__":
    asyncio.run(deliver(*sys.argv[1:]))
