"""Payloads that nobody should be able to send, straight into Bolt: each is acknowledged, none breaks anything, none changes anything."""

from random import Random

import pytest

from tests.hostile.slack import Target, forged, under_fire

SHOTS = 1_500
AT_ONCE = 5


async def fire(target: Target, seed: int, shots: int) -> None:
    """So many forged payloads, some of them several times at once, as Slack delivers again what was acked late."""
    dice = Random(seed)  # noqa: S311 - damage, not a secret
    while target.shots < shots:
        payloads = [forged(dice) for _ in range(dice.randrange(1, AT_ONCE))]
        await target.shoot(*payloads, *payloads[: dice.choice((0, 0, 1))])


@pytest.mark.parametrize("seed", range(3))
async def test_forged_payloads_are_acknowledged_and_change_nothing(seed: int) -> None:
    async with under_fire() as target:
        await fire(target, seed, SHOTS // 3)

        assert target.harm() == []
        assert target.shots >= SHOTS // 3
