"""The inspector's list: every envelope to the bot with its ack, every call of the bot with its answer, in order of time.

A line is short; `detail` has the payloads of one of them.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from playground.page import blame
from playground.slack.envelope import Envelope
from playground.slack.errors import Payload
from playground.slack.journal import Call
from playground.slack.sights import as_json

if TYPE_CHECKING:
    from playground.slack.emulator import SlackEmulator

LINES = 250
BAD = ("timeout", "connection_failed", "no_socket")


def lines(slack: "SlackEmulator") -> Payload:
    """The newest lines, oldest first, and what was found outside of any call (malformed, late and unknown acks)."""
    calls, envelopes = slack.calls, slack.envelopes
    told = [(calls[number].at, _call(number, calls[number])) for number in _newest(calls)]
    told += [(envelopes[number].sent_at, _envelope(number, envelopes[number])) for number in _newest(envelopes)]
    newest = sorted(told, key=lambda entry: entry[0])[-LINES:]
    acks = tuple(violation for violation in slack.violations if violation.method == "ack")
    return {
        "lines": [line for _, line in newest],
        "acks": blame.notes(acks),
        "totals": {
            "envelopes": len(envelopes),
            "calls": len(calls),
            "violations": len(slack.violations),
            "pings": len(slack.pings),
            "sockets": slack.sockets,
        },
    }


def detail(slack: "SlackEmulator", wanted: str) -> Payload:
    """The payloads behind the line of this id; LookupError when there is no such line."""
    kind, _, number = wanted.partition("-")
    if not number.isdecimal():
        raise LookupError(wanted)
    if kind == "call":
        call = slack.calls[int(number)]
        return {"arguments": _decoded(call.arguments), "answer": call.answer, "problems": blame.notes(call.problems)}
    envelope = slack.envelopes[int(number)]
    return {"envelope": as_json(envelope.frame()), "ack": envelope.ack_payload, "problems": []}


def _newest(records: Sequence[object]) -> range:
    return range(max(0, len(records) - LINES), len(records))


def _call(number: int, call: Call) -> Payload:
    return {
        "id": f"call-{number}",
        "kind": "call",
        "at": call.at.isoformat(),
        "title": call.method,
        "about": _about_call(call),
        "outcome": call.error or "ok",
        "is_bad": bool(call.error) or call.status >= 400,
        "latency": None,
        "problems": blame.notes(call.problems),
    }


def _envelope(number: int, envelope: Envelope) -> Payload:
    return {
        "id": f"envelope-{number}",
        "kind": "envelope",
        "at": envelope.sent_at.isoformat(),
        "title": envelope.kind,
        "about": _about_envelope(envelope),
        "outcome": envelope.outcome,
        "is_bad": envelope.outcome in BAD,
        "latency": envelope.latency.total_seconds() if envelope.latency else None,
        "problems": [],
    }


def _about_call(call: Call) -> str:
    asked = call.arguments
    return str(asked.get("text") or asked.get("user") or asked.get("channel") or asked.get("filename") or "")[:120]


def _about_envelope(envelope: Envelope) -> str:
    payload = envelope.payload
    if envelope.kind == "slash_commands":
        return f"{payload.get('command')} {payload.get('text')}".strip()[:120]
    if envelope.kind == "events_api":
        retry = f", attempt {envelope.retry_attempt + 1}" if envelope.retry_attempt else ""
        return f"{payload.get('event', {}).get('type', '')}{retry}"
    pressed = ", ".join(str(action.get("action_id")) for action in payload.get("actions", ()))
    return f"{payload.get('type', '')} {pressed}".strip()[:120]


def _decoded(arguments: Payload) -> Any:
    return {key: value for key, value in arguments.items() if key != "token"}
