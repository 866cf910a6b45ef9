"""SelfSubjectAccessReview: whoever asks is told what they may. Nothing is kept of it."""

import json
from typing import Any, Final

from aiohttp import web

from playground.kubernetes import answers
from playground.kubernetes.access import Ask, User

PATH: Final = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
VERB: Final = "review"
"""As what such a question counts among the requests: in RBAC's words it creates something, but nothing is there afterwards."""
# A simulated cluster has no kubelet that would forward anything, and says so before anybody tries.
_FORWARDED: Final = "pods/portforward"


async def reviewed(user: User, request: web.Request) -> web.Response:
    """The review with its verdict, as RBAC would have it."""
    review: dict[str, Any] = json.loads(await request.text())
    told = review["spec"]["resourceAttributes"]
    resource = "/".join(word for word in (told["resource"], told.get("subresource", "")) if word)
    ask = Ask(
        verb=told["verb"], group=told.get("group", ""), resource=resource, name=told.get("name", ""), namespace=told.get("namespace", "")
    )
    is_allowed = user.may(ask) and resource != _FORWARDED
    reason = {"reason": "nothing is forwarded in a simulated cluster"} if resource == _FORWARDED else {}
    return answers.plain({**review, "status": {"allowed": is_allowed, **reason}}, status=201)
