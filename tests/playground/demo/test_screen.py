import asyncio
import io
import os
import termios

import pytest

from playground.demo import ink, pace, screen
from playground.demo.pace import Hurried, Reading
from playground.demo.screen import Screen, terminal_rows

SAID = "prod-eu\n\n✗ CRITICAL: 1 thing\n\nCRITICAL: it differs\n  seen     one newline more at the end\n\nnotice: a\nnotice: b\n"


class Impatient(io.StringIO):
    """A terminal at which Enter is pressed as soon as something is shown."""

    def __init__(self, master: int) -> None:
        super().__init__()
        self._master = master

    def flush(self) -> None:
        os.write(self._master, b"\n")


def a_screen(*, colours: bool = False) -> Screen:
    return Screen(width=40, colours=colours, out=io.StringIO(), pace=Hurried())


def told(shown: Screen) -> str:
    assert isinstance(shown.out, io.StringIO)
    return shown.out.getvalue()


def test_two_empty_rows_never_follow_each_other() -> None:
    shown = a_screen()
    shown.channel("ops", [ink.line("hello")])
    shown.heading("1 of 4 ", "A healthy cluster")

    assert "\n\n\n" not in told(shown)
    assert not told(shown).startswith("\n")


def test_a_heading_fills_the_row() -> None:
    shown = a_screen()
    shown.heading("1 of 4 ", "Healthy")

    assert told(shown) == f"━━ 1 of 4 Healthy {'━' * 22}\n\n"


def test_without_colours_there_is_no_escape_sequence() -> None:
    shown = a_screen()
    shown.title("dapr-warden", ", a colleague")
    shown.points([("Why", "because")])

    assert "\x1b" not in told(shown)
    assert "Why  because" in told(shown)


def test_with_colours_there_is() -> None:
    shown = a_screen(colours=True)
    shown.title("dapr-warden", ", a colleague")

    assert told(shown).startswith("\x1b[1mdapr-warden\x1b[0m, a colleague")


def test_messages_of_a_channel_are_kept_apart() -> None:
    shown = a_screen()
    shown.channel("ops", [ink.line("one")], [ink.line("two")])

    assert [row.strip("│╭╮╰╯─ ") for row in told(shown).splitlines()] == ["#ops", "one", "", "two", "", ""]


def test_what_a_command_printed_is_cut_after_so_many_paragraphs_and_says_how_much() -> None:
    rows = [ink.paint(row, colours=False) for row in terminal_rows("dapr-warden status", SAID, 36, paragraphs=3)]

    assert rows[0] == "$ dapr-warden status"
    assert rows[-4:] == ["  seen     one newline more at the", "           end", "", "(and 2 more lines)"]


def test_what_a_command_printed_is_shown_whole_when_it_is_short() -> None:
    rows = [ink.paint(row, colours=False) for row in terminal_rows("dapr-warden status", SAID, 80)]

    assert rows[-1] == "notice: b"


def test_a_pipe_gets_no_colours_and_no_pauses(capsys: pytest.CaptureFixture[str]) -> None:
    shown, keys = screen.console(fast=False, environment={"TERM": "xterm-256color"})

    assert not shown.colours
    assert isinstance(shown.pace, Hurried)
    assert keys is None


async def test_a_key_ends_the_pause_and_the_hint_goes() -> None:
    master, keys = os.openpty()
    out = Impatient(master)
    try:
        with pace.silent(keys):
            async with asyncio.timeout(pace.LONGEST_SECONDS / 2):
                await Reading(out=out, keys=keys, colours=False).rest(1_000)
    finally:
        os.close(master)
        os.close(keys)

    assert out.getvalue() == f"{pace.HINT}{pace.ERASE}"


def test_the_keyboard_is_as_it_was_afterwards() -> None:
    master, keys = os.openpty()
    try:
        before = termios.tcgetattr(keys)
        with pace.silent(keys):
            during = termios.tcgetattr(keys)
        after = termios.tcgetattr(keys)
    finally:
        os.close(master)
        os.close(keys)

    assert not during[pace.LOCAL_FLAGS] & termios.ECHO
    assert during[pace.LOCAL_FLAGS] & termios.ISIG
    assert after == before
