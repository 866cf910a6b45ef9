"""What the emulator answers when it refuses, and what it raises when a test asks for something impossible."""

from typing import Any

Payload = dict[str, Any]


class SlackError(Exception):
    """A refusal in Slack's own words: `{"ok": false, "error": code, ...extra}` with HTTP 200."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra: Payload = extra

    def body(self) -> Payload:
        """The JSON body of the refusal."""
        return {"ok": False, "error": self.code, **self.extra}


class ImpossibleError(Exception):
    """The driver was asked for a gesture that no person could make, e.g. to click a button that is not there."""
