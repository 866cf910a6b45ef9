"""TokenReview: whose token it is, for whoever may ask."""

from typing import Final

from playground.kubernetes import Rule
from tests.contract.api_world import Answer, Api, Case, Object

REVIEWS: Final = "/apis/authentication.k8s.io/v1/tokenreviews"
MAY_ASK: Final = Rule(verbs=("create",), resources=("tokenreviews",), groups=("authentication.k8s.io",))


def a_review(**spec: object) -> Object:
    return {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec}


async def reviewed(api: Api, token: str, *, by: str | None = None) -> Answer:
    return await api.ask("POST", REVIEWS, a_review(token=token), token=by)


async def a_token_tells_whose_it_is(api: Api) -> None:
    token = await api.ground.grant(api.namespace, (MAY_ASK,))

    answer = await reviewed(api, token, by=token)

    assert (answer.status, answer.body["kind"], answer.body["spec"]) == (201, "TokenReview", {"token": token})
    status = answer.body["status"]
    assert (status["authenticated"], status["user"]["username"]) == (True, f"system:serviceaccount:{api.namespace}:reader")
    assert {"system:serviceaccounts", f"system:serviceaccounts:{api.namespace}", "system:authenticated"} <= set(status["user"]["groups"])
    assert status["user"]["uid"]


async def a_token_that_nobody_knows_is_an_answer_and_no_error(api: Api) -> None:
    answer = await reviewed(api, "nobody")

    assert (answer.status, answer.body["status"]) == (201, {"user": {}, "error": "invalid bearer token"})


async def a_review_without_a_token_is_a_bad_request(api: Api) -> None:
    for review in (a_review(), a_review(token=""), {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview"}):
        answer = await api.ask("POST", REVIEWS, review)
        assert (answer.status, answer.message) == (400, "token is required for TokenReview in authentication")


async def who_may_not_ask_is_told_nothing(api: Api) -> None:
    rule = Rule(verbs=("get",), resources=("pods",), groups=("",), namespace=api.namespace)
    token = await api.ground.grant(api.namespace, (rule,))

    answer, anonymous = await reviewed(api, token, by=token), await reviewed(api, token, by="")

    assert (answer.status, anonymous.status) == (403, 403)
    assert 'cannot create resource "tokenreviews" in API group "authentication.k8s.io" at the cluster scope' in answer.message


async def reviews_are_kept_nowhere(api: Api) -> None:
    answer = await api.ask("GET", REVIEWS)

    assert (answer.status, answer.reason) == (405, "MethodNotAllowed")
    assert answer.message == "the server does not allow this method on the requested resource"


CASES: Final[tuple[Case, ...]] = (
    a_token_tells_whose_it_is,
    a_token_that_nobody_knows_is_an_answer_and_no_error,
    a_review_without_a_token_is_a_bad_request,
    who_may_not_ask_is_told_nothing,
    reviews_are_kept_nowhere,
)
