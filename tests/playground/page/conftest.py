from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from playground.page import page_of
from playground.slack import ManualClock, SlackEmulator
from tests.playground.page.toy_stage import ToyStage


@dataclass(frozen=True)
class Browser:
    """What a browser's requests see, without a browser."""

    session: ClientSession

    async def get(self, path: str, status: int = 200, **query: str) -> Any:
        async with self.session.get(path, params=query) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def post(self, path: str, status: int = 200, **body: Any) -> Any:
        async with self.session.post(path, json=body) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()

    async def raw(self, method: str, path: str, **more: Any) -> ClientResponse:
        answer = await self.session.request(method, path, **more)
        await answer.read()
        return answer


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def stage() -> ToyStage:
    return ToyStage()


@pytest.fixture
async def slack(clock: ManualClock, stage: ToyStage) -> AsyncIterator[SlackEmulator]:
    async with SlackEmulator(clock=clock, routes=(page_of(stage),)) as emulator:
        yield emulator


@pytest.fixture
async def browser(slack: SlackEmulator) -> AsyncIterator[Browser]:
    async with ClientSession(slack.url) as session:
        yield Browser(session)


@pytest.fixture
def bot(slack: SlackEmulator) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
