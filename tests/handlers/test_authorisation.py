"""The table: kinds of actors x verbs x ways in. Everybody unwelcome is on every list, so that only their kind can refuse them."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.access import AccessPolicy, Verb
from handlers import entry, visit
from handlers.action import Action
from handlers.actions import ACTIONS
from handlers.actors import People
from handlers.commands import SUBCOMMANDS
from handlers.conversation import Conversation
from handlers.forms import FORMS
from handlers.subcommand import Subcommand
from handlers.supervision import Supervisor
from handlers.visit import Visit
from playground.slack import ManualClock, SlackEmulator, faults
from playground.slack.faults import Fault
from playground.slack.people import DEPLOYER, DORA, GUS, HOME_TEAM, MIA, OLGA, PARTNER_TEAM, PAVEL, PETRA, SAM, UMA, User
from tests.fakes.doctor import FakeDoctor, FakeTrial
from tests.fakes.inquiry import FakeCertificates, FakeInquiry, FakeLogInquiry
from tests.fakes.rotation import Sight
from tests.fakes.store import FakeStore
from tests.handlers.conftest import OPS, FakeAcceptance, FakeChannel, FakeSweeper, settings_of

UNWELCOME = frozenset({GUS.id, UMA.id, SAM.id, DEPLOYER.id, DORA.id})
OPEN = AccessPolicy(home_team_id=HOME_TEAM, operators=UNWELCOME | {OLGA.id}, approvers=UNWELCOME | {PAVEL.id})
LISTED = AccessPolicy(home_team_id=HOME_TEAM, viewers=UNWELCOME | {PETRA.id}, operators=OPEN.operators, approvers=OPEN.approvers)


@dataclass(frozen=True)
class Kind:
    """A kind of actor, and what it may do. ``team_id``: what the payload claims; ``fault``: what becomes of users.info."""

    user: User
    may: frozenset[Verb] = frozenset()
    access: AccessPolicy = OPEN
    team_id: str = HOME_TEAM
    fault: Fault | None = None
    patience_seconds: float = 5.0


VIEW, OPERATE, APPROVE = frozenset({Verb.VIEW}), frozenset({Verb.OPERATE}), frozenset({Verb.APPROVE})
KINDS = {
    "member": Kind(MIA, VIEW),
    "operator": Kind(OLGA, VIEW | OPERATE),
    "approver": Kind(PAVEL, VIEW | APPROVE),
    "listed viewer": Kind(PETRA, VIEW, LISTED),
    "member who is not a listed viewer": Kind(MIA, access=LISTED),
    "operator who is not a listed viewer": Kind(OLGA, VIEW | OPERATE, LISTED),
    "guest": Kind(GUS),
    "single-channel guest": Kind(UMA),
    "stranger": Kind(SAM, team_id=PARTNER_TEAM),
    "stranger whose payload claims our team": Kind(SAM),
    "operator whose payload names another team": Kind(OLGA, team_id=PARTNER_TEAM),
    "bot": Kind(DEPLOYER),
    "deactivated": Kind(DORA),
    "nobody": Kind(User(id="U0NOBODY00", name="nobody", real_name="No Body")),
    "operator while users.info is refused": Kind(OLGA, fault=faults.error("internal_error")),
    "operator while users.info is throttled": Kind(OLGA, fault=faults.rate_limit(30)),
    "operator while users.info is broken": Kind(OLGA, fault=faults.server_error()),
    "operator while users.info does not answer": Kind(OLGA, fault=faults.slow(0.3), patience_seconds=0.1),
    "operator while users.info breaks off": Kind(OLGA, fault=faults.no_answer()),
}


def by_slash(slack: SlackEmulator, kind: Kind) -> Visit:
    return visit.from_command(
        {"user_id": kind.user.id, "team_id": kind.team_id, "channel_id": OPS, "trigger_id": "1.2.3", "response_url": _url(slack, kind)}
    )


def by_button(slack: SlackEmulator, kind: Kind) -> Visit:
    user, action = {"id": kind.user.id, "team_id": kind.team_id}, {"action_id": "x", "action_ts": "1.2"}
    container = {"channel_id": OPS, "message_ts": "1.1"}
    return visit.from_click({"user": user, "actions": [action], "container": container, "response_url": _url(slack, kind)})


def by_shortcut(slack: SlackEmulator, kind: Kind) -> Visit:
    user, message = {"id": kind.user.id, "team_id": kind.team_id}, {"text": "x", "ts": "1.1"}
    body = {"callback_id": "x", "action_ts": "1.2", "user": user, "message": message, "channel": {"id": OPS}}
    return visit.from_shortcut({**body, "response_url": _url(slack, kind)})


def by_mention(_: SlackEmulator, kind: Kind) -> Visit:
    event = {"user": kind.user.id, "team": kind.team_id, "channel": OPS, "ts": "1.1", "text": "<@U0DAPRWARD> x"}
    return visit.from_mention({"event": event, "event_id": "Ev1", "team_id": HOME_TEAM})


def _url(slack: SlackEmulator, kind: Kind) -> str:
    return f"{slack.url}/commands/{slack.workspace.tickets.hook(channel=OPS, user=kind.user.id, origin='').token}"


@dataclass
class Probe:
    """Counts how often somebody got through."""

    runs: list[str] = field(default_factory=list)

    async def run(self, _: Conversation, seen: Visit) -> None:
        self.runs.append(seen.user_id)


@pytest.fixture
async def door(slack: SlackEmulator, client: AsyncWebClient, clock: ManualClock) -> AsyncIterator[Callable[[Kind], Conversation]]:
    async with Supervisor(clock) as supervisor:

        def conversation(kind: Kind) -> Conversation:
            return Conversation(
                settings=settings_of(slack),
                access=kind.access,
                cluster="prod-eu",
                store=FakeStore(),
                sweeper=FakeSweeper(None),
                client=client,
                people=People(client, clock, kind.access, patience_seconds=kind.patience_seconds),
                clock=clock,
                supervisor=supervisor,
                accept=FakeAcceptance(None),  # type: ignore[arg-type]  # never reached
                diagnose=FakeInquiry(),
                printed=FakeLogInquiry(),
                certificates=FakeCertificates(),
                examine=FakeDoctor(),
                try_alert=FakeTrial(),
                planned=Sight().planned,
                channel=FakeChannel(),
            )

        yield conversation


@pytest.mark.parametrize("way", [by_slash, by_button, by_shortcut, by_mention])
@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("name", KINDS)
async def test_each_kind_of_actor_may_do_what_the_table_says_and_nothing_else(
    slack: SlackEmulator,
    door: Callable[[Kind], Conversation],
    name: str,
    verb: Verb,
    way: Callable[[SlackEmulator, Kind], Visit],
) -> None:
    kind, probe = KINDS[name], Probe()
    conversation = door(kind)
    seen = way(slack, kind)

    for _ in range(2):  # the second time is a redelivery
        if kind.fault is not None:
            # aiohttp asks again by itself when a connection that it kept breaks off.
            slack.faults.plan("users.info", kind.fault, times=4)
        await entry.receive(conversation, seen, verb, probe.run)

    assert probe.runs == ([kind.user.id] if verb in kind.may else [])
    assert slack.messages(OPS) == ()


@pytest.mark.parametrize("verb", [Verb.OPERATE, Verb.APPROVE])
async def test_whoever_was_known_a_moment_ago_is_asked_anew_before_something_changes(
    slack: SlackEmulator, door: Callable[[Kind], Conversation], verb: Verb
) -> None:
    kind = KINDS["operator" if verb is Verb.OPERATE else "approver"]
    conversation, probe = door(kind), Probe()
    await entry.receive(conversation, by_slash(slack, kind), Verb.VIEW, probe.run)
    slack.workspace.directory.users[kind.user.id] = User(id=kind.user.id, name="gone", real_name="Gone Already", deleted=True)

    await entry.receive(conversation, by_button(slack, kind), verb, probe.run)

    assert len(probe.runs) == 1


def test_a_handler_cannot_be_made_without_a_verb() -> None:
    with pytest.raises(TypeError, match="verb"):
        Subcommand(name="x", usage="x", summary="x", run=Probe().run)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="verb"):
        Action(action_id="x", run=Probe().run)  # type: ignore[call-arg]


def test_every_handler_has_a_verb() -> None:
    verbs = {*(one.verb for one in SUBCOMMANDS), *(one.verb for one in ACTIONS), *(one.verb for one in FORMS)}

    assert verbs <= set(Verb)
