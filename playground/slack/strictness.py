"""What the emulator looks at in every message and view of the bot before it takes it."""

import re
from collections.abc import Iterator
from typing import Any

from playground.slack.blocks import Problem, Surface, validate
from playground.slack.errors import Payload, SlackError
from playground.slack.journal import Journal, Ping, Violation

BEST_TEXT = 4_000
CHANNEL_WIDE = re.compile(r"<!(channel|here|everyone|subteam\^[^>|]*)(\|[^>]*)?>")
LINKED_NAMES = re.compile(r"(?<!\w)@(channel|here|everyone)\b")


def check_blocks(journal: Journal, method: str, blocks: Any, surface: Surface, root: str = "/blocks") -> list[Payload]:
    """The blocks themselves when they are faultless, else a recorded refusal with `invalid_blocks` and `errors`."""
    if blocks is None:
        return []
    problems = validate(blocks, surface, root)
    if problems:
        refuse(journal, method, problems)
    checked: list[Payload] = blocks
    return checked


def violations(method: str, problems: tuple[Problem, ...]) -> tuple[Violation, ...]:
    """The same problems as the journal keeps them."""
    return tuple(Violation(method=method, code=p.code, message=p.message, pointer=p.pointer) for p in problems)


def refuse(journal: Journal, method: str, problems: tuple[Problem, ...], code: str = "invalid_blocks") -> None:
    """Record every problem and raise the refusal that Slack would send."""
    journal.violated(*violations(method, problems))
    errors = [f"{problem.message} [json-pointer:{problem.pointer}]" for problem in problems]
    raise SlackError(code, errors=errors, response_metadata={"messages": [f"[ERROR] {error}" for error in errors]})


def check_text(journal: Journal, method: str, text: str, *, has_blocks: bool) -> None:
    """Record what Slack takes but its guidance forbids: blocks without a text, a text above 4,000 characters."""
    if has_blocks and not text.strip():
        message = "blocks without a top-level text: notifications and screen readers have nothing to say"
        journal.violated(Violation(method=method, code="missing_text", message=message, pointer="/text", refused=False))
    if len(text) > BEST_TEXT:
        message = f"text of {len(text)} characters: best under {BEST_TEXT}"
        journal.violated(Violation(method=method, code="long_text", message=message, pointer="/text", refused=False))


def listen_for_pings(journal: Journal, method: str, values: Payload) -> None:
    """Record every text that would ring at a whole channel or group; `values` are the call's own arguments."""
    texts = list(_marked_texts({key: values.get(key) for key in ("text", "blocks", "attachments")}))
    names_link = str(values.get("link_names", "")).lower() in {"1", "true"} or values.get("parse") == "full"
    for text in texts:
        mentions = [match.group(1) for match in CHANNEL_WIDE.finditer(text)]
        mentions += LINKED_NAMES.findall(text) if names_link else []
        journal.pinged(*(Ping(method=method, mention=mention, text=text) for mention in mentions))


def _marked_texts(value: Any) -> Iterator[str]:
    """Strings in which Slack looks for mentions; plain_text objects and rich_text's texts are not among them."""
    if isinstance(value, list):
        for item in value:
            yield from _marked_texts(item)
    elif isinstance(value, dict):
        yield from _own_texts(value)
        for item in value.values():
            yield from _marked_texts(item)


def _own_texts(value: Payload) -> Iterator[str]:
    kind, text = value.get("type"), value.get("text")
    if kind == "broadcast":
        yield f"<!{value.get('range')}>"
    elif kind == "usergroup":
        yield f"<!subteam^{value.get('usergroup_id')}>"
    elif kind in {None, "mrkdwn", "markdown"} and isinstance(text, str):
        yield text
