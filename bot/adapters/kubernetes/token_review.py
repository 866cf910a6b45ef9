"""The adapter behind ``ports.Tokens``: whose is this token? A TokenReview for our own audience, and who we are ourselves.

Both are sent by POST and kept nowhere. The token stands in no frame that a traceback could show, and in no error.
"""

from functools import partial
from typing import Final

import msgspec

from bot.adapters.kubernetes import errors
from bot.adapters.kubernetes.api import Api
from bot.adapters.kubernetes.needs import of_self_review, of_token_review
from bot.adapters.kubernetes.wire import Wire
from bot.errors import Missing, Permanent, Transient
from bot.model.caller import AUDIENCE, Caller
from bot.model.trust_pair import SecretBytes

_API: Final = "authentication.k8s.io/v1"
_POD: Final = "authentication.kubernetes.io/pod-name"


class _User(Wire):
    username: str = ""
    extra: dict[str, list[str]] | None = None


class _Status(Wire):
    """status of a TokenReview."""

    authenticated: bool = False
    user: _User = msgspec.field(default_factory=_User)
    audiences: list[str] | None = None


class _Review(Wire):
    kind: str
    status: _Status


class _SelfStatus(Wire):
    user_info: _User


class _SelfReview(Wire):
    kind: str
    status: _SelfStatus


class KubernetesTokens:
    """Implements ``ports.Tokens`` over one open connection."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._own = ""

    async def reviewed(self, token: SecretBytes) -> Caller | None:
        """See :class:`bot.ports.Tokens`."""
        own = await self._own_name()
        try:
            status = await self._asked(token)
        except Transient:
            # The server may have closed an idle connection just as we took it; a review can be asked twice.
            status = await self._asked(token)
        # Without our audience among them: an API server that does not know audiences, which takes every token for ours.
        if not status.authenticated or AUDIENCE not in (status.audiences or ()) or not status.user.username:
            return None
        pods = (status.user.extra or {}).get(_POD) or [""]
        return Caller(name=status.user.username, pod=pods[0], is_us=status.user.username == own)

    async def _asked(self, token: SecretBytes) -> _Status:
        decode = msgspec.json.Decoder(_Review).decode
        found = await self._api.run(partial(self._api.confide, of_token_review(), _body(token), decode))
        if found.kind != "TokenReview":
            raise errors.malformed(of_token_review(), "something else than a TokenReview came back")
        return found.status

    async def _own_name(self) -> str:
        if not self._own:
            decode = msgspec.json.Decoder(_SelfReview).decode
            body = {"apiVersion": _API, "kind": "SelfSubjectReview"}
            try:
                found = await self._api.run(partial(self._api.review, of_self_review(), body, decode))
            except Missing as error:
                raise Permanent(
                    "The API server does not tell the bot who it is itself, so it cannot tell itself from people.",
                    hint="Decide in Slack. Terminals need Kubernetes 1.28 or later.",
                ) from error
            self._own = found.status.user_info.username
        if not self._own:
            raise errors.malformed(of_self_review(), "it names no user")
        return self._own


def _body(token: SecretBytes) -> SecretBytes:
    spec = {"token": token.revealed().decode("ascii"), "audiences": [AUDIENCE]}
    return SecretBytes(msgspec.json.encode({"apiVersion": _API, "kind": "TokenReview", "spec": spec}))
