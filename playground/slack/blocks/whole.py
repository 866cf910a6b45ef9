"""Rules about the blocks of one message or view taken together: counts, duplicates, sums, surfaces."""

from collections.abc import Iterator
from typing import Any

from playground.slack.blocks.kinds import SURFACES, Surface
from playground.slack.blocks.rich_text import written
from playground.slack.blocks.shape import Problem, Problems

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_MARKDOWN = 12_000
MOST_TABLE_TEXT = 10_000
TABLES = ("table",)


def rules(blocks: list[Any], surface: Surface, root: str) -> Problems:
    """Everything that is wrong with the blocks as a whole; blocks that are no objects are skipped."""
    numbered = [(f"{root}/{index}", block) for index, block in enumerate(blocks) if isinstance(block, dict)]
    yield from _counts(blocks, surface, root)
    yield from _surfaces(numbered, surface)
    yield from _unique_block_ids(numbered)
    for at, block in numbered:
        yield from _unique_action_ids(block, at)
    yield from _sums(numbered, root)


def _counts(blocks: list[Any], surface: Surface, root: str) -> Problems:
    if len(blocks) > MOST_BLOCKS[surface]:
        yield Problem(root, "too_many", f"no more than {MOST_BLOCKS[surface]} items allowed, has {len(blocks)}")
    if not blocks and surface != "message":
        yield Problem(root, "too_few", "a view needs at least one block")


def _surfaces(numbered: list[tuple[str, dict[str, Any]]], surface: Surface) -> Problems:
    for at, block in _with_children(numbered):
        allowed = SURFACES.get(str(block.get("type")))
        if allowed is not None and surface not in allowed:
            yield Problem(f"{at}/type", "wrong_surface", f"{block['type']} is not allowed in a {surface}")
        element = block.get("element")
        if isinstance(element, dict) and element.get("type") == "file_input" and surface != "modal":
            yield Problem(f"{at}/element", "wrong_surface", f"file_input is not allowed in a {surface}")


def _with_children(numbered: list[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for at, block in numbered:
        yield at, block
        for key in ("child_blocks", "elements" if block.get("type") == "carousel" else "child_blocks"):
            children = block.get(key)
            if isinstance(children, list):
                inner = [(f"{at}/{key}/{i}", child) for i, child in enumerate(children) if isinstance(child, dict)]
                yield from _with_children(inner)


def _unique_block_ids(numbered: list[tuple[str, dict[str, Any]]]) -> Problems:
    seen: set[str] = set()
    for at, block in _with_children(numbered):
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id in seen:
            yield Problem(f"{at}/block_id", "duplicate", f"block_id used twice: {block_id[:80]}")
        seen.add(str(block_id))


def _unique_action_ids(block: dict[str, Any], at: str) -> Problems:
    seen: set[str] = set()
    for pointer, action_id in _action_ids(block, at):
        if action_id in seen:
            yield Problem(pointer, "duplicate", f"action_id used twice in one block: {action_id[:80]}")
        seen.add(action_id)


def _action_ids(value: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if isinstance(value.get("action_id"), str):
            yield f"{at}/action_id", value["action_id"]
        for key, item in value.items():
            yield from _action_ids(item, f"{at}/{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _action_ids(item, f"{at}/{index}")


def _sums(numbered: list[tuple[str, dict[str, Any]]], root: str) -> Problems:
    everything = [block for _, block in _with_children(numbered)]
    tables = [block for block in everything if block.get("type") in TABLES]
    if len(tables) > 1:
        yield Problem(root, "only_one_table_allowed", f"no more than 1 table per message, has {len(tables)}")
    if (letters := sum(_table_letters(table) for table in tables)) > MOST_TABLE_TEXT:
        yield Problem(root, "too_long", f"no more than {MOST_TABLE_TEXT} characters in a table, has {letters}")
    markdown = sum(len(str(block.get("text", ""))) for block in everything if block.get("type") == "markdown")
    if markdown > MOST_MARKDOWN:
        yield Problem(root, "too_long", f"no more than {MOST_MARKDOWN} characters of markdown, has {markdown}")
    if {"plan", "task_card"} <= {str(block.get("type")) for block in everything}:
        yield Problem(root, "not_allowed", "plan and task_card cannot stand in one message")


def _table_letters(table: dict[str, Any]) -> int:
    rows = table.get("rows")
    cells = [cell for row in rows if isinstance(row, list) for cell in row] if isinstance(rows, list) else []
    return sum(len(written(cell)) for cell in cells)
