"""The border to Slack: whatever its client raises becomes one of :mod:`bot.errors`, the cause chained by the caller."""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import Forbidden, Malformed, Missing, Permanent, Throttled, TimedOut, Transient, Unable, Unauthenticated, Unreachable

WHAT_TO_DO: dict[str, tuple[type[Unable], str]] = {
    "invalid_auth": (Unauthenticated, "Check SLACK_BOT_TOKEN (xoxb-) and SLACK_APP_TOKEN (xapp-): Slack does not know this token."),
    "not_authed": (Unauthenticated, "Set SLACK_BOT_TOKEN (xoxb-) and SLACK_APP_TOKEN (xapp-)."),
    "token_revoked": (Unauthenticated, "The app was uninstalled or its token revoked: install it again and set the new token."),
    "token_expired": (Unauthenticated, "Switch token rotation off for this app and set the new token."),
    "account_inactive": (Unauthenticated, "The bot's account is deactivated: install the app again."),
    "not_allowed_token_type": (Unauthenticated, "The two tokens are swapped: SLACK_BOT_TOKEN is xoxb-, SLACK_APP_TOKEN is xapp-."),
    "missing_scope": (Forbidden, "Install the app again from the manifest in deploy/, which asks for every scope."),
    "not_in_channel": (Forbidden, "Invite the bot: type /invite and its name in the channel."),
    "channel_not_found": (Missing, "Check SLACK_CHANNEL (an id like C0123456789); for a private channel invite the bot first."),
    "is_archived": (Forbidden, "The channel is archived: unarchive it, or set SLACK_CHANNEL to another one."),
    "is_inactive": (Forbidden, "The channel is archived or frozen: unarchive it, or set SLACK_CHANNEL to another one."),
    "restricted_action": (Forbidden, "A workspace setting keeps the bot from posting here: ask a workspace admin."),
    "user_not_found": (Missing, "Slack does not know this account."),
    "ratelimited": (Throttled, "Slack asks to wait; the bot tries again by itself."),
    "rate_limited": (Throttled, "Slack asks to wait; the bot tries again by itself."),
    "internal_error": (Transient, "Slack has trouble of its own (slack-status.com); the bot tries again by itself."),
    "fatal_error": (Transient, "Slack has trouble of its own (slack-status.com); the bot tries again by itself."),
    "service_unavailable": (Transient, "Slack has trouble of its own (slack-status.com); the bot tries again by itself."),
    "request_timeout": (TimedOut, "Slack has trouble of its own (slack-status.com); the bot tries again by itself."),
}
SERVER_ERRORS = range(500, 600)
TOO_MANY_REQUESTS = 429


def translated(error: Exception, tried: str) -> Unable:
    """``error`` from slack_sdk or aiohttp as one of our own. ``tried``: what was asked of Slack, "chat.postMessage".

    No message carries a token: of Slack's answer only its error word and the missing scope are repeated.
    """
    match error:
        case SlackApiError():
            return _refused(error, tried)
        case TimeoutError():
            return TimedOut(f"Slack did not answer {tried} in time.", hint="Please try again in a minute.")
        case aiohttp.ClientError() | OSError():
            return Unreachable(f"Slack could not be reached for {tried}: {type(error).__name__}.", hint="Check network and proxy.")
        case SlackClientError():
            return Malformed(f"Slack's answer to {tried} could not be read: {type(error).__name__}.")
        case _:
            return Malformed(f"{tried} failed: {type(error).__name__}.")


def from_status(status: int, body: str, tried: str) -> Unable:
    """A response_url's refusal: an HTTP status and a word."""
    if status == TOO_MANY_REQUESTS:
        return Throttled(f"Slack asked to wait before {tried}.")
    if status in SERVER_ERRORS:
        return Transient(f"Slack answered {tried} with HTTP {status}.")
    return Permanent(f"Slack refused {tried} with HTTP {status}: {body[:80]}")


def _refused(error: SlackApiError, tried: str) -> Unable:
    # Untyped in slack_sdk: a response object or, after an odd answer, a plain dict.
    response = cast("object", error.response)  # pyright: ignore[reportUnknownMemberType]
    status, headers, data = (_part(response, name) for name in ("status_code", "headers", "data"))
    answer = data or response
    word, needed = _text(answer, "error"), _text(answer, "needed")
    if status == TOO_MANY_REQUESTS or word in {"ratelimited", "rate_limited"}:
        return Throttled(f"Slack asked to wait before {tried}.", retry_after=_seconds(_text(headers, "Retry-After")))
    if status in SERVER_ERRORS:
        return Transient(f"Slack answered {tried} with HTTP {status}.")
    kind, hint = WHAT_TO_DO.get(word, (Permanent, ""))
    scope = f" (needs {needed})" if needed else ""
    return kind(f"Slack refused {tried}: {word or 'no reason given'}{scope}.", hint=hint)


def word_of(error: BaseException | None) -> str:
    """Slack's own word for a refusal ("not_in_channel"), "" for everything else."""
    if not isinstance(error, SlackApiError):
        return ""
    response = cast("object", error.response)  # pyright: ignore[reportUnknownMemberType]
    return _text(_part(response, "data") or response, "error")


def _part(response: object, name: str) -> object:
    return getattr(response, name, None)


def _text(mapping: object, name: str) -> str:
    value = cast("Mapping[str, object]", mapping).get(name) if isinstance(mapping, Mapping) else None
    return value if isinstance(value, str) else ""


def _seconds(text: str) -> timedelta | None:
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() else None
