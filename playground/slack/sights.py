"""What can be looked at over /control/..., as JSON."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from playground.slack.errors import Payload
from playground.slack.gesture import Gesture

if TYPE_CHECKING:
    from playground.slack.emulator import SlackEmulator

GESTURE = ("id", "kind", "user", "channel", "payload", "confirm", "error", "acked", "ack", "latency", "messages")


def as_json(value: Any) -> Any:
    """Records as JSON: times in ISO form, spans in seconds, gestures with what came of them."""
    if isinstance(value, Gesture):
        return {name: as_json(getattr(value, name)) for name in GESTURE}
    if dataclasses.is_dataclass(value):
        return {field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(item) for item in value]
    return _moment(value)


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.total_seconds() if isinstance(value, timedelta) else value


def _messages(slack: "SlackEmulator", asked: Payload) -> Any:
    """Those in `channel` (default: everywhere) that `user` (default: nobody in particular) can see."""
    reader = slack.user(asked["user"]).id if "user" in asked else ""
    place = slack.channel(asked["channel"]).id if "channel" in asked else ""
    return [m for m in slack.workspace.messages if place in {"", m.channel} and m.visible_to in {"", reader}]


def _views(slack: "SlackEmulator", _: Payload) -> Any:
    return {"modals": slack.workspace.views.stacks, "homes": slack.workspace.views.homes}


def _state(slack: "SlackEmulator", _: Payload) -> Any:
    return {
        "version": slack.journal.changes.version,
        "now": slack.workspace.clock.now(),
        "sockets": slack.sockets,
        "scopes": sorted(slack.workspace.scopes),
        "users": list(slack.workspace.directory.users.values()),
        "channels": list(slack.workspace.directory.channels.values()),
    }


SIGHTS: dict[str, Callable[["SlackEmulator", Payload], Any]] = {
    "calls": lambda slack, _: slack.calls,
    "violations": lambda slack, _: slack.violations,
    "pings": lambda slack, _: slack.pings,
    "envelopes": lambda slack, _: slack.envelopes,
    "gestures": lambda slack, _: slack.gestures,
    "transcript": lambda slack, _: slack.transcript(),
    "messages": _messages,
    "views": _views,
    "state": _state,
}
