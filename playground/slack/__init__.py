"""A strict Slack workspace on loopback, for tests and for trying the bot without an account.

    async with SlackEmulator(clock=ManualClock()) as slack:
        ...start a bot with slack.environment...
        await slack.connected()
        gesture = await slack.slash("olga", "ops", "/dapr", "status")
        assert gesture.acked and gesture.messages[0].text
        assert slack.violations == () and slack.pings == ()

Other processes do the same over HTTP (`control`), and `python -m playground.slack` runs it alone.

Strict means: what Slack refuses is refused in Slack's words and kept in `violations`; what Slack takes although its
guidance forbids it (blocks without text, a text above 4,000 characters, a late ack) is taken and kept there with
`refused=False`; what rings at a whole channel or group is kept in `pings`.

Where Slack's documentation is silent, this was decided:

- An ack counts on whichever socket it comes, also for an envelope of another socket. Each redelivery is a new envelope
  with the same `event_id`, at once, after 1 and after 5 minutes of `clock`; commands and presses are never redelivered.
- The deadline of an ack is real time (`ack_timeout`); everything else that ages does so on `clock`.
- Sockets take turns. `warning` leaves them open, `refresh_requested` and `link_disabled` close them.
- A command typed by a stranger carries the stranger's own `team_id`, which real Slack may not even deliver.
- A thread must have a living parent: `thread_not_found`; `invalid_thread_ts` for what is no ts;
  `cannot_reply_to_message` for a reply's ts, which real Slack would bend to its parent.
- chat.update in an archived channel is `is_inactive`; in a public channel that the bot has left it still works.
- A bad response_url body is 400 with the error in JSON, a used or expired URL is 404 (`used_url`, `expired_url`);
  `replace_original` without an original posts anew. Unknown keys are refused.
- Only chat.postMessage takes a channel's name or a user's id in place of a channel id.
- `action_id` must be unique within one top-level block, `block_id` within the message, 10,000 characters per table,
  `plan` not beside `task_card`, null nowhere, empty strings nowhere but in values and initial values.
- Metadata above 8 KiB is `metadata_too_large`. More than 40,000 characters of text are cut.
- With `rate_limits`, posting is one message per second and channel without bursts (real Slack allows short ones) and
  every tier is counted in a sliding minute. A planned fault comes before any check, also before that of the token.
- A slow answer, and one that never comes, is for work that was done: the worse case for whoever retries.
"""

from playground.slack.clock import A_MONDAY_AT_NOON, Clock, ManualClock, MovableClock, SystemClock
from playground.slack.emulator import SlackEmulator
from playground.slack.errors import ImpossibleError
from playground.slack.events import Delivery
from playground.slack.gesture import Gesture
from playground.slack.journal import Call, Ping, Violation
from playground.slack.messages import Message
from playground.slack.workspace import DEFAULT_SCOPES, HISTORY_SCOPES

__all__ = [
    "A_MONDAY_AT_NOON",
    "DEFAULT_SCOPES",
    "HISTORY_SCOPES",
    "Call",
    "Clock",
    "Delivery",
    "Gesture",
    "ImpossibleError",
    "ManualClock",
    "Message",
    "MovableClock",
    "Ping",
    "SlackEmulator",
    "SystemClock",
    "Violation",
]
