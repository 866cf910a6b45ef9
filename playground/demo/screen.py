"""The terminal: narration between framed excerpts of #ops, at the pace of a reader or, without one, as fast as it comes."""

import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TextIO

from playground.demo import ink
from playground.demo.ink import BOLD, CYAN, DIM, Line, Run
from playground.demo.pace import Hurried, Pace, Reading

NARROWEST: Final = 40
WIDEST: Final = 120
PIPED: Final = 100
VERDICTS: Final = frozenset({"✗ ", "! ", "? ", "✓ "})


@dataclass(slots=True)
class Screen:
    """Where the story is told."""

    width: int
    colours: bool
    out: TextIO
    pace: Pace
    _rows: int = field(default=0)
    _is_blank: bool = field(default=True)

    def title(self, name: str, rest: str) -> None:
        """The name of it all."""
        self._show([(), *ink.wrap((*ink.line(name, BOLD), *ink.line(rest)), self.width), ()])

    def heading(self, number: str, name: str) -> None:
        """A line across the screen."""
        words: Line = (Run(f"━━ {number}", DIM), Run(name, BOLD), Run(" ", DIM))
        self._show([(), (*words, Run("━" * max(2, self.width - ink.measure(words)), DIM)), ()])

    def say(self, *sentences: str) -> None:
        """Narration, a sentence per paragraph."""
        self._show([row for sentence in sentences for row in ink.wrap(ink.line(sentence), self.width)])

    def points(self, points: Sequence[tuple[str, str]]) -> None:
        """A few labelled sentences below each other."""
        margin = max(ink.cells(label) for label, _ in points) + 2
        rows = (
            ink.wrap((Run(f"{label:<{margin}}", BOLD), *ink.line(sentence)), self.width, hang=min(margin, self.width // 2))
            for label, sentence in points
        )
        self._show([(), *(row for each in rows for row in each), ()])

    def channel(self, name: str, *messages: Sequence[Line]) -> None:
        """An excerpt of a channel."""
        self.box(
            (Run(f"#{name}", BOLD),), [row for number, message in enumerate(messages) for row in ([()] if number else []) + [*message]]
        )

    def box(self, title: Line, rows: Iterable[Line]) -> None:
        """Anything in a frame; ``rows`` are at most ``inside`` wide."""
        self._show([(), *ink.frame(title, rows, self.width), ()])

    @property
    def inside(self) -> int:
        """Columns within a frame."""
        return self.width - 4

    async def pause(self) -> None:
        """Time to read what was shown since the last pause."""
        rows, self._rows = self._rows, 0
        await self.pace.rest(rows)

    def _show(self, rows: Sequence[Line]) -> None:
        for row in rows:
            # One empty row is air, two are a hole.
            if row or not self._is_blank:
                self.out.write(f"{ink.paint(row, colours=self.colours)}\n")
                self._rows += 1
            self._is_blank = not row
        self.out.flush()


def console(*, fast: bool, environment: Mapping[str, str]) -> tuple[Screen, int | None]:
    """The screen of this process, and the keyboard that goes with it: colours and pauses for a terminal only.

    NO_COLOR (no-color.org) takes the colours away, TERM=dumb the pauses, too.
    """
    is_terminal = sys.stdout.isatty() and environment.get("TERM", "dumb") != "dumb"
    colours = is_terminal and not environment.get("NO_COLOR")
    width = min(WIDEST, max(NARROWEST, shutil.get_terminal_size((PIPED, 24)).columns))
    if fast or not is_terminal:
        return Screen(width=width, colours=colours, out=sys.stdout, pace=Hurried()), None
    keys = sys.stdin.fileno() if sys.stdin.isatty() else None
    return Screen(width=width, colours=colours, out=sys.stdout, pace=Reading(out=sys.stdout, keys=keys, colours=colours)), keys


def terminal_rows(command: str, said: str, width: int, *, paragraphs: int = 100) -> list[Line]:
    """A command and the first ``paragraphs`` of what it printed; long lines go on below their text."""
    shown, *left = _cut(said, paragraphs)
    rows = ink.wrap((Run("$ ", DIM), Run(command, CYAN)), width, hang=2)
    for text in shown.splitlines():
        rows += ink.wrap(ink.line(text, BOLD if text[:2] in VERDICTS else ""), width, hang=min(_hang(text), width // 2))
    return [*rows, *(row for rest in left for row in ((), ink.line(f"(and {len(rest.splitlines())} more lines)", DIM)))]


def _cut(said: str, paragraphs: int) -> list[str]:
    parts = said.strip("\n").split("\n\n", paragraphs)
    return ["\n\n".join(parts[:paragraphs]), *parts[paragraphs:]]


def _hang(text: str) -> int:
    """Where the words of an indented row begin: behind its label."""
    label, _, words = text.rpartition("  ")
    return len(text) - len(words) if label.startswith("  ") else len(text) - len(text.lstrip())
