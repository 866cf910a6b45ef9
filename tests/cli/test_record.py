"""The record at the terminal."""

import json

import click
from msgspec.structs import replace

from bot.cli import record
from bot.model.audit import GENESIS, Entry
from tests.requests import ANN, a_chain, a_deed

CHAIN = a_chain(3)
CHANGED = [CHAIN[0], replace(CHAIN[1], deed=a_deed("plan-approved")), CHAIN[2]]


def shown(entries: list[Entry], head: str = "") -> str:
    return click.unstyle(record.verified_text(record.verified(entries, head)))


def test_a_whole_record_says_how_much_there_is_and_what_a_cut_end_takes() -> None:
    assert shown(CHAIN) == (
        "✓ whole: 3 entries, each behind the one before it\n"
        "  from  2026-11-23 09:01:00 UTC to 2026-11-23 09:03:00 UTC\n"
        f"  head  {CHAIN[-1].digest}\n"
        "  A cut-off end shows only beside a head that was told elsewhere: give it with --head.\n"
    )


def test_beside_a_head_it_needs_no_such_words() -> None:
    assert "--head" not in shown(CHAIN, CHAIN[-1].digest)


def test_a_changed_entry_is_named_with_what_to_do() -> None:
    text = shown(CHANGED)

    assert text.startswith("✗ NOT WHOLE: do not rely on this record from entry 2 on (3 entries)\n  entry 2 was changed\n")
    assert "docs/audit.md#when-it-is-not-whole" in text


def test_without_the_head_that_is_known_nothing_of_it_can_be_relied_upon() -> None:
    assert shown(CHAIN, "f" * 64).startswith("✗ NOT WHOLE: do not rely on this record from entry 1 on (3 entries)\n  the head ffffffff, ")


def test_of_many_flaws_the_first_are_shown_and_the_rest_counted() -> None:
    found = record.verified([replace(one, digest="0" * 64) for one in a_chain(50)])

    assert (len(found.flaws), found.broken, found.exit_code) == (record.SHOWN, 99, 2)
    assert "and 79 more" in record.verified_text(found)


def test_an_empty_record_is_whole_and_its_head_is_where_all_begin() -> None:
    found = record.verified([])

    assert (found.exit_code, found.head) == (0, GENESIS)
    assert "✓ whole: 0 entries" in shown([])
    assert record.exported_text([]) == "Nothing is recorded yet.\n"


def test_for_a_machine_it_says_the_same() -> None:
    told = json.loads(record.verified_json(record.verified(CHANGED)))

    assert (told["exit_code"], told["is_whole"], told["entries"], told["flaws_left_out"]) == (2, False, 3, 0)
    assert told["flaws"] == [{"number": 2, "what": "entry 2 was changed"}]
    assert told["first_at"] == "2026-11-23T09:01:00Z"


def test_an_exported_line_tells_when_what_who_and_cannot_move_the_cursor() -> None:
    by_ann = replace(CHAIN[0], deed=a_deed("plan-denied", actor="U0ANN2", person=ANN, detail="no\x1b[2J way\nat all"))
    by_the_bot = replace(CHAIN[1], deed=a_deed("plan-expired", actor="", person=""))

    assert record.exported_text([by_ann, by_the_bot]) == (
        "1  2026-11-23 09:00:00 UTC  plan-denied  prod-eu  r1  by U0ANN2 (U0ANN)  no\\x1b[2J way\\nat all\n"
        "2  2026-11-23 09:00:00 UTC  plan-expired  prod-eu  r1  by the bot\n"
    )


def test_what_is_exported_can_be_verified_again() -> None:
    told = json.loads(record.exported_json(CHAIN))

    assert told["head"] == CHAIN[-1].digest
    assert [set(one) for one in told["entries"]] == [{"number", "deed", "before", "digest"}] * 3
