"""Damaged answers about single pods, events and logs: a scene is gathered all the same, and what gets into it is bounded."""

import json
from typing import Any

import msgspec
import pytest

from bot.model.observed import Observed
from bot.model.report import Report
from bot.model.scene import Level, PodName, Scene, Target
from bot.usecases.diagnose import scene
from bot.usecases.gathering import Sources
from playground.kubernetes.dapr import AppPod, app_pod
from tests.builders import a_snapshot
from tests.certificates import NOW
from tests.fakes.clock import FakeClock
from tests.hostile.answers import LyingClient, a_cluster_on

LOOKS = 80
LONGEST_TEXT = 16 * 1024
POD = PodName("shop", "orders-1")
TARGET = Target(level=Level.APP, name="orders", namespace="shop", pods=(POD,))
REPORT = Report(taken_at=NOW, cluster="prod-eu", namespace="dapr-system", answers=())


def good() -> dict[str, Any]:
    """What a proper API server would answer, by path."""
    event = {
        "metadata": {"name": "e", "namespace": "shop", "creationTimestamp": "2026-11-23T11:00:00Z"},
        "involvedObject": {"kind": "Pod", "name": "orders-1"},
        "reason": "BackOff",
        "message": "Back-off restarting failed container",
        "count": 3,
        "lastTimestamp": "2026-11-23T11:58:00Z",
        "series": {"count": 3, "lastObservedTime": "2026-11-23T11:59:00.000000Z"},
    }
    pod = app_pod(AppPod(name="orders-1", state="CrashLoopBackOff"))
    log = "".join(f"2026-11-23T11:59:{second:02}.5Z level=fatal msg=x\n" for second in range(60))
    sentries = [one.name for one in _sentries()]
    return {
        "/api/v1/namespaces/shop/pods": {"kind": "PodList", "metadata": {}, "items": [json.loads(json.dumps(pod))]},
        **{f"/api/v1/namespaces/{one}/events": {"kind": "EventList", "metadata": {}, "items": [event]} for one in ("shop", "dapr-system")},
        "/api/v1/namespaces/shop/pods/orders-1/log": log,
        **{f"/api/v1/namespaces/dapr-system/pods/{name}/log": log for name in sentries},
    }


def _sentries() -> list[Any]:
    components = a_snapshot().components
    assert isinstance(components, Observed)
    return [pod for one in components.value if one.name == "sentry" for pod in one.pods]


async def gathered(client: LyingClient) -> Scene:
    return await scene(TARGET, a_snapshot(), REPORT, Sources(pods=a_cluster_on(client).pods, logs=None, clock=FakeClock()))


async def test_the_answers_are_good_to_begin_with() -> None:
    """Else damage to them would prove nothing."""
    found = await gathered(LyingClient(good()))

    assert all(isinstance(part, Observed) and part.value for part in (found.states, found.events, found.lines))
    assert found.gaps == ()


@pytest.mark.parametrize("seed", range(LOOKS))
async def test_damaged_answers_end_in_a_scene(seed: int) -> None:
    client = LyingClient(good(), seed)

    found = await gathered(client)

    assert client.requests < 30
    for part in (found.states, found.events, found.lines):
        assert max(map(len, _texts(msgspec.json.decode(msgspec.json.encode(part)))), default=0) <= LONGEST_TEXT


def _texts(tree: Any) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    return [text for one in (tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()) for text in _texts(one)]
