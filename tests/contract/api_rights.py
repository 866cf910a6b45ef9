"""Who may do what: RBAC's rights, and the words of its refusals."""

from email.utils import parsedate_to_datetime
from typing import Final

from playground.kubernetes import Rule
from tests.contract.api_world import Answer, Api, Case, a_configmap, a_pod

GET: Final = ("get",)
REVIEWS: Final = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


def said(answer: Answer) -> tuple[int, str, object]:
    return answer.status, answer.message, answer.body.get("details")


async def a_right_to_one_name_is_a_right_to_that_name(api: Api) -> None:
    await api.create("configmaps", a_configmap("x"))
    rule = Rule(verbs=("get", "list", "watch"), resources=("configmaps",), groups=("",), names=("x",), namespace=api.namespace)
    token = await api.ground.grant(api.namespace, (rule,))
    user = f"system:serviceaccount:{api.namespace}:reader"
    where = f'resource "configmaps" in API group "" in the namespace "{api.namespace}"'

    assert (await api.get("configmaps", "x", token=token)).status == 200
    assert (await api.get("configmaps", token=token, fieldSelector="metadata.name=x")).names == ["x"]
    assert said(await api.get("configmaps", "y", token=token)) == (
        403, f'configmaps "y" is forbidden: User "{user}" cannot get {where}', {"name": "y", "kind": "configmaps"},
    )  # fmt: skip
    assert said(await api.get("configmaps", token=token)) == (
        403, f'configmaps is forbidden: User "{user}" cannot list {where}', {"kind": "configmaps"},
    )  # fmt: skip
    assert said(await api.get("configmaps", token=token, fieldSelector="metadata.name=y")) == (
        403, f'configmaps "y" is forbidden: User "{user}" cannot list {where}', {"name": "y", "kind": "configmaps"},
    )  # fmt: skip
    watched = await api.get("configmaps", token=token, watch="true", timeoutSeconds="1")
    assert said(watched) == (403, f'configmaps is forbidden: User "{user}" cannot watch {where}', {"kind": "configmaps"})


async def a_right_in_one_namespace_ends_there(api: Api) -> None:
    rule = Rule(verbs=("get", "list"), resources=("pods",), groups=("",), namespace=api.namespace)
    token = await api.ground.grant(api.namespace, (rule,))
    user = f"system:serviceaccount:{api.namespace}:reader"

    inside = await api.get("pods", token=token)
    everywhere = await api.get("/api/v1/pods", token=token)
    elsewhere = await api.get("/api/v1/namespaces/default/pods/p", token=token)

    assert inside.status == 200
    assert said(everywhere) == (
        403, f'pods is forbidden: User "{user}" cannot list resource "pods" in API group "" at the cluster scope', {"kind": "pods"},
    )  # fmt: skip
    assert elsewhere.message == (
        f'pods "p" is forbidden: User "{user}" cannot get resource "pods" in API group "" in the namespace "default"'
    )


async def a_right_in_the_whole_cluster_is_one_in_every_namespace(api: Api) -> None:
    token = await api.ground.grant(api.namespace, (Rule(verbs=("list",), resources=("pods",), groups=("",)),))

    answers = [await api.get(path, token=token) for path in ("/api/v1/pods", "/api/v1/namespaces/default/pods", "pods")]

    assert [answer.status for answer in answers] == [200, 200, 200]


async def a_subresource_is_a_right_of_its_own(api: Api) -> None:
    await api.create("pods", a_pod("p"))
    rules = (Rule(verbs=GET, resources=("pods",), groups=("",), namespace=api.namespace),)
    token = await api.ground.grant(api.namespace, rules)

    whole = await api.get("pods", "p", token=token)
    log = await api.get("pods", "p/log", token=token)
    proxy = await api.get("pods", "p:9090/proxy/metrics", token=token)

    assert (whole.status, log.status, proxy.status) == (200, 403, 403)
    assert 'pods "p" is forbidden' in log.message
    assert 'cannot get resource "pods/log" in API group ""' in log.message
    assert log.body["details"] == {"name": "p", "kind": "pods"}
    assert 'pods "p:9090" is forbidden' in proxy.message


async def a_right_to_a_log_is_no_right_to_the_pod(api: Api) -> None:
    rules = (Rule(verbs=GET, resources=("pods/log",), groups=("",), namespace=api.namespace),)
    token = await api.ground.grant(api.namespace, rules)

    log, whole = await api.get("pods", "absent/log", token=token), await api.get("pods", "absent", token=token)

    assert (log.status, log.message, whole.status) == (404, 'pods "absent" not found', 403)


async def reading_is_no_right_to_write(api: Api) -> None:
    await api.create("configmaps", a_configmap("x"))
    rule = Rule(verbs=("get", "list", "watch"), resources=("configmaps",), groups=("",), namespace=api.namespace)
    token = await api.ground.grant(api.namespace, (rule,))
    path = api.at("configmaps", "x")

    answers = {
        "create": await api.ask("POST", "configmaps", a_configmap("y"), token=token),
        "update": await api.ask("PUT", path, a_configmap("x"), token=token),
        "patch": await api.ask("PATCH", path, {}, kind="application/merge-patch+json", token=token),
        "delete": await api.ask("DELETE", path, token=token),
        "deletecollection": await api.ask("DELETE", "configmaps", token=token),
    }

    for verb, answer in answers.items():
        assert (answer.status, answer.reason) == (403, "Forbidden")
        assert f'cannot {verb} resource "configmaps"' in answer.message


