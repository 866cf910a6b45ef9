"""The conversation as it runs, but in one process: payloads go straight into Bolt, and what is asked of Slack into the strict emulator."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from structlog.testing import capture_logs

from bot.model.observed import Observed
from bot.model.snapshot import Snapshot
from bot.usecases.accept import accept
from handlers import preflight, registration, transport
from handlers.actors import People
from handlers.conversation import Conversation
from handlers.dispatch import dispatched
from handlers.supervision import Supervisor
from handlers.views import alert
from playground.slack import ManualClock, SlackEmulator
from playground.slack.arguments import Arguments
from playground.slack.errors import SlackError
from playground.slack.methods import BY_NAME
from playground.slack.people import CAST, HOME_TEAM, OLGA, PARTNER_TEAM
from tests.builders import ANOTHER_CA, a_snapshot, accepted
from tests.fakes.doctor import FakeDoctor, FakeTrial
from tests.fakes.inquiry import FakeCertificates, FakeInquiry, FakeLogInquiry
from tests.fakes.rotation import Sight
from tests.fakes.store import FakeStore
from tests.handlers.conftest import OPS, FakeChannel, FakeSweeper, a_ca_change, a_report, access_of, settings_of
from tests.handlers.strings import NAUGHTY
from tests.hostile.mutations import mutated

PAUSE = timedelta(seconds=30)
BUGS = {"bug", "task failed", "listener failed"}
WORDS = (
    "",
    "status",
    "check",
    "check root-expiry",
    "accept",
    "help",
    "check ../../etc",
    "\u0455tatus",
    "@everyone",
    '"status"',
    "status\nstatus",
)


class NearbyClient(AsyncWebClient):
    """Slack's strict double without a network in between."""

    def __init__(self, slack: SlackEmulator) -> None:
        super().__init__(token=slack.bot_token, retry_handlers=[])
        self._slack = slack
        self.said: list[str] = []

    async def api_call(self, api_method: str, **call: Any) -> AsyncSlackResponse:
        arguments = {**(call.get("params") or {}), **(call.get("json") or {})}
        json.dumps(arguments).encode()
        method = BY_NAME[api_method]
        try:
            self._slack.workspace.require_scope(*method.scopes)
            body = {"ok": True, **method.call(self._slack.workspace, Arguments(arguments))}
        except SlackError as error:
            body = error.body()
        answer = AsyncSlackResponse(client=self, http_verb="POST", api_url=api_method, req_args={}, data=body, headers={}, status_code=200)
        if body["ok"] and api_method.startswith("chat."):
            self.said.append(str(arguments.get("text")))
        if not body["ok"]:
            raise SlackApiError("The request to the Slack API failed.", answer)  # type: ignore[no-untyped-call]
        return answer


