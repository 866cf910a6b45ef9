"""Whose a token is, on a real API server: TokenRequest tokens of every kind, by an account with exactly the component's right."""

import asyncio
import base64
import json
import secrets
import sys
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.adapters.kubernetes import KubernetesCluster, opened
from bot.adapters.terminal.server import served
from bot.config import from_env
from bot.errors import Forbidden
from bot.model.caller import AUDIENCE, Caller
from bot.model.trust_pair import SecretBytes
from tests.house.manifests import KUSTOMIZE, documents
from tests.rig import cluster as rig
from tests.rig.api_server import ISSUER, ApiServer
from tests.rig.process import wait_until
from tests.usecases.test_terminal import ANN, Port

HOME, OPS = "dapr-warden", "ops"
COMPONENT = KUSTOMIZE / "components" / "terminal" / "rbac.yaml"
ALICE = "system:serviceaccount:ops:alice"


@pytest.fixture
def people(cluster: rig.Cluster) -> rig.Cluster:
    """The bot's own account, and Alice's."""
    for namespace, account in ((HOME, HOME), (OPS, "alice")):
        cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        cluster.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": account, "namespace": namespace}})
    return cluster


@pytest.fixture
async def bot(people: rig.Cluster, api_server: ApiServer) -> AsyncGenerator[KubernetesCluster]:
    for one in documents(COMPONENT):
        people.apply(one)
    try:
        wait_until(lambda: may_review(api_server), what="the component in force")
        async with as_the_bot(api_server) as opening:
            yield opening
    finally:
        for one in reversed(documents(COMPONENT)):
            people.delete(one["apiVersion"], one["kind"], one["metadata"]["name"])


def as_the_bot(server: ApiServer) -> AbstractAsyncContextManager[KubernetesCluster]:
    return opened(from_env({"DAPR_WARDEN_KUBECONFIG": str(server.kubeconfig_for(HOME, HOME))}), version="test")


def may_review(server: ApiServer) -> bool:
    with rig.Cluster(server.url, ca=server.ca, token=server.cluster.token_for(HOME, HOME)) as account:
        attributes = {"verb": "create", "group": "authentication.k8s.io", "resource": "tokenreviews"}
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": attributes}}
        return bool(account.request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body=review)["status"]["allowed"])


async def reviewed(bot: KubernetesCluster, token: str) -> Caller | None:
    return await bot.tokens.reviewed(SecretBytes(token.encode()))


def signed(server: ApiServer, token: str, *, ended: bool) -> str:
    """The same, signed anew by the API server's own key; ``ended``: it began two hours ago and ended one ago."""
    head, middle, _ = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(middle + "=="))
    times = {name: claims["iat"] - hours * 3600 for name, hours in (("iat", 2), ("nbf", 2), ("exp", 1))}
    body = f"{head}.{in_base64(json.dumps({**claims, **(times if ended else {})}).encode())}"
    key = load_pem_private_key((server.folder / "service-account.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    r, s = utils.decode_dss_signature(key.sign(body.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{body}.{in_base64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def in_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


async def test_a_token_for_our_audience_is_its_accounts(bot: KubernetesCluster, people: rig.Cluster) -> None:
    assert await reviewed(bot, people.token_for(OPS, "alice", audiences=[AUDIENCE])) == Caller(name=ALICE)


async def test_a_token_for_several_audiences_is_good_if_ours_is_among_them(bot: KubernetesCluster, people: rig.Cluster) -> None:
    assert await reviewed(bot, people.token_for(OPS, "alice", audiences=["vault", AUDIENCE])) == Caller(name=ALICE)


@pytest.mark.parametrize("audiences", [[], [ISSUER], ["vault"], ["dapr-warden2"], ["Dapr-Warden"]])
async def test_a_token_for_anybody_else_is_nobodys(bot: KubernetesCluster, people: rig.Cluster, audiences: list[str]) -> None:
    assert await reviewed(bot, people.token_for(OPS, "alice", audiences=audiences)) is None


async def test_the_administrators_static_token_is_nobodys(bot: KubernetesCluster, api_server: ApiServer) -> None:
    assert await reviewed(bot, api_server.token) is None


async def test_the_bots_own_account_is_told_apart(bot: KubernetesCluster, people: rig.Cluster) -> None:
    found = await reviewed(bot, people.token_for(HOME, HOME, audiences=[AUDIENCE]))

    assert found == Caller(name=f"system:serviceaccount:{HOME}:{HOME}", is_us=True)


async def test_a_token_that_has_ended_is_nobodys(bot: KubernetesCluster, people: rig.Cluster, api_server: ApiServer) -> None:
    token = people.token_for(OPS, "alice", audiences=[AUDIENCE])

    assert await reviewed(bot, signed(api_server, token, ended=False)) == Caller(name=ALICE)
    assert await reviewed(bot, signed(api_server, token, ended=True)) is None


async def test_a_token_with_anything_changed_is_nobodys(bot: KubernetesCluster, people: rig.Cluster) -> None:
    head, claims, signature = people.token_for(OPS, "alice", audiences=[AUDIENCE]).split(".")
    other = people.token_for(HOME, HOME, audiences=[AUDIENCE]).split(".")[1]

    for token in (f"{head}.{other}.{signature}", f"{head}.{claims}.", f"{head}.{claims}", secrets.token_hex(20)):
        assert await reviewed(bot, token) is None


async def test_a_token_that_a_pod_got_says_which(bot: KubernetesCluster, people: rig.Cluster) -> None:
    spec = {"serviceAccountName": "alice", "containers": [{"name": "c", "image": "x"}], "nodeName": ""}
    people.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "builder-0", "namespace": OPS}, "spec": spec})
    bound = {"kind": "Pod", "apiVersion": "v1", "name": "builder-0"}
    asked = {"audiences": [AUDIENCE], "boundObjectRef": bound}
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": asked}
    token = people.request("POST", f"/api/v1/namespaces/{OPS}/serviceaccounts/alice/token", body=body)["status"]["token"]

    assert await reviewed(bot, token) == Caller(name=ALICE, pod="builder-0")


