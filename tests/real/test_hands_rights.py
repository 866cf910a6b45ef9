"""The contract of ``ports.Hands`` with the rights that are shipped and no others, the policies in force."""

from collections.abc import AsyncGenerator

import pytest

from bot.errors import Forbidden
from tests.certificates import a_good_bundle
from tests.contract.hands_cases import CASES, NOTHING, Case, a_pair, what_is_not_there_is_missing
from tests.contract.opening import opened_at
from tests.real.rotator_writes import HOME
from tests.real.test_hands_contract import RealWorld
from tests.real.test_rotator_rights import Rotator, rotator
from tests.rig.api_server import ApiServer

__all__ = ["rotator"]


@pytest.fixture
async def world(api_server: ApiServer, rotator: Rotator) -> AsyncGenerator[RealWorld]:
    async with opened_at(api_server.kubeconfig_for(HOME, HOME)) as adapter:
        yield RealWorld(adapter.hands, rotator.admin)


@pytest.mark.parametrize("case", [one for one in CASES if one is not what_is_not_there_is_missing], ids=lambda case: case.__name__)
async def test_what_is_shipped_is_enough(case: Case, world: RealWorld) -> None:
    await case(world)


async def test_a_policy_that_forbids_is_told_as_one(world: RealWorld) -> None:
    await world.install(a_good_bundle())
    live = await world.hands.pair()

    with pytest.raises(Forbidden, match=r"a policy of the cluster forbids it .*: dapr-warden may replace what is in the bundle") as caught:
        await world.hands.write_configmap(b"", "5d0f/both", live.configmap)

    assert "audit log" in caught.value.hint


async def test_what_a_policy_would_forbid_is_found_by_the_rehearsal(world: RealWorld) -> None:
    await world.install(a_good_bundle())
    live = await world.hands.pair()

    with pytest.raises(Forbidden, match="a policy of the cluster forbids it"):
        await world.hands.rehearse_secret(a_pair(NOTHING), "5d0f/both", live.secret)

    assert await world.hands.pair() == live
