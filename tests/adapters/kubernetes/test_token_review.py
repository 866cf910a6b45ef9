"""Whatever is answered to the question whose a token is: only a clear yes, for our audience, makes somebody of it."""

import json
import traceback
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.adapters.kubernetes import KubernetesCluster, opened
from bot.config import from_env
from bot.errors import BotError, Forbidden, Malformed, Permanent, Unreachable
from bot.model.caller import Caller
from bot.model.trust_pair import SecretBytes

TOKEN = "header.canary-4711.signature"
REVIEWS, OURSELVES = "/apis/authentication.k8s.io/v1/tokenreviews", "/apis/authentication.k8s.io/v1/selfsubjectreviews"


def a_review(**status: Any) -> dict[str, Any]:
    good = {"authenticated": True, "user": {"username": "alice", "uid": "1", "groups": ["g"]}, "audiences": ["dapr-warden"]}
    return {"kind": "TokenReview", "spec": {"token": TOKEN}, "status": {**good, **status}}


@dataclass
class Reviewer:
    """An API server that knows nothing but reviews. ``cut``: so many connections end before an answer."""

    review: object = field(default_factory=a_review)
    ourselves: object = field(default_factory=lambda: {"kind": "SelfSubjectReview", "status": {"userInfo": {"username": "the-bot"}}})
    status: int = 201
    self_status: int = 201
    cut: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def on_review(self, request: web.Request) -> web.Response:
        self.asked.append(json.loads(await request.read()))
        if self.cut > 0:
            self.cut -= 1
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(self.review, status=self.status)

    async def on_ourselves(self, _: web.Request) -> web.Response:
        return web.json_response(self.ourselves, status=self.self_status)


@pytest.fixture
def reviewer() -> Reviewer:
    return Reviewer()


@pytest.fixture
async def cluster(reviewer: Reviewer, tmp_path: Path) -> AsyncGenerator[KubernetesCluster]:
    app = web.Application()
    app.add_routes([web.post(REVIEWS, reviewer.on_review), web.post(OURSELVES, reviewer.on_ourselves)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    kubeconfig = tmp_path / "kubeconfig"
    entry = {"cluster": "c", "user": "u"}
    server = f"http://127.0.0.1:{runner.addresses[0][1]}"
    kubeconfig.write_text(
        json.dumps(
            {
                "current-context": "x",
                "contexts": [{"name": "x", "context": entry}],
                "clusters": [{"name": "c", "cluster": {"server": server}}],
                "users": [{"name": "u", "user": {"token": "t"}}],
            }
        )
    )
    try:
        async with opened(from_env({"DAPR_WARDEN_KUBECONFIG": str(kubeconfig)}), version="9.9") as adapter:
            yield adapter
    finally:
        await runner.cleanup()


async def reviewed(cluster: KubernetesCluster) -> Caller | None:
    return await cluster.tokens.reviewed(SecretBytes(TOKEN.encode()))


async def test_it_is_asked_for_our_audience_alone(cluster: KubernetesCluster, reviewer: Reviewer) -> None:
    assert await reviewed(cluster) == Caller(name="alice")
    assert [one["spec"] for one in reviewer.asked] == [{"token": TOKEN, "audiences": ["dapr-warden"]}]


@pytest.mark.parametrize(
    "status",
    [
        {"authenticated": False},
        {"audiences": []},
        {"audiences": None},
        {"audiences": ["https://kubernetes.default.svc"]},
        {"user": {"username": ""}},
        {"user": {}},
        {"authenticated": False, "error": f"invalid bearer token {TOKEN}"},
    ],
)
async def test_anything_but_a_clear_yes_is_nobody(cluster: KubernetesCluster, reviewer: Reviewer, status: dict[str, Any]) -> None:
    reviewer.review = a_review(**status)

    assert await reviewed(cluster) is None


async def test_a_pods_token_and_our_own_account_are_told(cluster: KubernetesCluster, reviewer: Reviewer) -> None:
    extra = {"authentication.kubernetes.io/pod-name": ["builder-0"], "other": ["x"]}
    reviewer.review = a_review(user={"username": "the-bot", "extra": extra})

    assert await reviewed(cluster) == Caller(name="the-bot", pod="builder-0", is_us=True)


async def test_a_connection_that_was_cut_is_tried_once_more(cluster: KubernetesCluster, reviewer: Reviewer) -> None:
    reviewer.cut = 1

    assert await reviewed(cluster) == Caller(name="alice")
    reviewer.cut = 2
    with pytest.raises(Unreachable):
        await reviewed(cluster)


@pytest.mark.parametrize(
    ("deviations", "error"),
    [
        ({"status": 403, "review": {"kind": "Status", "message": f"cannot create {TOKEN}"}}, Forbidden),
        ({"status": 422, "review": {"kind": "Status", "message": f"spec.token: Invalid value: {TOKEN}"}}, Permanent),
        ({"status": 400, "review": {"kind": "Status", "message": f"bad {TOKEN}"}}, Malformed),
        ({"status": 500, "review": {"kind": "Status", "message": f"panic {TOKEN}"}}, Unreachable),
        ({"review": {"kind": "Pod", "status": {}}}, Malformed),
        ({"review": [TOKEN]}, Malformed),
        ({"review": a_review(authenticated="yes")}, Malformed),
        ({"ourselves": {"kind": "SelfSubjectReview", "status": {"userInfo": {}}}}, Malformed),
        ({"self_status": 404, "ourselves": {"kind": "Status", "reason": "NotFound"}}, Permanent),
    ],
)
async def test_what_is_no_answer_is_an_error_that_holds_the_token_nowhere(
    cluster: KubernetesCluster, reviewer: Reviewer, deviations: dict[str, Any], error: type[BotError]
) -> None:
    for name, value in deviations.items():
        setattr(reviewer, name, value)

    with pytest.raises(error) as raised:
        await reviewed(cluster)

    frames = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    # The test's own frame has it in its parameters.
    told = [line for line in frames.format() if "canary-4711" in line and __file__ not in line]
    assert (told, "canary" in f"{raised.value} {raised.value.hint}") == ([], False)


async def test_while_it_is_not_known_who_we_are_nobody_is_anybody(cluster: KubernetesCluster, reviewer: Reviewer) -> None:
    reviewer.self_status, reviewer.ourselves = 404, {"kind": "Status", "reason": "NotFound"}

    with pytest.raises(Permanent, match="cannot tell itself from people") as refused:
        await reviewed(cluster)
    assert "Kubernetes 1.28" in refused.value.hint
    assert reviewer.asked == []