async def test_without_the_component_the_right_is_named_and_the_token_is_not(people: rig.Cluster, api_server: ApiServer) -> None:
    token = people.token_for(OPS, "alice", audiences=[AUDIENCE])
    wait_until(lambda: not may_review(api_server), what="the component out of force")

    async with as_the_bot(api_server) as bot:
        with pytest.raises(Forbidden, match=r"create tokenreviews\.authentication\.k8s\.io") as refused:
            await reviewed(bot, token)

    assert "deploy/kustomize/components/terminal" in refused.value.hint
    assert token not in str(refused.value) + refused.value.hint


async def typed(*words: str) -> tuple[int, str, str]:
    """The command line, as a process of its own."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await running.communicate()
    return running.returncode or 0, out.decode(), err.decode()


async def test_a_person_approves_with_the_command_line_and_their_own_token_and_nobody_else_does(
    bot: KubernetesCluster, people: rig.Cluster, tmp_path: Path
) -> None:
    port = Port(tokens=bot.tokens, people={ALICE: ANN, f"system:serviceaccount:{HOME}:{HOME}": ANN})
    asked = await port.asked()
    files = {"alice": (OPS, "alice", [AUDIENCE]), "wrong": (OPS, "alice", []), "bot": (HOME, HOME, [AUDIENCE])}
    for name, (namespace, account, audiences) in files.items():
        (tmp_path / name).write_text(people.token_for(namespace, account, audiences=audiences))

    async with served(port.terminal, port.clock, 0) as number:

        async def approves(name: str) -> tuple[int, str, str]:
            words = ("renew", "--approve", asked.request.digest[:8], "--url", f"http://127.0.0.1:{number}")
            return await typed(*words, "--token-file", str(tmp_path / name))

        wrong, by_bot = await approves("wrong"), await approves("bot")
        status = await typed(
            "rotation", "status", "--url", f"http://127.0.0.1:{number}", "--token-command", f"cat {tmp_path / 'alice'}", "-o", "json"
        )
        right = await approves("alice")
    unreached = await approves("alice")

    assert (wrong[0], "kubectl create token NAME" in wrong[2]) == (3, True)
    assert (by_bot[0], "the bot's own account" in by_bot[2]) == (3, True)
    assert (status[0], json.loads(status[1])["request"]["state"]) == (1, "pending")
    assert (right[0], right[1].splitlines()[0]) == (0, f"✓ approved: {asked.request.digest[:8]}, 1 of 1.")
    assert (unreached[0], f"port-forward deploy/dapr-warden {number}:{number}" in unreached[2]) == (3, True)
    assert [one.deed.verb for one in port.memory.entries] == ["plan-asked", "terminal-refused", "terminal-refused", "plan-approved"]
