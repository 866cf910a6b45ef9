"""The conversation as plain text: what a person would see, channel by channel."""

import re
from collections.abc import Iterator
from typing import Any

from playground.slack.messages import Message
from playground.slack.workspace import Workspace

DATE = re.compile(r"<!date\^\d+\^[^|>]*\|([^>]*)>")
LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")


def transcript(workspace: Workspace) -> str:
    """Every living message of every channel that has any, threads below their parents."""
    lines: list[str] = []
    for channel in workspace.directory.channels.values():
        said = [m for m in workspace.messages if m.channel == channel.id and not m.is_deleted]
        if said:
            lines.append(f"#{channel.name or channel.id}")
            lines += [line for message in said if not message.is_reply for line in _with_thread(workspace, message, said)]
    return "\n".join(lines)


def _with_thread(workspace: Workspace, message: Message, said: list[Message]) -> Iterator[str]:
    yield from told(workspace, message, "  ")
    for reply in said:
        if reply.is_reply and reply.thread_ts == message.ts:
            yield from told(workspace, reply, "    | ")


def told(workspace: Workspace, message: Message, margin: str = "") -> list[str]:
    """One message: who said it to whom, then its blocks or else its text."""
    author = workspace.directory.users[message.user].name
    marks = [f"only {workspace.directory.users[message.visible_to].name} sees this"] if message.visible_to else []
    marks += ["also in the channel"] if message.is_broadcast else []
    marks += ["edited"] if message.editions else []
    shown = [line for block in message.all_blocks for line in _block(block)]
    body = shown if message.blocks else [*message.text.splitlines(), *shown]
    body += [f"(file: {file['name']})" for file in message.files]
    return [margin + _head(author, marks), *(f"{margin}  {line}" for line in body)]


def _head(author: str, marks: list[str]) -> str:
    return f"{author} ({', '.join(marks)}):" if marks else f"{author}:"


def _block(block: dict[str, Any]) -> list[str]:
    kind = block.get("type")
    if kind == "divider":
        return ["---"]
    if kind == "table":
        return [" | ".join(readable(cell) for cell in row) for row in block["rows"]]
    if kind == "plan":
        return [readable(block["title"]), *(f"[{task['status']}] {task['title']}" for task in block.get("tasks", []))]
    return readable(block).splitlines()


def readable(value: Any) -> str:
    """The words in any piece of Block Kit, with buttons in brackets and dates in their fallback words."""
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, list):
        return "".join(readable(item) for item in value)
    if not isinstance(value, dict):
        return ""
    return _object(value)


def _object(value: dict[str, Any]) -> str:
    kind = value.get("type")
    if kind in {"actions", "context"}:
        return "  ".join(readable(element) for element in value["elements"])
    if kind in {"button", "overflow", "static_select", "users_select"}:
        return f"[{readable(value.get('text') or value.get('placeholder') or '...')}]"
    if kind == "section":
        parts = [value.get("text"), *value.get("fields", []), value.get("accessory")]
        return "\n".join(readable(part) for part in parts if part)
    own = value.get("text") or value.get("fallback") or value.get("alt_text") or value.get("title") or ""
    ending = "\n" if str(kind).startswith("rich_text_") else ""
    return readable(own) + readable(value.get("elements")) + ending


def _plain(text: str) -> str:
    text = LINK.sub(r"\2", DATE.sub(r"\1", text))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
