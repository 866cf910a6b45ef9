"""What can be done over /control/...: each takes a JSON object and does what the method of that name does."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from playground.slack.clock import ManualClock, MovableClock
from playground.slack.errors import ImpossibleError, Payload, SlackError
from playground.slack.faults import Fault
from playground.slack.messages import Message
from playground.slack.widgets import Pressed

if TYPE_CHECKING:
    from playground.slack.emulator import SlackEmulator

Deed = Callable[["SlackEmulator", Payload], Awaitable[Any]]


def _message(slack: "SlackEmulator", asked: Payload) -> Message:
    found = slack.workspace.messages.at(slack.channel(asked["channel"]).id, asked["ts"])
    if found is None:
        raise SlackError("message_not_found")
    return found


async def _slash(slack: "SlackEmulator", asked: Payload) -> Any:
    return await slack.slash(asked["user"], asked["channel"], asked["command"], asked.get("text", ""))


async def _click(slack: "SlackEmulator", asked: Payload) -> Any:
    return await slack.click(
        asked["user"],
        _message(slack, asked),
        asked["action_id"],
        confirmed=asked.get("confirmed", True),
        option=asked.get("option", ""),
    )


async def _press(slack: "SlackEmulator", asked: Payload) -> Any:
    user, view_id = asked.pop("user"), asked.pop("view_id")
    return await slack.press(user, view_id, Pressed(**asked))


async def _suggest(slack: "SlackEmulator", asked: Payload) -> Any:
    where = asked["view_id"] if "view_id" in asked else _message(slack, asked)
    return await slack.suggest(asked["user"], where, asked["action_id"], asked["query"])


async def _shortcut(slack: "SlackEmulator", asked: Payload) -> Any:
    return await slack.shortcut(asked["user"], asked["callback_id"], _message(slack, asked) if "ts" in asked else None)


async def _submit(slack: "SlackEmulator", asked: Payload) -> Any:
    return await slack.submit(asked["user"], asked["view_id"], asked.get("values"))


async def _close_view(slack: "SlackEmulator", asked: Payload) -> Any:
    return await slack.close_view(asked["user"], asked["view_id"], everything=asked.get("everything", False))


async def _mention(slack: "SlackEmulator", asked: Payload) -> Any:
    return await slack.mention(asked["user"], asked["channel"], asked["text"], asked.get("thread_ts", ""))


async def _say(slack: "SlackEmulator", asked: Payload) -> Any:
    return slack.say(asked["user"], asked["channel"], asked["text"], asked.get("thread_ts", ""))


async def _open_home(slack: "SlackEmulator", asked: Payload) -> Any:
    return await slack.open_home(asked["user"])


async def _fault(slack: "SlackEmulator", asked: Payload) -> Any:
    times, method = asked.pop("times", 1), asked.pop("method")
    slack.faults.plan(method, Fault(**asked), times)


async def _clear_faults(slack: "SlackEmulator", _: Payload) -> Any:
    slack.faults.clear()


async def _disconnect(slack: "SlackEmulator", asked: Payload) -> Any:
    await slack.disconnect(asked.get("reason", "refresh_requested"))


async def _drop_sockets(slack: "SlackEmulator", _: Payload) -> Any:
    return slack.drop_sockets()


async def _refresh_after(slack: "SlackEmulator", asked: Payload) -> Any:
    seconds = asked["seconds"]
    slack.refresh_sockets_after(timedelta(seconds=seconds) if seconds else None)


async def _over_http(slack: "SlackEmulator", asked: Payload) -> Any:
    await slack.over_http(asked["url"])


async def _over_sockets(slack: "SlackEmulator", _: Payload) -> Any:
    slack.over_sockets()


async def _archive(slack: "SlackEmulator", asked: Payload) -> Any:
    slack.archive(asked["channel"], archived=asked.get("archived", True))


async def _invite(slack: "SlackEmulator", asked: Payload) -> Any:
    slack.invite(asked["channel"], asked.get("user", slack.bot_user))


async def _kick(slack: "SlackEmulator", asked: Payload) -> Any:
    slack.kick(asked["channel"], asked.get("user", slack.bot_user))


async def _delete(slack: "SlackEmulator", asked: Payload) -> Any:
    slack.delete(_message(slack, asked))


async def _reload(slack: "SlackEmulator", asked: Payload) -> Any:
    slack.reload(asked["user"])


async def _scopes(slack: "SlackEmulator", asked: Payload) -> Any:
    slack.grant(*asked.get("grant", []))
    slack.revoke(*asked.get("revoke", []))
    return sorted(slack.workspace.scopes)


async def _rate_limits(slack: "SlackEmulator", asked: Payload) -> Any:
    slack.workspace.limits.enabled = bool(asked["enabled"])


async def _advance(slack: "SlackEmulator", asked: Payload) -> Any:
    if not isinstance(slack.workspace.clock, ManualClock | MovableClock):
        raise ImpossibleError("this workspace runs on the machine's clock, which cannot be advanced")
    slack.workspace.clock.advance(timedelta(seconds=asked["seconds"]))
    return slack.workspace.clock.now()


DEEDS: dict[str, Deed] = {
    "slash": _slash,
    "click": _click,
    "press": _press,
    "suggest": _suggest,
    "shortcut": _shortcut,
    "submit": _submit,
    "close-view": _close_view,
    "mention": _mention,
    "say": _say,
    "open-home": _open_home,
    "fault": _fault,
    "clear-faults": _clear_faults,
    "disconnect": _disconnect,
    "drop-sockets": _drop_sockets,
    "refresh-after": _refresh_after,
    "over-http": _over_http,
    "over-sockets": _over_sockets,
    "archive": _archive,
    "invite": _invite,
    "kick": _kick,
    "delete": _delete,
    "reload": _reload,
    "scopes": _scopes,
    "rate-limits": _rate_limits,
    "advance": _advance,
}
