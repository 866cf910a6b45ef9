"""What a failed call means for the message it carried. Slack's own words, as its documentation of chat.* lists them."""

import aiohttp

from bot.errors import Throttled, Transient, Unable
from handlers.slack_errors import word_of

# The message, or the thread's head, is deleted, locked or no longer ours to edit: only a new message helps.
GONE = frozenset(
    {
        "cannot_reply_to_message",
        "cant_update_message",
        "edit_window_closed",
        "invalid_thread_ts",
        "message_not_found",
        "restricted_action_thread_locked",
        "thread_not_found",
    }
)

# Slack does not like what the message says or how; simpler words may pass.
UNFIT = frozenset(
    {
        "block_mismatch",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "markdown_text_conflict",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "too_many_attachments",
    }
)


def is_gone(error: Unable) -> bool:
    """Whether the message that was to be edited or replied to is out of reach for good."""
    return _word(error) in GONE


def is_unfit(error: Unable) -> bool:
    """Whether another form of the same message may be accepted."""
    return _word(error) in UNFIT


def is_certain(error: Unable) -> bool:
    """Whether the call surely had no effect. A 5xx, a lost connection, an unreadable answer leave that open."""
    if isinstance(error.__cause__, aiohttp.ClientConnectorError):
        return True
    return isinstance(error, Throttled) or (bool(_word(error)) and not isinstance(error, Transient))


def _word(error: Unable) -> str:
    cause = error.__cause__
    return word_of(cause) if isinstance(cause, Exception) else ""
