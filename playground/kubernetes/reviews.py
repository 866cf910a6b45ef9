"""SelfSubjectAccessReview: whoever is known may ask what they themselves may. It is answered and kept nowhere."""

from typing import Any, Final

import msgspec
from aiohttp import web

from playground.kubernetes import answers, status
from playground.kubernetes.access import Ask, User

RESOURCE: Final = "selfsubjectaccessreviews"
VERB: Final = "review"
"""As what such a question counts among the requests: in RBAC's words it creates something, but nothing is there afterwards."""
# A simulated cluster has no kubelet that would forward anything, and says so before anybody tries.
_FORWARDED: Final = "pods/portforward"


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


async def reviewed(user: User, request: web.Request) -> web.Response:
    """The answer to a POST. Refusal when it is not understood."""
    body = await request.read()
    try:
        asked = msgspec.json.decode(body, type=_Review).spec.attributes
        sent: dict[str, Any] = msgspec.json.decode(body)
    except msgspec.MsgspecError as error:
        raise status.bad_request(str(error)) from None
    resource = f"{asked.resource}/{asked.subresource}" if asked.subresource else asked.resource
    allowed = user.may(Ask(verb=asked.verb, group=asked.group, resource=resource, name=asked.name, namespace=asked.namespace))
    # A real one gives RBAC's reason beside a yes; nobody here reads it.
    verdict: dict[str, Any] = {"allowed": allowed}
    if resource == _FORWARDED:
        verdict = {"allowed": False, "reason": "nothing is forwarded in a simulated cluster"}
    answer = {**sent, "metadata": {**(sent.get("metadata") or {})}, "status": verdict}
    return answers.plain(answer, code=201)
