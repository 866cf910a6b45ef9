"""From an envelope to an ack, whatever is in the envelope: a payload that nobody understands is acked too, or Slack sends it again."""

import traceback

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

log = structlog.get_logger(__name__)

OK = 200
THEIRS = frozenset({"slack_bolt", "slack_sdk", "re", "json"})


class Handler(AsyncSocketModeHandler):
    """Bolt's own, but for payloads that Bolt cannot take."""

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        """Answer one envelope."""
        await send_async_response(client, req, await dispatched(self.app, req), 0.0)


def is_bolts_own(error: BaseException) -> bool:
    """Whether no line but theirs was reached: Bolt reads fields by key before it knows whom the payload is for."""
    modules = [frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__)]
    return all(str(name).partition(".")[0] in THEIRS for name in modules)


async def dispatched(app: AsyncApp, request: SocketModeRequest) -> BoltResponse:
    """What is acked: Bolt's answer, or an empty one where Bolt has none or stumbles over the payload. Never raises."""
    try:
        answer: BoltResponse = await run_async_bolt_app(app, request)
    except Exception as error:  # noqa: BLE001 - Bolt reads payloads by key before any listener of ours sees them
        log.warning("payload not understood", type=request.type, error=type(error).__name__)
        return BoltResponse(status=OK)
    if answer.status == OK:
        return answer
    log.warning("payload that nobody handles", type=request.type)
    return BoltResponse(status=OK)
