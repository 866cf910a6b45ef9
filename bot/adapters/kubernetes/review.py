"""What the bot itself may do, as the API server answers. Asking changes nothing, and every account may ask."""

from functools import partial
from typing import Final

import msgspec

from bot.adapters.kubernetes.api import Api
from bot.adapters.kubernetes.needs import Need, of_review
from bot.adapters.kubernetes.wire import Wire


class Verdict(Wire):
    """status of a SelfSubjectAccessReview."""

    allowed: bool


class Review(Wire):
    """selfsubjectaccessreviews.authorization.k8s.io."""

    status: Verdict


_REVIEW: Final = msgspec.json.Decoder(Review)


async def is_allowed(api: Api, need: Need) -> bool:
    """Raises BotError when the API server does not say."""
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
    asked = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {key: value for key, value in attributes.items() if value}},
    }
    review = await api.run(partial(api.read, of_review(), _REVIEW.decode, question=asked))
    return review.status.allowed
