"""Things that Slack hands out and takes back: trigger ids (3 seconds, once) and response URLs (30 minutes, 5 times)."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from playground.slack.clock import Clock
from playground.slack.errors import SlackError

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_URL_LIFE = timedelta(minutes=30)
RESPONSE_URL_USES = 5


@dataclass
class Trigger:
    """The right of one gesture of one person to open one modal."""

    user: str
    issued_at: datetime
    is_used: bool = False


@dataclass
class Hook:
    """A response_url: where it answers to, and how often it was used.

    `source_ts` is the message whose button was clicked, empty for a slash command.
    """

    token: str
    channel: str
    user: str
    origin: str
    issued_at: datetime
    source_ts: str = ""
    uses: int = 0


@dataclass
class Tickets:
    """All triggers and response URLs that were ever handed out."""

    clock: Clock
    _triggers: dict[str, Trigger] = field(default_factory=dict)
    _hooks: dict[str, Hook] = field(default_factory=dict)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def trigger(self, user: str) -> str:
        """A new trigger_id for a gesture of `user`."""
        trigger_id = f"{next(self._numbers)}.{int(self.clock.now().timestamp())}.playground"
        self._triggers[trigger_id] = Trigger(user=user, issued_at=self.clock.now())
        return trigger_id

    def use_trigger(self, trigger_id: str) -> str:
        """The user whose gesture it was; refuses when it is unknown, older than 3 s or already exchanged."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.is_used:
            raise SlackError("exchanged_trigger_id")
        if self.clock.now() - trigger.issued_at > TRIGGER_LIFE:
            raise SlackError("expired_trigger_id")
        trigger.is_used = True
        return trigger.user

    def hook(self, *, channel: str, user: str, origin: str, source_ts: str = "") -> Hook:
        """A new response_url for a gesture made in `channel`."""
        token = f"{next(self._numbers):012d}"
        hook = Hook(token, channel, user, origin, self.clock.now(), source_ts)
        self._hooks[token] = hook
        return hook

    def use_hook(self, token: str) -> Hook:
        """The response_url behind this token, one use poorer; refuses with `expired_url` or `used_url`."""
        hook = self._hooks.get(token)
        if hook is None or self.clock.now() - hook.issued_at > RESPONSE_URL_LIFE:
            raise SlackError("expired_url")
        if hook.uses >= RESPONSE_URL_USES:
            raise SlackError("used_url")
        hook.uses += 1
        return hook
