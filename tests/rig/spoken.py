"""Everything that a bot said to Slack, as bytes to be searched."""

import json
from collections.abc import Iterator

from playground.slack import SlackEmulator


def spoken(slack: SlackEmulator) -> Iterator[tuple[str, bytes]]:
    """Calls and their answers, acks, messages as they stand now, files that were uploaded; each by a name for people."""
    for call in slack.calls:
        yield f"call of {call.method}", json.dumps([call.arguments, call.answer], default=str).encode()
    yield from ((f"ack of {one.kind}", json.dumps(one.ack_payload, default=str).encode()) for one in slack.envelopes)
    yield from ((f"message {one.ts}", one.everything.encode()) for one in slack.workspace.messages)
    yield from ((f"upload {one.name}", one.content or b"") for one in slack.workspace.files.by_id.values())
