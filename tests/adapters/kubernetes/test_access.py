"""What the API server says about itself and about our rights, asked of the simulation, which keeps the real one's contract."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.adapters.kubernetes import opened
from bot.config import from_env
from bot.errors import Malformed, Unauthenticated, Unreachable
from bot.model.vitals import Permission, Purpose
from playground.kubernetes import Rule, SimulatedCluster, rules_of
from playground.kubernetes.faults import Effect
from tests.adapters.kubernetes.conftest import Open

KUSTOMIZE = Path(__file__).parents[3] / "deploy" / "kustomize"


def shipped(*names: str) -> tuple[Rule, ...]:
    return tuple(
        rule for name in names for rule in rules_of(yaml.safe_load_all((KUSTOMIZE / name / "rbac.yaml").read_text(encoding="utf-8")))
    )


def words(permissions: Iterable[Permission], purpose: Purpose, *, allowed: bool) -> list[str]:
    return [one.words for one in permissions if one.purpose is purpose and one.allowed is allowed]


@pytest.mark.parametrize("mode", ["read", "off"])
async def test_the_shipped_rights_are_all_that_is_needed_and_nothing_dangerous(
    kube: SimulatedCluster, open_cluster: Open, mode: str
) -> None:
    async with open_cluster(token=kube.token("warden", *shipped(mode)), ca_secret_access=mode) as cluster:
        found = await cluster.access.permissions()

    assert words(found, Purpose.NEEDED, allowed=False) == []
    assert words(found, Purpose.EXCESS, allowed=True) == []
    assert words(found, Purpose.DIAGNOSIS, allowed=False) == ["get pods/log (cluster-wide)", "list events (cluster-wide)"]
    assert words(found, Purpose.METRICS, allowed=False) == ["get pods/proxy in namespace dapr-system"]


async def test_the_components_grant_what_is_optional(kube: SimulatedCluster, open_cluster: Open) -> None:
    token = kube.token("warden", *shipped("read", "components/diagnosis", "components/pods-proxy"))

    async with open_cluster(token=token) as cluster:
        found = await cluster.access.permissions()

    assert {one.allowed for one in found if one.purpose is not Purpose.EXCESS} == {True}


async def test_the_component_for_rotations_grants_all_that_one_needs(kube: SimulatedCluster, open_cluster: Open) -> None:
    token = kube.token("warden", *shipped("read", "components/rotation"))

    async with open_cluster(token=token, rotation="ask") as cluster:
        needed, found = await cluster.access.rotating(), await cluster.access.permissions()

    assert {(one.allowed, one.file) for one in needed} == {(True, "deploy/kustomize/components/rotation")}
    assert [one for one in found if one.purpose is Purpose.ROTATION] == list(needed)
    assert words(found, Purpose.EXCESS, allowed=True) == []


async def test_who_does_not_rotate_should_not_be_able_to(kube: SimulatedCluster, open_cluster: Open) -> None:
    async with open_cluster(token=kube.token("warden", *shipped("read", "components/rotation"))) as cluster:
        found = await cluster.access.permissions()

    assert words(found, Purpose.ROTATION, allowed=True) == []
    assert words(found, Purpose.EXCESS, allowed=True) == ["update secrets dapr-trust-bundle in namespace dapr-system"]


async def test_without_the_component_each_right_is_told_as_missing(kube: SimulatedCluster, open_cluster: Open) -> None:
    async with open_cluster(token=kube.token("warden", *shipped("read")), rotation="ask") as cluster:
        missing = [one.words for one in await cluster.access.rotating() if not one.allowed]

    assert "update configmaps dapr-trust-bundle in namespace dapr-system" in missing
    assert missing[-3:] == [f"patch {kind}.apps (cluster-wide)" for kind in ("deployments", "statefulsets", "daemonsets")]


async def test_each_missing_right_is_told_with_its_rule_and_its_file(kube: SimulatedCluster, open_cluster: Open) -> None:
    rules = [rule for rule in shipped("read") if "pods" not in rule.resources]

    async with open_cluster(token=kube.token("warden", *rules)) as cluster:
        missing = [one for one in await cluster.access.permissions() if one.purpose is Purpose.NEEDED and not one.allowed]

    assert [(one.words, one.rule, one.file) for one in missing] == [
        (
            "list pods in namespace dapr-system",
            'Role in dapr-system: apiGroups: [""], resources: [pods], verbs: [list]',
            "deploy/kustomize/read/rbac.yaml",
        ),
        (
            "list pods (cluster-wide)",
            'ClusterRole: apiGroups: [""], resources: [pods], verbs: [list]',
            "deploy/kustomize/read/rbac.yaml",
        ),
    ]


async def test_who_may_everything_may_too_much(open_cluster: Open) -> None:
    async with open_cluster(ca_secret_access="off") as cluster:
        found = await cluster.access.permissions()

    assert words(found, Purpose.EXCESS, allowed=True) == [
        "list secrets (cluster-wide)",
        "update secrets dapr-trust-bundle in namespace dapr-system",
        "create pods in namespace dapr-system",
        "get secrets dapr-trust-bundle in namespace dapr-system",
    ]


async def test_asking_changes_nothing_and_asks_each_thing_once(kube: SimulatedCluster, open_cluster: Open) -> None:
    before = kube.store.version
    async with open_cluster() as cluster:
        found = await cluster.access.permissions()

    assert kube.store.version == before
    assert {(verb, path) for verb, path, _ in kube.requests} == {("review", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")}
    assert len(kube.requests) == len(found)


async def test_one_review_that_fails_makes_all_of_them_unknown(kube: SimulatedCluster, open_cluster: Open) -> None:
    kube.fault(Effect.ERROR, resource="selfsubjectaccessreviews", skip=3, times=1)

    async with open_cluster() as cluster:
        with pytest.raises(Unreachable) as caught:
            await cluster.access.permissions()

    assert "create selfsubjectaccessreviews.authorization.k8s.io" in str(caught.value)


async def test_an_answer_that_is_no_review_is_no_permission(kube: SimulatedCluster, open_cluster: Open) -> None:
    kube.fault(Effect.BODY, resource="selfsubjectaccessreviews", body=b'{"kind": "Status", "status": {"allowed": true}}')

    async with open_cluster() as cluster:
        with pytest.raises(Malformed, match="something else than a SelfSubjectAccessReview"):
            await cluster.access.permissions()


async def test_a_review_without_a_verdict_is_no_permission(kube: SimulatedCluster, open_cluster: Open) -> None:
    kube.fault(Effect.BODY, resource="selfsubjectaccessreviews", body=b'{"kind": "SelfSubjectAccessReview"}')

    async with open_cluster() as cluster:
        with pytest.raises(Malformed, match="status"):
            await cluster.access.permissions()


async def test_sentrys_metrics_through_the_api_server_are_a_need_where_they_are_set(open_cluster: Open) -> None:
    async with open_cluster(sentry_metrics="proxy") as cluster:
        found = await cluster.access.permissions()

    (proxied,) = (one for one in found if "pods/proxy" in one.words)
    assert (proxied.purpose, proxied.file) == (Purpose.NEEDED, "deploy/kustomize/components/pods-proxy")


async def test_an_unknown_token_is_told_as_such(open_cluster: Open) -> None:
    async with open_cluster(token="nobody") as cluster:
        with pytest.raises(Unauthenticated):
            await cluster.access.permissions()


async def test_version_and_clock_are_the_servers_own(tmp_path: Path) -> None:
    late = datetime(2031, 4, 5, 6, 7, 8, tzinfo=UTC)
    async with SimulatedCluster(now=lambda: late + timedelta(milliseconds=300)) as kube:
        settings = from_env({"DAPR_WARDEN_KUBECONFIG": str(kube.kubeconfig(tmp_path / "kubeconfig"))})
        async with opened(settings, version="9.9") as cluster:
            server = await cluster.access.server()

    assert (server.version, server.date, server.in_pod) == ("v1.34.3", late, False)
