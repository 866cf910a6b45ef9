"""The arguments of one Web API call, whichever of the wire forms they came in."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from playground.slack.errors import Payload, SlackError


@dataclass(frozen=True)
class Arguments:
    """Names and values, all equally valid from query, JSON body, form body and multipart body."""

    values: Payload

    def has(self, name: str) -> bool:
        """Whether the argument was sent with a value."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are refused like in Slack's own schema check."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise _invalid(name, "must be a string")
        return value

    def required(self, name: str) -> str:
        """A string that must be there."""
        if not self.has(name):
            raise _invalid(name, "missing required field", prefix="")
        return self.text(name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean, also as "true", "1" or 1."""
        value = self.values.get(name)
        return default if value is None else str(value).lower() in {"true", "1", "t"}

    def integer(self, name: str, default: int) -> int:
        """A whole number, also as a string."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError) as error:
            raise _invalid(name, "must be an integer") from error

    def json(self, name: str, *, otherwise: str = "invalid_arguments") -> Any:
        """A structure, sent as JSON or as JSON in a string; refuses with the code `otherwise`."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError as error:
            raise SlackError(otherwise) from error

    def listed(self, name: str) -> list[str]:
        """Words separated by commas, or a JSON list of them."""
        value = self.values.get(name) or ""
        words = value if isinstance(value, list) else str(value).split(",")
        return [str(word).strip() for word in words if str(word).strip()]


def _invalid(name: str, why: str, *, prefix: str = "field ") -> SlackError:
    message = f"[ERROR] {prefix}{why}: {name}"
    return SlackError("invalid_arguments", response_metadata={"messages": [message]})


async def read_arguments(request: web.Request) -> Arguments:
    """Collect query, then body; refuses with `invalid_json`, `json_not_object` or `invalid_form_data`.

    No method takes a file among its arguments any more: `invalid_form_data` for a multipart body with one.
    """
    values: Payload = dict(request.query)
    if request.content_type == "application/json":
        values |= _json_object(await request.text())
    elif request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        values |= await _form(request)
    values.pop("token", None)
    return Arguments(values)


async def _form(request: web.Request) -> Payload:
    try:
        form = dict(await request.post())
    except ValueError as error:
        raise SlackError("invalid_form_data") from error
    if any(isinstance(value, web.FileField) for value in form.values()):
        raise SlackError("invalid_form_data")
    return form


def _json_object(body: str) -> Payload:
    # The synchronous client sends the JSON content type with an empty body for auth.test.
    if not body.strip():
        return {}
    try:
        value = json.loads(body)
    except ValueError as error:
        raise SlackError("invalid_json") from error
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value
