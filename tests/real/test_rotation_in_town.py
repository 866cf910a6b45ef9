"""The rotation that people approve in Slack, in a town: nobody loses a call from before the approval to the last message."""

from pathlib import Path

import pytest

from tests.rig import rotations


async def test_no_call_is_lost_while_thirty_workloads_get_another_ca_and_the_bot_is_killed(tmp_path: Path) -> None:
    found = await rotations.rotated(tmp_path, rotations.full("1.18.3"), kills=3)

    assert found.faults == (), str(found)
    assert found.kills == 3


@pytest.mark.parametrize("version", ["1.16.2", "1.14.4"])
async def test_no_call_is_lost_with_another_version_of_dapr(version: str, tmp_path: Path) -> None:
    found = await rotations.rotated(tmp_path, rotations.a_plan(version, lively=3, quiet=3))

    assert found.faults == (), str(found)
