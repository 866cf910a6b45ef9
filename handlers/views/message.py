"""What goes to Slack: blocks for eyes, text for notifications and screen readers; modals. Made by :mod:`handlers.views.blocks` only."""

from dataclasses import dataclass
from typing import Any, TypeAlias

Block: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. ``text`` is already escaped for Slack's markup; ``blocks`` are within Slack's limits."""

    text: str
    blocks: tuple[Block, ...]

    def words(self) -> dict[str, Any]:
        """Text and blocks: all that chat.update and chat.postEphemeral take."""
        return {"text": self.text, "blocks": list(self.blocks)}

    def arguments(self) -> dict[str, Any]:
        """What chat.postMessage and a response_url take: text, blocks, and that nothing unfurls."""
        return {**self.words(), "unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Modal:
    """One modal, within Slack's limits: what views.open and views.update take as ``view``."""

    view: Block
