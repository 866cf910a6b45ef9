import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from handlers import preflight, transport
from handlers.transport import Sockets
from playground.slack import SlackEmulator
from playground.slack.people import MIA
from tests.handlers.conftest import OPS, settings_of

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def connected(slack: SlackEmulator, count: int) -> AsyncIterator[Sockets]:
    async with transport.session() as session:
        client = transport.web_client(settings_of(slack), session, retries=False)
        app = transport.bolt_app(client, await preflight.check(settings_of(slack), client))
        async with transport.sockets(app, slack.app_token, client, count=count) as sockets:
            await slack.connected(count)
            yield sockets


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not condition():  # noqa: ASYNC110 - slack_sdk's end of a socket has no event to wait for
            await asyncio.sleep(0)


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_two_sockets_stand_and_close_again(slack: SlackEmulator) -> None:
    async with connected(slack, 2) as sockets:
        assert await sockets.is_connected()
        assert slack.sockets == 2

    await slack.wait_for(lambda: slack.sockets == 0)
    assert not await sockets.is_connected()


async def test_bolt_asks_nothing_of_slack_before_an_ack(slack: SlackEmulator) -> None:
    async with connected(slack, 1):
        before = len(slack.calls)
        await slack.slash(MIA, OPS, "/dapr", "status")

        assert slack.calls[before:] == ()


async def test_one_refreshed_socket_leaves_the_other_to_take_commands(slack: SlackEmulator) -> None:
    async with connected(slack, 2) as sockets:
        await slack.workspace.sockets.disconnect("warning")

        assert await sockets.is_connected()
        await slack.connected(2)


async def test_a_second_process_with_the_same_token_is_noticed(slack: SlackEmulator, capsys: pytest.CaptureFixture[str]) -> None:
    async with connected(slack, 1) as first, connected(slack, 1) as second:
        await slack.wait_for(lambda: first.connections)
        await eventually(lambda: second.connections == 2)

    assert "another process is connected with the same SLACK_APP_TOKEN" in capsys.readouterr().out


async def test_an_address_that_was_used_is_given_up(slack: SlackEmulator) -> None:
    async with connected(slack, 1) as sockets:
        slack.workspace.sockets.drop()
        session = sockets.handlers[0].client.current_session
        await eventually(lambda: session is None or session.closed)

        await sockets.mend()

        assert [handler.client.wss_uri for handler in sockets.handlers] == [None]


ONE_COMMAND = """
import asyncio
from slack_bolt.async_app import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from handlers import transport
from handlers.preflight import Identity

async def here(ack: AsyncAck) -> None:
    await ack("here")

async def main() -> None:
    client = AsyncWebClient(token="xoxb-1", base_url="http://127.0.0.1:9/")
    app = transport.bolt_app(client, Identity(team_id="T1", enterprise_id="", user_id="U1", bot_id="B1", name="dapr-warden"))
    app.command("/dapr")(here)
    body = {"command": "/dapr", "team_id": "T1", "user_id": "U2", "text": "", "response_url": "", "trigger_id": "1"}
    answer = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    print(answer.status, answer.body)

asyncio.run(main())
"""


async def test_variables_that_would_switch_bolt_into_oauth_mode_change_nothing(tmp_path: Path) -> None:
    environment = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "SLACK_BOT_TOKEN": "xoxb-other", "HOME": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-c", ONE_COMMAND), env=environment, cwd=ROOT, stdout=PIPE, stderr=PIPE
    )
    out, err = await process.communicate()

    assert (out.decode().split(), err.decode()) == (["200", "here"], "")
    assert left_in(tmp_path) == []


async def test_our_connections_are_counted_beside_slacks_own_count(slack: SlackEmulator) -> None:
    async with connected(slack, 1) as other, connected(slack, 2) as sockets:
        await eventually(lambda: sockets.connections == 3)
        assert (await other.count()).own == 1
        count = await sockets.count()

    assert (count.alive, count.own, count.counted) == (2, 2, 3)
