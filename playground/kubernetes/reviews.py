"""Reviews, which are answered and kept nowhere.

SelfSubjectAccessReview: whoever is known may ask what they themselves may. TokenReview: whose token it is, for those who may ask.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec
from aiohttp import web

from playground.kubernetes import answers, status
from playground.kubernetes.access import Ask, User

ACCESS: Final = "selfsubjectaccessreviews"
TOKEN: Final = "tokenreviews"
RESOURCES: Final = frozenset({ACCESS, TOKEN})
VERB: Final = "review"
"""As what such a question counts among the requests: in RBAC's words it creates something, but nothing is there afterwards."""
# A simulated cluster has no kubelet that would forward anything, and says so before anybody tries.
_FORWARDED: Final = "pods/portforward"


_T = TypeVar("_T", bound=msgspec.Struct)


class _Attributes(msgspec.Struct):
    verb: str = ""
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""


class _Spec(msgspec.Struct):
    attributes: _Attributes = msgspec.field(name="resourceAttributes")


class _Review(msgspec.Struct):
    spec: _Spec


class _Shown(msgspec.Struct):
    token: str = ""


class _TokenReview(msgspec.Struct):
    spec: _Shown = msgspec.field(default_factory=_Shown)


async def identified(users: Mapping[str, User], request: web.Request) -> web.Response:
    """Whose token it is. Refusal when none was sent."""
    sent, review = await _read(request, _TokenReview)
    token = review.spec.token
    if not token:
        raise status.bad_request("token is required for TokenReview in authentication")
    user = users.get(token)
    verdict = {"authenticated": True, "user": _named(user.name)} if user else {"user": {}, "error": "invalid bearer token"}
    return answers.plain({**sent, "metadata": {**(sent.get("metadata") or {})}, "status": verdict}, code=201)


def _named(name: str) -> dict[str, Any]:
    _, _, account = name.partition("system:serviceaccount:")
    groups = ["system:serviceaccounts", f"system:serviceaccounts:{account.partition(':')[0]}"] if account else []
    return {"username": name, "uid": f"uid-of-{name}", "groups": [*groups, "system:authenticated"]}


async def reviewed(user: User, request: web.Request) -> web.Response:
    """The answer to a POST. Refusal when it is not understood."""
    sent, review = await _read(request, _Review)
    asked = review.spec.attributes
    resource = f"{asked.resource}/{asked.subresource}" if asked.subresource else asked.resource
    allowed = user.may(Ask(verb=asked.verb, group=asked.group, resource=resource, name=asked.name, namespace=asked.namespace))
    # A real one gives RBAC's reason beside a yes; nobody here reads it.
    verdict: dict[str, Any] = {"allowed": allowed}
    if resource == _FORWARDED:
        verdict = {"allowed": False, "reason": "nothing is forwarded in a simulated cluster"}
    answer = {**sent, "metadata": {**(sent.get("metadata") or {})}, "status": verdict}
    return answers.plain(answer, code=201)


async def _read(request: web.Request, type_: type[_T]) -> tuple[dict[str, Any], _T]:
    body = await request.read()
    try:
        return msgspec.json.decode(body, type=dict[str, Any]), msgspec.json.decode(body, type=type_)
    except msgspec.MsgspecError as error:
        raise status.bad_request(str(error)) from None