@dataclass
class Errors(logging.Handler):
    """What any library logs as an error."""

    messages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.ERROR)

    def __hash__(self) -> int:
        return id(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@dataclass
class Target:
    """What is shot at. ``unacked``: payloads that Bolt did not answer with 200."""

    app: AsyncApp
    client: NearbyClient
    slack: SlackEmulator
    clock: ManualClock
    store: FakeStore
    sweeper: FakeSweeper
    supervisor: Supervisor
    logs: list[MutableMapping[str, Any]]
    errors: Errors
    unacked: list[Any] = field(default_factory=list)
    shots: int = 0

    async def shoot(self, *payloads: Any) -> None:
        """All at once; then everything that they started ends, and time passes."""
        answers = await asyncio.gather(
            *(dispatched(self.app, SocketModeRequest(type="any", envelope_id="e", payload=one)) for one in payloads)
        )
        self.shots += len(payloads)
        self.unacked += [one for one, answer in zip(payloads, answers, strict=True) if answer.status != 200]
        await self.supervisor.idle()
        self.clock.advance(PAUSE)

    def harm(self) -> list[str]:
        """Everything that should not have happened. Forgets what was logged so far."""
        found = [f"{line['event']}: {line.get('error')}" for line in self.logs if line["event"] in BUGS]
        found += self.errors.messages
        found += [f"unacked: {str(one)[:200]}" for one in self.unacked]
        found += [f"{one.method}: {one.code} {one.message}" for one in self.slack.violations]
        found += [f"a ping: {one.mention}" for one in self.slack.pings]
        if self.store.accepted != STATE:
            found.append("another CA is the accepted one")
        self.logs.clear()
        return found


STATE = accepted(ANOTHER_CA)


def _changed() -> Snapshot:
    """The CA is another one than was accepted, so that there is something to accept, for whoever knows its binding."""
    return a_snapshot(accepted=Observed(STATE))


@asynccontextmanager
async def under_fire() -> AsyncGenerator[Target]:
    clock, errors = ManualClock(), Errors()
    slack = SlackEmulator(clock=clock)
    settings = settings_of(slack, slack_api_url="http://127.0.0.1:9/api/")
    client = NearbyClient(slack)
    identity = await preflight.check(settings, client)
    access = access_of(settings, identity.team_id)
    store = FakeStore()
    store.accepted = STATE
    sweeper = FakeSweeper(a_report(clock, a_ca_change()))

    async def observe() -> Snapshot:
        return _changed()

    logging.getLogger().addHandler(errors)
    try:
        with capture_logs() as logs:
            async with Supervisor(clock, drain=timedelta(seconds=1)) as supervisor:
                conversation = Conversation(
                    settings=settings,
                    access=access,
                    cluster="prod-eu",
                    store=store,
                    sweeper=sweeper,
                    client=client,
                    people=People(client, clock, access),
                    clock=clock,
                    supervisor=supervisor,
                    accept=partial(accept, observe, store, clock),
                    diagnose=FakeInquiry(),
                    printed=FakeLogInquiry(),
                    certificates=FakeCertificates(),
                    examine=FakeDoctor(),
                    try_alert=FakeTrial(),
                    planned=Sight().planned,
                    channel=FakeChannel(),
                )
                app = transport.bolt_app(client, identity)
                registration.register(app, conversation)
                yield Target(app, client, slack, clock, store, sweeper, supervisor, logs, errors)
    finally:
        logging.getLogger().removeHandler(errors)
        structlog.reset_defaults()


def forged(dice: Random) -> Any:
    """A payload as nobody should send it: the right shape with somebody else's ids, or hardly any shape at all."""
    payload = dice.choice(_SHAPES)(dice)
    payload = mutated(payload, dice) if dice.random() < 0.8 else payload
    # slack_sdk takes objects only: anything else never comes as far as Bolt.
    return payload if isinstance(payload, dict) else {"type": payload}


def _someone(dice: Random) -> dict[str, str]:
    user = dice.choice(CAST)
    team = dice.choice((user.team_id, HOME_TEAM, PARTNER_TEAM, "T0ELSEWHER", "", "E0GRID"))
    return {"id": dice.choice((user.id, OLGA.id, "U0NOBODY00", "USLACKBOT", "")), "team_id": team, "username": user.name}


def _command(dice: Random) -> Any:
    who = _someone(dice)
    return {
        "command": dice.choice(("/dapr", "/dapr", "/other", "/DAPR", "/dapr ")),
        "text": dice.choice((*WORDS, *NAUGHTY[:16], "x" * 1_000_000 if dice.random() < 0.01 else "y" * 3_001)),
        "user_id": who["id"],
        "team_id": who["team_id"],
        "channel_id": dice.choice((OPS, "C0NOWHERE0", "D0PRIVATE0", "")),
        "trigger_id": dice.choice(("1.2.abc", f"{dice.random()}", "")),
        "response_url": dice.choice(("", "", "ftp://evil.example/", "javascript:alert(1)", "//", "http://")),
        "token": "forged",
        "api_app_id": "A0",
        "is_enterprise_install": "false",
    }


def _click(dice: Random) -> Any:
    who = _someone(dice)
    value = dice.choice(("", "0" * 64, a_ca_change("another").binding, a_ca_change().binding, "x" * 2_000, "../../etc/passwd"))
    action = {
        "type": "button",
        "action_id": dice.choice((alert.ACCEPT_CA, "share_status", "forged", "")),
        "block_id": "b",
        "value": value,
        "action_ts": f"{dice.randrange(10**6)}.0",
        "text": {"type": "plain_text", "text": "Accept"},
    }
    where = {"type": "message", "channel_id": dice.choice((OPS, "C0NOWHERE0")), "message_ts": "1.0", "thread_ts": dice.choice(("", "1.0"))}
    return {
        "type": dice.choice(("block_actions",) * 8 + ("interactive_message", "block_suggestion")),
        "user": who,
        "team": {"id": who["team_id"]},
        "actions": [action] * dice.choice((1, 1, 1, 0, 3)),
        "container": where,
        "channel": {"id": OPS},
        "message": {"metadata": {"event_type": "dapr_warden_card", "event_payload": {"id": "0" * 32, "cause": "root-expiry"}}},
        "trigger_id": "1.2.x",
        "response_url": dice.choice(("", "ftp://evil.example/")),
        "api_app_id": "A0",
    }


def _event(dice: Random) -> Any:
    who = _someone(dice)
    event = {
        "type": dice.choice(("app_mention", "app_mention", "message", "app_home_opened", "team_join", "unheard_of", "tokens_revoked")),
        "user": who["id"],
        "text": "<@U0WARDEN00> " + dice.choice((*WORDS, *NAUGHTY[:16])),
        "ts": "1.0",
        "channel": dice.choice((OPS, "C0NOWHERE0")),
        "user_team": who["team_id"],
        "bot_id": dice.choice(("", "", "B0DEPLOYER")),
    }
    return {"type": "event_callback", "team_id": HOME_TEAM, "event_id": f"Ev{dice.randrange(10**6)}", "event": event, "api_app_id": "A0"}


def _view(dice: Random) -> Any:
    kind = dice.choice(
        ("view_submission", "view_closed", "shortcut", "message_action", "workflow_step_edit", "nonsense", "url_verification")
    )
    message = {"text": dice.choice(NAUGHTY), "ts": dice.choice(("1.0", "")), "thread_ts": ""}
    view: dict[str, Any] = {"id": "V0", "callback_id": dice.choice(("accept", "")), "state": {"values": {}}, "private_metadata": "0" * 64}
    about = {
        "message": message,
        "channel": {"id": OPS},
        "callback_id": dice.choice(("explain", "x")),
        "action_ts": f"{dice.randrange(10**6)}.0",
    }
    return {"type": kind, "user": _someone(dice), "team": {"id": HOME_TEAM}, "view": view, "trigger_id": "1.2.x", **about}


_SHAPES = (_command, _command, _click, _click, _click, _event, _view)
