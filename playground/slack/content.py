"""What an author writes into a message, after every check; the same for Web API, response_url and acks."""

from dataclasses import dataclass
from typing import Any

from playground.slack.arguments import Arguments
from playground.slack.blocks import give_ids
from playground.slack.errors import Payload, SlackError
from playground.slack.journal import Journal
from playground.slack.strictness import check_blocks, check_text, listen_for_pings

CUT_TEXT = 40_000
MOST_ATTACHMENTS = 100


@dataclass(frozen=True)
class Content:
    """The checked parts of a message."""

    text: str
    blocks: tuple[Payload, ...]
    attachments: tuple[Payload, ...]


def read_content(journal: Journal, method: str, arguments: Arguments) -> Content:
    """Text, blocks and attachments after every check.

    Refuses with `no_text`, `invalid_blocks`, `invalid_blocks_format`, `invalid_attachments` or `too_many_attachments`.
    """
    text = arguments.text("text")
    blocks = check_blocks(journal, method, arguments.json("blocks", otherwise="invalid_blocks_format"), "message")
    attachments = _attachments(journal, method, arguments.json("attachments", otherwise="invalid_attachments"))
    if not text.strip() and not blocks and not attachments:
        raise SlackError("no_text")
    check_text(journal, method, text, has_blocks=bool(blocks or attachments))
    listen_for_pings(journal, method, arguments.values | {"blocks": blocks, "attachments": attachments})
    return Content(text[:CUT_TEXT], give_ids(blocks), tuple(attachments))


def _attachments(journal: Journal, method: str, sent: Any) -> list[Payload]:
    attachments = sent or []
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return [_with_blocks(journal, method, one, index) for index, one in enumerate(attachments)]


def _with_blocks(journal: Journal, method: str, attachment: Payload, index: int) -> Payload:
    blocks = check_blocks(journal, method, attachment.get("blocks"), "message", f"/attachments/{index}/blocks")
    if not blocks:
        return attachment
    return attachment | {"blocks": list(give_ids(blocks, prefix=f"att{index}"))}
