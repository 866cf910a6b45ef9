from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.access import AccessPolicy, Actor, Verb
from handlers.actors import People
from handlers.visit import Kind, Visit
from playground.slack import ManualClock, SlackEmulator, faults
from playground.slack.people import GUS, HOME_TEAM, MIA

GRID = AccessPolicy(home_team_id=HOME_TEAM, enterprise_id="E0HOME")


def a_visit(user_id: str = MIA.id, team_id: str = HOME_TEAM) -> Visit:
    return Visit(kind=Kind.SLASH, user_id=user_id, team_id=team_id, channel_id="C", key="k", said="/dapr")


@pytest.fixture
def people(client: AsyncWebClient, clock: ManualClock) -> People:
    return People(client, clock, AccessPolicy(home_team_id=HOME_TEAM))


def asked(slack: SlackEmulator) -> int:
    return sum(call.method == "users.info" for call in slack.calls)


async def test_a_full_member_is_known(people: People) -> None:
    assert await people.actor(a_visit(), Verb.VIEW) == Actor(user_id=MIA.id, team_id=HOME_TEAM)


async def test_for_looking_somebody_is_remembered_a_minute(slack: SlackEmulator, people: People, clock: ManualClock) -> None:
    for _ in range(3):
        await people.actor(a_visit(), Verb.VIEW)
    remembered = asked(slack)
    clock.advance(timedelta(seconds=60))
    await people.actor(a_visit(), Verb.VIEW)

    assert (remembered, asked(slack)) == (1, 2)


@pytest.mark.parametrize("verb", [Verb.OPERATE, Verb.APPROVE])
async def test_for_deciding_somebody_is_asked_for_each_time(slack: SlackEmulator, people: People, verb: Verb) -> None:
    for _ in range(3):
        await people.actor(a_visit(), verb)

    assert asked(slack) == 3


async def test_a_person_who_cannot_be_read_any_more_is_forgotten(slack: SlackEmulator, people: People) -> None:
    await people.actor(a_visit(), Verb.VIEW)
    slack.faults.plan("users.info", faults.error("user_not_found"))
    decided = await people.actor(a_visit(), Verb.OPERATE)
    slack.faults.plan("users.info", faults.error("user_not_found"))
    looked = await people.actor(a_visit(), Verb.VIEW)

    assert not decided.known
    assert not looked.known


async def test_a_guest_stays_a_guest_in_memory(people: People) -> None:
    first = await people.actor(a_visit(GUS.id), Verb.VIEW)
    again = await people.actor(a_visit(GUS.id), Verb.VIEW)

    assert first.is_guest
    assert again.is_guest


async def test_another_team_is_not_even_asked_about(slack: SlackEmulator, people: People) -> None:
    actor = await people.actor(a_visit(team_id="T0PARTNERS"), Verb.VIEW)

    assert (actor.team_id, actor.known, asked(slack)) == ("T0PARTNERS", False, 0)


Answering = Callable[[dict[str, Any]], People]


class OneAnswer(AsyncWebClient):
    """A client whose users.info always says the same."""

    def __init__(self, user: object) -> None:
        super().__init__()
        self.user = user

    async def api_call(self, *args: Any, **_: Any) -> Any:
        return type("Response", (), {"data": {"ok": True, "user": self.user, "asked": args}})()


@pytest.mark.parametrize(
    "user",
    [None, [], "U0MIAMEMBE", {}, {"id": "U0OTHER000", "team_id": HOME_TEAM}, {"id": None, "team_id": HOME_TEAM}],
)
async def test_an_answer_that_does_not_name_the_person_makes_nobody_known(clock: ManualClock, user: object) -> None:
    people = People(OneAnswer(user), clock, AccessPolicy(home_team_id=HOME_TEAM))

    assert not (await people.actor(a_visit(), Verb.VIEW)).known


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"deleted": 1}, Actor(user_id=MIA.id, team_id=HOME_TEAM, is_deleted=True)),
        ({"is_restricted": "yes"}, Actor(user_id=MIA.id, team_id=HOME_TEAM, is_guest=True)),
        ({"is_bot": {}}, Actor(user_id=MIA.id, team_id=HOME_TEAM, is_bot=True)),
        ({"team_id": None}, Actor(user_id=MIA.id, team_id="")),
        ({"team_id": "T-theirs"}, Actor(user_id=MIA.id, team_id="T-theirs")),
    ],
)
async def test_an_odd_flag_counts_against_the_person(clock: ManualClock, facts: dict[str, object], expected: Actor) -> None:
    people = People(OneAnswer({"id": MIA.id, "team_id": HOME_TEAM} | facts), clock, AccessPolicy(home_team_id=HOME_TEAM))

    assert await people.actor(a_visit(), Verb.VIEW) == expected


@pytest.mark.parametrize(
    ("grid", "team"),
    [
        ({"enterprise_id": "E0HOME", "teams": ["T-other", HOME_TEAM]}, HOME_TEAM),
        ({"enterprise_id": "E0HOME", "teams": ["T-other"]}, "T-other"),
        ({"enterprise_id": "E-theirs", "teams": [HOME_TEAM]}, "T-other"),
        ({}, "T-other"),
    ],
)
async def test_in_an_enterprise_whoever_is_a_member_here_belongs_here(clock: ManualClock, grid: dict[str, object], team: str) -> None:
    people = People(OneAnswer({"id": MIA.id, "team_id": "T-other", "enterprise_user": grid}), clock, GRID)

    assert (await people.actor(a_visit(), Verb.VIEW)).team_id == team


async def test_slackbot_is_a_bot(clock: ManualClock) -> None:
    people = People(OneAnswer({"id": "USLACKBOT", "team_id": HOME_TEAM, "is_bot": False}), clock, AccessPolicy(home_team_id=HOME_TEAM))

    assert (await people.actor(a_visit("USLACKBOT"), Verb.VIEW)).is_bot
