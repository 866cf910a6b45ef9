"""What the bot itself may do, as the API server answers. Asking writes nothing; every account may (system:basic-user)."""

from functools import partial
from typing import Final

import msgspec

from bot.adapters.kubernetes import errors
from bot.adapters.kubernetes.api import Api
from bot.adapters.kubernetes.needs import Need, of_review
from bot.adapters.kubernetes.wire import Wire

_KIND: Final = "SelfSubjectAccessReview"


class Verdict(Wire):
    """status of a SelfSubjectAccessReview."""

    allowed: bool
    denied: bool = False


class Review(Wire):
    """selfsubjectaccessreviews.authorization.k8s.io."""

    kind: str
    status: Verdict


_REVIEW: Final = msgspec.json.Decoder(Review)


async def is_allowed(api: Api, need: Need) -> bool:
    """Raises BotError when the API server does not say."""
    review = await api.run(partial(api.review, of_review(), _body(need), _REVIEW.decode))
    if review.kind != _KIND:
        raise errors.malformed(of_review(), f"something else than a {_KIND} came back")
    return review.status.allowed and not review.status.denied


def _body(need: Need) -> dict[str, object]:
    resource, _, subresource = need.resource.partition("/")
    attributes = {
        "verb": need.verb,
        "group": need.group,
        "version": need.version,
        "resource": resource,
        "subresource": subresource,
        "namespace": need.namespace,
        "name": need.name,
    }
    asked = {name: value for name, value in attributes.items() if value}
    return {"apiVersion": "authorization.k8s.io/v1", "kind": _KIND, "spec": {"resourceAttributes": asked}}
