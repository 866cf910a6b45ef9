"""The stage behind the page, over real programs: what its buttons promise is what a real sentry does."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from playground.slack import ImpossibleError, SystemClock
from playground.stage.run import opened
from tests.rig.api_server import ApiServer
from tests.rig.audience import PATIENCE, Audience
from tests.rig.cluster import Cluster
from tests.rig.programme import programme


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_newline_restart_and_restored_pair_are_done_for_real(api_server: ApiServer, cluster: Cluster, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        slack, stage = await opened(stack, lambda slack: programme(api_server, tmp_path, slack), SystemClock(), 0)
        ops = Audience(slack, tuple)
        await stage.play("own-ca")
        await slack.wait_for(lambda: not stage.state().busy, PATIENCE)
        assert (stage.state().trouble, stage.state().kind, stage.state().steps) == ("", "rig", ())

        await stage.do("newline")
        await ops.card("bundle-mismatch", " · CRITICAL · ")
        await stage.do("sentry-restarts")
        await ops.card("ca-changed", " · CRITICAL · ", '"sentry" wrote')
        await stage.do("restore")
        await ops.sees(lambda: ops.is_all_green)

        with pytest.raises(ImpossibleError, match="this is real time"):
            await stage.advance("1d")
        assert slack.violations == ()
    assert left_in(tmp_path) == []
