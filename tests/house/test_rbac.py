"""The rights that deploy/ grants are exactly the rights that the code asks for, in each mode."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from bot.adapters.kubernetes.needs import diagnosis, needs, of_pod, of_token_review, planning, port_forward, proxy, rotating
from bot.config import from_env
from tests.house.manifests import KUSTOMIZE, Object, assembled, documents, with_component

# Verb, group, resource, namespace ("" = everywhere), name ("" = any).
Right = tuple[str, str, str, str, str]

MODES = ("read", "off")
DIAGNOSIS = KUSTOMIZE / "components" / "diagnosis" / "rbac.yaml"
PLANNING = KUSTOMIZE / "components" / "planning" / "rbac.yaml"
ROTATION = KUSTOMIZE / "components" / "rotation" / "rbac.yaml"
PROXY = KUSTOMIZE / "components" / "pods-proxy" / "rbac.yaml"
PORT_FORWARD = KUSTOMIZE / "components" / "pods-portforward" / "rbac.yaml"
TERMINAL = KUSTOMIZE / "components" / "terminal" / "rbac.yaml"
READING = {"get", "list", "watch"}


def _granted(objects: Iterable[Object]) -> Iterator[Right]:
    for thing in objects:
        if thing["kind"] in ("Role", "ClusterRole"):
            for rule in thing["rules"]:
                yield from _rights(rule, thing["metadata"].get("namespace", ""))


def _rights(rule: Mapping[str, Any], namespace: str) -> Iterator[Right]:
    for group in rule["apiGroups"]:
        for resource in rule["resources"]:
            for name in rule.get("resourceNames", [""]):
                yield from ((verb, group, resource, namespace, name) for verb in rule["verbs"])


def _needed(mode: str) -> set[Right]:
    declared = needs(from_env({"DAPR_WARDEN_CA_SECRET_ACCESS": mode}))
    return {(need.verb, need.group, need.resource, need.namespace, need.name) for some in declared.values() for need in some}


@pytest.mark.parametrize("mode", MODES)
def test_each_mode_grants_exactly_what_the_code_asks_for(mode: str) -> None:
    granted = list(_granted(assembled(mode)))

    assert sorted(granted) == sorted(_needed(mode))


@pytest.mark.parametrize("mode", MODES)
def test_no_mode_may_change_anything(mode: str) -> None:
    assert {verb for verb, *_ in _granted(assembled(mode))} <= READING


def test_without_the_secret_there_is_no_rule_on_secrets_at_all() -> None:
    assert "secrets" not in {resource for _, _, resource, _, _ in _granted(assembled("off"))}


@pytest.mark.parametrize("mode", MODES)
def test_secrets_are_named_one_by_one_and_never_listed(mode: str) -> None:
    for verb, _, resource, namespace, name in _granted(assembled(mode)):
        if resource == "secrets":
            assert (verb in {"get", "watch"}, namespace, name) == (True, "dapr-system", "dapr-trust-bundle")


def test_the_way_through_the_api_server_is_a_component_of_its_own() -> None:
    granted = list(_granted(documents(PROXY)))
    need = proxy("dapr-system")

    assert granted == [(need.verb, need.group, need.resource, need.namespace, need.name)]
    assert all("proxy" not in right[2] for mode in MODES for right in _granted(assembled(mode)))


def test_forwarding_ports_is_a_component_of_its_own() -> None:
    granted = list(_granted(documents(PORT_FORWARD)))

    assert granted == [(need.verb, need.group, need.resource, need.namespace, need.name) for need in port_forward("dapr-system")]
    assert all("portforward" not in right[2] for mode in MODES for right in _granted(assembled(mode)))


def test_logs_and_events_are_a_component_of_their_own() -> None:
    granted = list(_granted(documents(DIAGNOSIS)))

    assert granted == [(need.verb, need.group, need.resource, need.namespace, need.name) for need in diagnosis()]
    assert {verb for verb, *_ in granted} <= READING
    assert {"pods/log", "events"}.isdisjoint(right[2] for mode in MODES for right in _granted(assembled(mode)))


def test_what_plans_ask_for_is_a_component_of_its_own() -> None:
    granted = list(_granted(documents(PLANNING)))

    assert granted == [(need.verb, need.group, need.resource, need.namespace, need.name) for need in planning()]
    assert {verb for verb, *_ in granted} == {"list"}
    assert {"poddisruptionbudgets", "resourcequotas", "rollouts"}.isdisjoint(
        right[2] for mode in MODES for right in _granted(assembled(mode))
    )


def test_asking_whose_a_token_is_is_a_component_of_its_own() -> None:
    need = of_token_review()

    assert list(_granted(documents(TERMINAL))) == [(need.verb, need.group, need.resource, need.namespace, need.name)]
    assert all("tokenreviews" not in right[2] for mode in MODES for right in _granted(assembled(mode)))


def test_what_a_rotation_writes_is_a_component_of_its_own() -> None:
    granted = set(_granted(documents(ROTATION)))

    assert granted == {(need.verb, need.group, need.resource, need.namespace, need.name) for need in rotating(from_env({}))}
    assert {verb for verb, *_ in granted} == {"get", "update", "patch"}
    assert all(name for _, _, resource, _, name in granted if resource not in ("deployments", "statefulsets", "daemonsets"))


def test_what_may_be_written_beside_dapr_is_what_the_component_ships_and_the_bundle() -> None:
    shipped = {(one["kind"], one["metadata"]["name"]) for one in documents(ROTATION.with_name("objects.yaml"))}
    kinds = {"secrets": "Secret", "configmaps": "ConfigMap", "leases": "Lease"}
    written = {(kinds[resource], name) for verb, _, resource, _, name in _granted(documents(ROTATION)) if verb == "update"}

    assert written == shipped | {("Secret", "dapr-trust-bundle"), ("ConfigMap", "dapr-trust-bundle")}


def test_each_policy_is_of_the_bots_own_account_only_denies_and_refuses_when_in_doubt() -> None:
    objects = documents(ROTATION.with_name("policy.yaml"))
    policies = {one["metadata"]["name"]: one["spec"] for one in objects if one["kind"] == "ValidatingAdmissionPolicy"}
    bindings = [one["spec"] for one in objects if one["kind"] == "ValidatingAdmissionPolicyBinding"]
    (account,) = (one["metadata"] for one in assembled("read") if one["kind"] == "ServiceAccount")
    whose = f"request.userInfo.username == 'system:serviceaccount:{account['namespace']}:{account['name']}'"

    assert sorted(one["policyName"] for one in bindings) == sorted(policies)
    assert {tuple(one["validationActions"]) for one in bindings} == {("Deny", "Audit")}
    assert {one["failurePolicy"] for one in policies.values()} == {"Fail"}
    assert {tuple(condition["expression"] for condition in one["matchConditions"]) for one in policies.values()} == {(whose,)}
    assert {validation["reason"] for one in policies.values() for validation in one["validations"]} == {"Forbidden"}


def test_without_the_component_nothing_of_it_is_there() -> None:
    added = {one["kind"] for one in with_component("read", "rotation")} - {one["kind"] for one in assembled("read")}

    assert added == {"Secret", "Lease", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}


@pytest.mark.parametrize("mode", MODES)
def test_the_state_of_a_single_pod_needs_no_further_right(mode: str) -> None:
    need = of_pod("shop", "orders-1")

    assert (need.verb, need.group, need.resource, "", "") in set(_granted(assembled(mode)))


def test_the_components_bind_their_roles_to_the_bots_own_account() -> None:
    (account,) = (one["metadata"] for one in assembled("read") if one["kind"] == "ServiceAccount")
    for path in (DIAGNOSIS, PLANNING, PROXY, PORT_FORWARD, ROTATION, TERMINAL):
        found = documents(path)
        for role, binding in zip(found[::2], found[1::2], strict=True):
            assert binding["kind"] == f"{role['kind']}Binding"
            assert binding["metadata"].get("namespace") == role["metadata"].get("namespace")
            assert (binding["roleRef"]["kind"], binding["roleRef"]["name"]) == (role["kind"], role["metadata"]["name"])
            assert binding["subjects"] == [{"kind": "ServiceAccount", "name": account["name"], "namespace": account["namespace"]}]


@pytest.mark.parametrize("mode", MODES)
def test_every_binding_binds_an_existing_role_to_the_bots_own_account(mode: str) -> None:
    objects = assembled(mode)
    (account,) = (one["metadata"] for one in objects if one["kind"] == "ServiceAccount")
    subject = {"kind": "ServiceAccount", "name": account["name"], "namespace": account["namespace"]}
    roles = {(one["kind"], one["metadata"].get("namespace", "")) for one in objects if one["kind"] in ("Role", "ClusterRole")}
    bound = {(one["roleRef"]["kind"], one["metadata"].get("namespace", "")) for one in objects if one["kind"].endswith("Binding")}

    assert bound == roles
    assert all(one["subjects"] == [subject] for one in objects if one["kind"].endswith("Binding"))
