"""A process that can be killed between any two things it does: its Slack and its memory ask the reaper at every step."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.ports import Store
from playground.slack import SlackEmulator
from playground.slack.arguments import Arguments
from playground.slack.errors import SlackError
from playground.slack.methods import BY_NAME


class Killed(BaseException):
    """The process ends here. Not an Exception: nothing may catch it."""


@dataclass
class Reaper:
    """Kills at the chosen steps, counted over all lives.

    ``orphans``: deaths between a new message and the memory of it, the only ones after which nobody can know.
    """

    kill_at: frozenset[int] = frozenset()
    path: list[str] = field(default_factory=list)
    deaths: list[str] = field(default_factory=list)
    orphans: int = 0
    is_unsettled: bool = False

    def pass_by(self, where: str) -> None:
        self.path.append(where)
        if len(self.path) in self.kill_at:
            self.deaths.append(where)
            self.orphans += self.is_unsettled
            self.is_unsettled = False
            raise Killed(where)


class MortalClient(AsyncWebClient):
    """Slack's strict double without a network in between; each call can be cut off before and after its effect."""

    def __init__(self, slack: SlackEmulator, reaper: Reaper) -> None:
        super().__init__(token=slack.bot_token, retry_handlers=[])
        self._slack = slack
        self._reaper = reaper

    async def api_call(self, api_method: str, **call: Any) -> AsyncSlackResponse:
        arguments = {**(call.get("data") or {}), **(call.get("json") or {})}
        self._reaper.pass_by(f"before {api_method}")
        method = BY_NAME[api_method]
        try:
            self._slack.workspace.require_scope(*method.scopes)
            body = {"ok": True, **method.call(self._slack.workspace, Arguments(arguments))}
            self._reaper.is_unsettled |= api_method == "chat.postMessage"
        except SlackError as error:
            body = error.body()
        self._reaper.pass_by(f"after {api_method}")
        answer = AsyncSlackResponse(client=self, http_verb="POST", api_url=api_method, req_args={}, data=body, headers={}, status_code=200)
        if not body["ok"]:
            raise SlackApiError("The request to the Slack API failed.", answer)  # type: ignore[no-untyped-call]
        return answer


def mortal(store: Store, reaper: Reaper) -> Store:
    """The same memory; each method can be cut off before and after its transaction."""
    watched: Any = _MortalStore(store, reaper)
    return cast("Store", watched)


class _MortalStore:
    def __init__(self, store: Store, reaper: Reaper) -> None:
        self._store = store
        self._reaper = reaper

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._store, name)
        assert inspect.iscoroutinefunction(method), name

        async def watched(*args: Any, **kwargs: Any) -> Any:
            self._reaper.pass_by(f"before {name}")
            answer = await method(*args, **kwargs)
            self._reaper.is_unsettled &= name != "settle"
            self._reaper.pass_by(f"after {name}")
            return answer

        return watched
