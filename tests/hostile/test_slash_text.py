"""Whatever somebody types after /dapr is answered: with what they are judged to have meant, without a ping, without a link."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.slack.people import HOME_TEAM, MIA
from tests.handlers.conftest import OPS
from tests.handlers.strings import NAUGHTY, hostile
from tests.hostile.slack import Target, under_fire

HOMOGLYPHS = (
    "\u0455tatus",
    "ch\u0435ck",
    "\uff41ccept",
    "ac\u200bcept",
    "\u202etpecca",
    "STATUS",
    "Status",
    "status\u00a0",
    "\ua731tatus",
    "\U0001d42ctatus",
    "statu\u0455",
)
PATHS = (
    "check ../../etc/passwd",
    "check %2e%2e%2f",
    "check root-expiry\x00",
    "check $(id)",
    "check `id`",
    "check; rm -rf /",
    "check -h",
    "check --",
)
MENTIONS = (
    "<@U0OLGAOPER>",
    "@everyone",
    "<!channel>",
    "<!subteam^S0|x> status",
    "status <https://evil.example|click>",
    "mailto:a@evil.example",
)
SHAPES = (
    "x" * 3_001,
    "check " + "x" * 100_000,
    "\n" * 3_000 + "status",
    "status\nstatus",
    '"status"',
    "'check' \"x",
    "\t",
    "accept " * 500,
    "explain " + "x" * 100_000,
    "explain " + "x\n" * 100_000,
    "explain " + "\u201c " * 20_000,
    "explain x509: certificate has expired or is not yet valid " * 200,
)


async def typed(target: Target, *texts: str) -> None:
    for number, text in enumerate(texts):
        body = {"command": "/dapr", "text": text, "user_id": MIA.id, "team_id": HOME_TEAM, "channel_id": OPS}
        await target.shoot(body | {"trigger_id": f"{target.shots}.{number}"})


@pytest.mark.parametrize("text", [*HOMOGLYPHS, *PATHS, *MENTIONS, *SHAPES, *NAUGHTY])
async def test_odd_words_are_answered_once_and_harmlessly(text: str) -> None:
    async with under_fire() as target:
        await typed(target, text)

        assert target.harm() == []
        assert len(target.client.said) >= 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(
        st.one_of(
            hostile, st.builds("{} {}".format, st.sampled_from(("status", "check", "explain", "explain x509", "accept", "help")), hostile)
        ),
        min_size=1,
        max_size=6,
    )
)
async def test_any_words_are_answered_and_harmlessly(texts: list[str]) -> None:
    async with under_fire() as target:
        await typed(target, *texts)

        assert target.harm() == []
        assert len(target.client.said) >= len(texts)


async def test_a_look_alike_of_accept_accepts_nothing() -> None:
    async with under_fire() as target:
        await typed(target, *HOMOGLYPHS, "accept", "accept now", "accept " + "0" * 64)

        assert target.harm() == []
