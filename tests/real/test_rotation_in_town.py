"""The rotation that people approve in Slack, in a town: nobody loses a call from before the approval to the last message.

How often everybody calls everybody depends on what else the machine does: `make rotations` insists on it, here it is told. Mounts
and certificates are quicker here than there.
"""

from pathlib import Path

import pytest

from tests.rig import rotations
from tests.rig.town import VERSIONS, running_town


async def test_no_call_is_lost_while_thirty_workloads_get_another_ca_and_the_bot_is_killed(tmp_path: Path) -> None:
    found = await rotations.rotated(tmp_path, rotations.brisk(rotations.full("1.18.3")), kills=3, life=15.0)

    assert found.losses == (), str(found)
    assert found.kills == 3


@pytest.mark.parametrize("version", VERSIONS[1:])
async def test_no_call_is_lost_with_another_version_of_dapr(version: str, tmp_path: Path) -> None:
    found = await rotations.rotated(tmp_path, rotations.brisk(rotations.a_plan(version, lively=3, quiet=3)))

    assert found.losses == (), str(found)


def test_the_hard_cut_in_such_a_town_loses_calls(tmp_path: Path) -> None:
    with running_town(tmp_path / "town", rotations.a_plan("1.18.3", lively=3, quiet=1)) as town:
        town.dialler.open_books()
        town.cut_over(rotations.a_ca("new"))
        town.restart(*town.apps)
        report = town.dialler.report()

    assert any("certificate" in one.why for one in report.lost), str(report)
