"""Which message a broken rule belongs to, so that the page can say so beside it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from playground.slack.errors import Payload
from playground.slack.journal import Call, Journal, Ping, Violation


def troubles(journal: Journal, channel: str) -> list[Payload]:
    """What the bot did wrong in this channel: `ts` of the message (empty: none came of it), `thread_ts`, when, and notes."""
    return [trouble for call in journal.calls if call.problems and (trouble := _trouble(call, channel))]


def notes(problems: tuple[Violation | Ping, ...]) -> list[Payload]:
    """Each broken rule and each ring at many people, in words."""
    return [_note(problem) for problem in problems]


def _note(problem: Violation | Ping) -> Payload:
    if isinstance(problem, Ping):
        return {
            "code": "ping",
            "pointer": "",
            "refused": False,
            "text": f"this rings at everybody in @{problem.mention.removeprefix('subteam^')}",
        }
    return {"code": problem.code, "pointer": problem.pointer, "refused": problem.refused, "text": problem.message}


def _trouble(call: Call, channel: str) -> Payload | None:
    where = {str(value) for value in _channels(call)}
    if channel not in where:
        return None
    return {
        "method": call.method,
        "at": _second(call.at),
        "ts": str(call.answer.get("ts") or call.answer.get("message_ts") or call.arguments.get("ts") or ""),
        "thread_ts": str(call.arguments.get("thread_ts") or ""),
        "error": call.error,
        "notes": notes(call.problems),
    }


def _channels(call: Call) -> Iterator[Any]:
    yield call.arguments.get("channel")
    yield call.arguments.get("channel_id")
    yield call.answer.get("channel")


def _second(at: datetime) -> str:
    return f"{at.timestamp():.6f}"