async def groups_are_named_in_refusals(api: Api) -> None:
    token = await api.ground.grant(api.namespace, (Rule(verbs=GET, resources=("pods",), groups=("",), namespace=api.namespace),))
    user = f"system:serviceaccount:{api.namespace}:reader"

    where = f'in the namespace "{api.namespace}"'
    deployments = await api.get("deployments", token=token)
    webhook = await api.get("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/a", token=token)
    unknown = await api.get("/apis/unknown.example/v1/things", token=token)

    assert said(deployments) == (
        403,
        f'deployments.apps is forbidden: User "{user}" cannot list resource "deployments" in API group "apps" {where}',
        {"group": "apps", "kind": "deployments"},
    )
    assert webhook.message == (
        f'mutatingwebhookconfigurations.admissionregistration.k8s.io "a" is forbidden: User "{user}" cannot get resource '
        '"mutatingwebhookconfigurations" in API group "admissionregistration.k8s.io" at the cluster scope'
    )
    # What is not there is not told to whom may not ask.
    assert unknown.status == 403


async def who_is_unknown_is_unauthorized_and_who_says_nothing_is_anonymous(api: Api) -> None:
    unknown = await api.ask("GET", "configmaps", token="nobody")
    silent = await api.ask("GET", "configmaps", token="")

    assert (unknown.status, unknown.reason, unknown.message) == (401, "Unauthorized", "Unauthorized")
    assert silent.status == 403
    assert silent.message == (
        f'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" '
        f'in the namespace "{api.namespace}"'
    )


async def whoever_asks_is_told_what_they_may(api: Api) -> None:
    token = await api.ground.grant(api.namespace, (Rule(verbs=GET, resources=("pods/log",), groups=("",), namespace=api.namespace),))

    async def may(verb: str, resource: str, subresource: str = "", *, namespace: str = api.namespace) -> object:
        attributes = {"verb": verb, "resource": resource, "subresource": subresource, "namespace": namespace}
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": attributes}}
        answer = await api.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review, token=token)
        return answer.status, answer.body["kind"], answer.body["status"]["allowed"]

    assert await may("get", "pods", "log") == (201, "SelfSubjectAccessReview", True)
    assert await may("get", "pods") == (201, "SelfSubjectAccessReview", False)
    assert await may("get", "pods", "log", namespace="default") == (201, "SelfSubjectAccessReview", False)
    assert await may("create", "pods", "portforward") == (201, "SelfSubjectAccessReview", False)


def a_review(**attributes: str) -> dict[str, object]:
    return {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }


async def everybody_who_is_known_may_ask_what_they_may(api: Api) -> None:
    rules = (
        Rule(verbs=("get", "watch"), resources=("configmaps",), groups=("",), names=("x",), namespace=api.namespace),
        Rule(verbs=("get",), resources=("pods/log",), groups=("",), namespace=api.namespace),
    )
    token = await api.ground.grant(api.namespace, rules)
    here = {"namespace": api.namespace}
    asked = (
        ({"verb": "get", "resource": "configmaps", "name": "x", **here}, True),
        ({"verb": "watch", "resource": "configmaps", "name": "x", **here}, True),
        ({"verb": "get", "resource": "configmaps", "name": "y", **here}, False),
        ({"verb": "get", "resource": "configmaps", **here}, False),
        ({"verb": "list", "resource": "configmaps", "name": "x", **here}, False),
        ({"verb": "get", "resource": "configmaps", "name": "x"}, False),
        ({"verb": "get", "resource": "pods", "subresource": "log", **here}, True),
        ({"verb": "get", "resource": "pods", **here}, False),
        ({"verb": "list", "resource": "deployments", "group": "apps", **here}, False),
    )

    answers = [(await api.ask("POST", REVIEWS, a_review(**attributes), token=token)) for attributes, _ in asked]

    assert {answer.status for answer in answers} == {201}
    assert {answer.body["kind"] for answer in answers} == {"SelfSubjectAccessReview"}
    assert [answer.body["status"]["allowed"] for answer in answers] == [allowed for _, allowed in asked]


async def who_says_nothing_may_not_even_ask(api: Api) -> None:
    silent = await api.ask("POST", REVIEWS, a_review(verb="list", resource="pods"), token="")

    assert (silent.status, silent.reason) == (403, "Forbidden")


async def every_answer_is_dated(api: Api) -> None:
    answer = await api.get("/version")

    assert answer.body["gitVersion"].startswith("v1.")
    assert parsedate_to_datetime(answer.response.headers["Date"]).tzinfo is not None


CASES: Final[tuple[Case, ...]] = (
    a_right_to_one_name_is_a_right_to_that_name,
    a_right_in_one_namespace_ends_there,
    a_right_in_the_whole_cluster_is_one_in_every_namespace,
    a_subresource_is_a_right_of_its_own,
    a_right_to_a_log_is_no_right_to_the_pod,
    reading_is_no_right_to_write,
    groups_are_named_in_refusals,
    whoever_asks_is_told_what_they_may,
    who_is_unknown_is_unauthorized_and_who_says_nothing_is_anonymous,
    everybody_who_is_known_may_ask_what_they_may,
    who_says_nothing_may_not_even_ask,
    every_answer_is_dated,
)
