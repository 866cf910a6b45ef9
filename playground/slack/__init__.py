"""A strict Slack workspace on loopback, for tests and for trying the bot without an account.

    async with SlackEmulator(clock=ManualClock()) as slack:
        ...start a bot with slack.environment...
        await slack.connected()
        gesture = await slack.slash("olga", "ops", "/dapr", "status")
        assert gesture.acked and gesture.messages[0].text
        assert slack.violations == () and slack.pings == ()

Other processes do the same over HTTP (`control`), and `python -m playground.slack` runs it alone. An app with a request
URL gets the same gestures and events as signed POSTs after `await slack.over_http(url)`.

Strict means: what Slack refuses is refused in Slack's words and kept in `violations`; what Slack takes although its
guidance forbids it (blocks without text, a text above 4,000 characters, a late ack) is taken and kept there with
`refused=False`; what rings at a whole channel or group is kept in `pings`.

Where Slack's documentation is silent, this was decided:

Delivery
- An ack counts on whichever socket it comes, also for an envelope of another socket. Each redelivery is a new envelope
  with the same `event_id`, at once, after 1 and after 5 minutes of `clock`; commands and presses are never redelivered.
- The deadline of an ack is real time (`ack_timeout`), and so is the timestamp of a signature, which the app compares
  with its own clock; everything else that ages does so on `clock`.
- Sockets take turns. `warning` leaves them open, `refresh_requested` and `link_disabled` close them.
- Over HTTP one URL takes everything, also what external menus ask; a redirect is `http_error` and not followed;
  `X-Slack-No-Retry: 1` ends the redelivery.

People
- A command typed by a stranger carries the stranger's own `team_id`, which real Slack may not even deliver.
- What somebody picked in a message is theirs and stays picked through edits, as long as the element stays.
- A form is not submitted while a field that is not optional is empty. Only the modal on top can be used; closing
  everything tells of each modal that asked for it, the top one first.
- Options that break a rule are not shown at all (`no_results`); what was suggested once can be picked until the next asking.
- There are no direct messages of several people (`too_many_users`), and no manifest to check shortcuts against.

Messages
- A thread must have a living parent: `thread_not_found`; `invalid_thread_ts` for what is no ts;
  `cannot_reply_to_message` for a reply's ts, which real Slack would bend to its parent.
- chat.update in an archived channel is `is_inactive`; in a public channel that the bot has left it still works.
- A bad response_url body is 400 with the error in JSON, a used or expired URL is 404 (`used_url`, `expired_url`);
  `replace_original` without an original posts anew. Unknown keys are refused.
- Only chat.postMessage takes a channel's name or a user's id in place of a channel id.
- `action_id` must be unique within one top-level block, `block_id` within the message, 10,000 characters per table,
  `plan` not beside `task_card`, null nowhere, empty strings nowhere but in values and initial values.
- Metadata above 8 KiB is `metadata_too_large`. More than 40,000 characters of text are cut.
- blocks.validate points into what was sent (`/blocks/0/text`, `/view/title`), judges the blocks of a message and not its
  text, and uses codes of our own.

Files
- They are processed at once, and what a `slack_file` refers to is not looked up. A kind is known by the name's ending.
  What could run in a page is served as bytes. A bot downloads with its token and `files:read`; whoever sends no token is
  taken for a person's browser.

Misfortune
- With `rate_limits`, posting is one message per second and channel without bursts (real Slack allows short ones) and
  every tier is counted in a sliding minute. A planned fault comes before any check, also before that of the token.
- A slow answer, and one that never comes, is for work that was done: the worse case for whoever retries. A delivery that
  is lost takes its socket with it.
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
