"""What goes to Slack: blocks for eyes, text for notifications and screen readers. Made by :mod:`handlers.views.blocks` only."""

from dataclasses import dataclass
from typing import Any, TypeAlias

Block: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. ``text`` is already escaped for Slack's markup; ``blocks`` are within Slack's limits."""

    text: str
    blocks: tuple[Block, ...]

    def arguments(self) -> dict[str, Any]:
        """Arguments of chat.postMessage, chat.update, chat.postEphemeral and of a response_url: nothing unfurls."""
        return {"text": self.text, "blocks": list(self.blocks), "unfurl_links": False, "unfurl_media": False}
