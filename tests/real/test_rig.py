"""The rig itself: that what it starts behaves as Dapr and Kubernetes do, so that other tests may believe it."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.real.conftest import StartSentry
from tests.rig import dapr, pods, programs
from tests.rig.api_server import ApiServer
from tests.rig.cluster import ApiError, Cluster
from tests.rig.dapr import TrustBundle
from tests.rig.process import RigError
from tests.rig.sentry import Sentry
from tests.rig.verdict import Verdict, kubernetes_verdict, standalone_verdict

VERSIONS = [program.version for program in programs.SENTRIES]
# In Kubernetes the rig runs no older one: it has no ConfigMap, and reads its CA from mounted files alone.
IN_KUBERNETES = [version for version in VERSIONS if version != "1.10.4"]
CHECKOUT = Path(__file__).parents[2]

each_sentry = pytest.mark.parametrize("version", IN_KUBERNETES)


def own_ca(version: str, folder: Path) -> TrustBundle:
    """The CA that a sentry of that version makes for itself."""
    with Sentry(version, folder=folder) as sentry:
        sentry.wait_until_ready()
        ca, issuer, key = ((sentry.credentials / name).read_bytes() for name in ("ca.crt", "issuer.crt", "issuer.key"))
    return TrustBundle.of(ca=ca, issuer=issuer, key=key)


def asked(version: str, bundle: TrustBundle) -> Verdict:
    secret = bundle.secret
    return standalone_verdict(version, ca_crt=secret["ca.crt"], issuer_crt=secret["issuer.crt"], issuer_key=secret["issuer.key"])


def with_a_newline_more(bundle: TrustBundle) -> TrustBundle:
    return replace(bundle, config_map={"ca.crt": bundle.secret["ca.crt"] + b"\n"})


def the_check(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.rig.build", "--check"]
    environment = {"HOME": str(tmp_path), **environment}
    return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves


@each_sentry
def test_a_first_sentry_writes_its_own_ca_into_both_objects(cluster: Cluster, start_sentry: StartSentry, version: str) -> None:
    dapr.install(cluster)
    assert dapr.read_bundle(cluster) == TrustBundle()

    start_sentry(version)

    written = dapr.read_bundle(cluster)
    assert set(written.secret) == {"ca.crt", "issuer.crt", "issuer.key"}
    assert written.config_map == {"ca.crt": written.secret["ca.crt"]}
    assert written.secret["ca.crt"].startswith(b"-----BEGIN CERTIFICATE-----")


@each_sentry
def test_one_newline_more_in_the_configmap_makes_sentry_replace_the_ca_at_its_next_reload(
    cluster: Cluster, start_sentry: StartSentry, version: str
) -> None:
    dapr.install(cluster)
    sentry = start_sentry(version)
    before = dapr.read_bundle(cluster)

    dapr.write_config_map(cluster, with_a_newline_more(before).config_map)
    sentry.reload()

    after = dapr.read_bundle(cluster)
    assert after.secret["issuer.key"] != before.secret["issuer.key"]
    assert after.secret["ca.crt"] == after.config_map["ca.crt"] != before.secret["ca.crt"]


@each_sentry
def test_a_saved_pair_written_back_configmap_first_is_loaded_and_kept(cluster: Cluster, start_sentry: StartSentry, version: str) -> None:
    dapr.install(cluster)
    sentry = start_sentry(version)
    saved = dapr.read_bundle(cluster)
    dapr.write_config_map(cluster, with_a_newline_more(saved).config_map)
    sentry.reload()
    assert dapr.read_bundle(cluster) != saved

    dapr.write_bundle(cluster, saved)
    sentry.reload()

    assert dapr.read_bundle(cluster) == saved


@each_sentry
def test_a_sentry_says_in_managed_fields_that_it_wrote(cluster: Cluster, start_sentry: StartSentry, version: str) -> None:
    dapr.install(cluster)

    start_sentry(version)

    secret = cluster.get("v1", "Secret", dapr.BUNDLE, dapr.NAMESPACE)
    assert secret is not None
    assert {entry["manager"] for entry in secret["metadata"]["managedFields"]} >= {"sentry"}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_standalone_sentry_starts_with_its_own_ca_and_refuses_another_root(tmp_path: Path, version: str) -> None:
    good, other = own_ca(maker(version), tmp_path / "good"), own_ca(maker(version), tmp_path / "other")

    assert asked(version, good)

    stranger = replace(good, secret={**good.secret, "ca.crt": other.secret["ca.crt"]})
    assert asked(version, stranger).outcome == ("kept" if version == "1.10.4" else "refused")
    assert asked(version, replace(good, secret={**good.secret, "issuer.key": other.secret["issuer.key"]})).outcome == "refused"


def maker(version: str) -> str:
    """Whose own CA to take: up to 1.11 the ports are fixed, so that such a one is not started for longer than a verdict takes."""
    return "1.13.6" if version == "1.10.4" else version


def test_an_empty_issuer_makes_a_standalone_1_10_replace_the_ca(tmp_path: Path) -> None:
    good = own_ca("1.13.6", tmp_path)

    assert asked("1.10.4", replace(good, secret={**good.secret, "issuer.crt": b""})).outcome == "replaced"


def test_an_ed25519_ca_divides_the_versions(tmp_path: Path) -> None:
    newest = own_ca("1.18.3", tmp_path)

    outcomes = {version: asked(version, newest).outcome for version in VERSIONS}
    assert outcomes == {"1.18.3": "kept", "1.16.2": "refused", "1.14.4": "refused", "1.13.6": "refused", "1.10.4": "kept"}


@each_sentry
def test_a_sentry_in_kubernetes_keeps_replaces_or_refuses(api_server: ApiServer, tmp_path: Path, version: str) -> None:
    good, other = own_ca(version, tmp_path / "good"), own_ca(version, tmp_path / "other")
    wrong_root = TrustBundle.of(ca=other.secret["ca.crt"], issuer=good.secret["issuer.crt"], key=good.secret["issuer.key"])
    without_key = replace(good, secret={name: good.secret[name] for name in ("ca.crt", "issuer.crt")})

    assert kubernetes_verdict(api_server, version, good).outcome == "kept"
    assert kubernetes_verdict(api_server, version, with_a_newline_more(good)).outcome == "replaced"
    assert kubernetes_verdict(api_server, version, without_key).outcome == "replaced"
    assert kubernetes_verdict(api_server, version, wrong_root).outcome == "refused"


def test_a_service_account_may_do_what_rbac_grants_and_nothing_else(api_server: ApiServer, cluster: Cluster) -> None:
    dapr.install(cluster)
    cluster.apply_yaml("""
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader, namespace: dapr-system}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: dapr-system}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: dapr-system}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: reader, namespace: dapr-system}]
""")
    token = cluster.token_for(dapr.NAMESPACE, "reader")

    with Cluster(api_server.url, ca=api_server.ca, token=token) as reader:
        assert reader.get("v1", "ConfigMap", dapr.BUNDLE, dapr.NAMESPACE) is not None
        with pytest.raises(ApiError, match=r"secrets .* is forbidden") as refusal:
            reader.get("v1", "Secret", dapr.BUNDLE, dapr.NAMESPACE)
    assert refusal.value.status == 403


def test_pods_and_workloads_read_back_with_the_status_they_were_given(cluster: Cluster) -> None:
    dapr.install(cluster)
    for thing in pods.control_plane("1.18.3"):
        cluster.apply(thing)
    cluster.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    for name, native, anchors in (("orders", False, "OLD"), ("carts", True, "NEW"), ("bare", False, None)):
        pod = pods.daprized_pod(name, namespace="shop", app_id=name, trust_anchors=anchors, native=native)
        cluster.apply(pod)

    stored = {pod["metadata"]["name"]: pod for pod in cluster.items("v1", "Pod", "shop")}
    assert {pod["status"]["phase"] for pod in stored.values()} == {"Running"}
    assert [one["name"] for one in stored["orders"]["spec"]["containers"]] == ["app", "daprd"]
    assert [one["name"] for one in stored["carts"]["spec"]["initContainers"]] == ["daprd"]
    assert [one["name"] for one in stored["bare"]["spec"]["containers"]] == ["app"]
    assert [one["status"]["readyReplicas"] for one in cluster.items("apps/v1", "Deployment", dapr.NAMESPACE)] == [1, 1, 1]


def test_an_erased_namespace_can_be_made_again_and_is_empty(cluster: Cluster) -> None:
    dapr.install(cluster)
    dapr.write_config_map(cluster, {"ca.crt": b"something"})

    cluster.erase_namespace(dapr.NAMESPACE)
    with pytest.raises(RigError, match="does not exist"):
        dapr.read_bundle(cluster)
    dapr.install(cluster)

    assert dapr.read_bundle(cluster) == TrustBundle()


def test_a_sentry_that_ends_while_awaited_is_an_error_with_its_last_words(cluster: Cluster, start_sentry: StartSentry) -> None:
    dapr.install(cluster)
    sentry = start_sentry("1.18.3")
    cluster.delete("v1", "ConfigMap", dapr.BUNDLE, dapr.NAMESPACE)

    with pytest.raises(RigError, match=r"(?s)ended with code 1.*configmaps .*dapr-trust-bundle.* not found"):
        sentry.reload()

    assert sentry.exit_code() == 1


def test_the_check_names_what_is_not_built(tmp_path: Path) -> None:
    path = os.environ["PATH"]  # noqa: TID251 - where Go is

    done = the_check(tmp_path, PATH=path, DAPR_WARDEN_RIG_CACHE=str(tmp_path / "empty"))

    assert done.returncode == 1
    missing = ", ".join(map(str, programs.PROGRAMS))
    assert "sentry 1.13.6, sentry 1.10.4, peer 1.18.3" in missing
    assert done.stderr.splitlines() == [f"the rig is not built: {missing} missing; run `make rig`"]


def test_the_check_says_so_when_there_is_no_go(tmp_path: Path) -> None:
    done = the_check(tmp_path, PATH=str(tmp_path))

    assert done.returncode == 1
    assert done.stderr.splitlines() == ["the rig needs Go >= 1.26.6, and there is no `go` on PATH: install it, then `make rig`"]


def test_the_check_says_so_when_go_is_too_old(tmp_path: Path) -> None:
    old = tmp_path / "go"
    old.write_text("#!/bin/sh\necho go version go1.22.1 linux/amd64\n", encoding="ascii")
    old.chmod(0o755)

    done = the_check(tmp_path, PATH=str(tmp_path))

    assert done.returncode == 1
    assert "'go version go1.22.1 linux/amd64'" in done.stderr
    assert len(done.stderr.splitlines()) == 1
