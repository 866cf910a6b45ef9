"""The manifests run the bot as it must be run: one at a time, without rights over the node, with settings that it knows."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from bench.children import IMAGE
from bot.config import FILE_SUFFIX, env_name, from_env
from tests.house.manifests import KUSTOMIZE, Object, assembled, documents, key, with_component
from tests.house.tree import ROOT

MODES = ("read", "off")


def set_in_the_image(variable: str) -> list[str]:
    return re.findall(rf"\b{variable}=(\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"))


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def objects(mode: str) -> dict[str, Object]:
    return {one["kind"]: one for one in assembled(mode)}


@pytest.fixture
def pod(objects: Mapping[str, Object]) -> Any:
    return objects["Deployment"]["spec"]["template"]["spec"]


@pytest.fixture
def container(pod: Mapping[str, Any]) -> Any:
    (only,) = pod["containers"]
    return only


def test_the_settings_are_settings_of_the_bot(mode: str, objects: Mapping[str, Object]) -> None:
    settings = from_env(objects["ConfigMap"]["data"])

    assert settings.ca_secret_access == mode
    assert settings.store.startswith("sqlite:////data/")


def test_tokens_come_as_files_that_the_secret_holds(pod: Mapping[str, Any], container: Mapping[str, Any]) -> None:
    (volume,) = (one for one in pod["volumes"] if "secret" in one)
    (mount,) = (one for one in container["volumeMounts"] if one["name"] == volume["name"])
    (example,) = documents(KUSTOMIZE / "slack-tokens.example.yaml")
    files = {f"{mount['mountPath']}/{key}" for key in example["stringData"]}

    assert {one["name"] for one in container["env"]} == {env_name(field) + FILE_SUFFIX for field in ("slack_bot_token", "slack_app_token")}
    assert {one["value"] for one in container["env"]} == files
    assert example["metadata"] == {"name": volume["secret"]["secretName"], "namespace": "dapr-warden"}


def test_there_is_never_a_second_bot(objects: Mapping[str, Object]) -> None:
    spec = objects["Deployment"]["spec"]

    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


def test_the_service_does_not_leak_into_the_environment(pod: Mapping[str, Any]) -> None:
    assert pod["enableServiceLinks"] is False


def test_the_bot_runs_without_privileges(pod: Mapping[str, Any], container: Mapping[str, Any]) -> None:
    security = pod["securityContext"]

    assert (security["runAsNonRoot"], security["runAsUser"], security["fsGroup"]) == (True, 65532, 65532)
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_what_the_bot_writes_is_on_volumes(pod: Mapping[str, Any], container: Mapping[str, Any]) -> None:
    mounts = {one["mountPath"]: one["name"] for one in container["volumeMounts"]}
    volumes = {one["name"]: one for one in pod["volumes"]}

    assert "persistentVolumeClaim" in volumes[mounts["/data"]]
    assert "emptyDir" in volumes[mounts["/tmp"]]  # noqa: S108 - the pod's, not ours


def test_probes_and_scrapes_ask_the_port_that_is_served(objects: Mapping[str, Object], container: Mapping[str, Any]) -> None:
    port = from_env({}).http_port
    asked = {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}

    assert container["ports"] == [{"name": "http", "containerPort": port}]
    assert asked == {"/healthz", "/readyz"}
    assert objects["Service"]["metadata"]["annotations"]["prometheus.io/port"] == str(port)


def test_memory_is_what_was_measured(container: Mapping[str, Any]) -> None:
    assert (container["resources"]["requests"]["memory"], container["resources"]["limits"]["memory"]) == ("160Mi", "256Mi")


def test_every_label_selects_the_bot(objects: Mapping[str, Object]) -> None:
    labels = objects["Deployment"]["spec"]["template"]["metadata"]["labels"]

    assert objects["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert objects["Service"]["spec"]["selector"] == labels


def test_the_image_runs_as_the_same_user(pod: Mapping[str, Any]) -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert f"USER {pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}\n" in dockerfile
    assert 'ENTRYPOINT ["dapr-warden"]\nCMD ["serve"]\n' in dockerfile


def test_the_image_has_a_home_that_can_be_written(container: Mapping[str, Any]) -> None:
    (home,) = set_in_the_image("HOME")

    assert home in {one["mountPath"] for one in container["volumeMounts"]}


@pytest.mark.parametrize(("variable", "value"), IMAGE.items())
def test_the_image_sets_what_the_bench_measures_with(variable: str, value: str) -> None:
    assert set_in_the_image(variable) == [value]


def test_the_image_is_made_with_the_same_uv_as_the_venv() -> None:
    (version,) = (line.split(":=")[1].strip() for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("UV_VERSION"))

    assert f"uv=={version}" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture
def canary() -> Any:
    objects = {key(one): one for one in with_component("read", "rotation")}
    return objects[("Deployment", "dapr-warden", "dapr-warden-canary")]


def test_the_canary_asks_for_a_sidecar_and_for_nothing_else(canary: Object, container: Mapping[str, Any]) -> None:
    template, (only,) = canary["spec"]["template"], canary["spec"]["template"]["spec"]["containers"]
    marks = template["metadata"]["annotations"]

    assert canary["spec"]["replicas"] == 1
    assert (marks["dapr.io/enabled"], marks["dapr.io/app-id"]) == ("true", "dapr-warden-canary")
    assert template["spec"]["automountServiceAccountToken"] is False
    assert only["securityContext"] == container["securityContext"]
    assert {"requests", "limits"} <= set(only["resources"])


def test_nothing_that_selects_the_bot_selects_the_canary(objects: Mapping[str, Object], canary: Object) -> None:
    labels = canary["spec"]["template"]["metadata"]["labels"]

    assert canary["spec"]["selector"]["matchLabels"] == labels
    assert not objects["Service"]["spec"]["selector"].items() <= labels.items()


def test_the_canarys_namespace_lets_a_sidecar_in() -> None:
    levels = {
        one["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        for one in with_component("read", "rotation")
        if one["kind"] == "Namespace"
    }

    assert levels == {"baseline"}


def test_what_a_rotation_writes_to_is_shipped_empty() -> None:
    for one in documents(KUSTOMIZE / "components" / "rotation" / "objects.yaml"):
        assert not {"data", "stringData", "spec"} & set(one), "an apply would empty it"
