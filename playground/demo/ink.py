"""Text with style, measured in terminal cells: wrap it, frame it, paint it (or not). Knows nothing of Slack."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple, TypeAlias

PLAIN: Final = ""
BOLD: Final = "1"
DIM: Final = "2"
ITALIC: Final = "3"
UNDERLINED: Final = "4"
REVERSED: Final = "7"
STRUCK: Final = "9"
RED: Final = "31"
GREEN: Final = "32"
YELLOW: Final = "33"
BLUE: Final = "34"
CYAN: Final = "36"

INVISIBLE: Final = frozenset({"Mn", "Me", "Cf"})
UNPRINTABLE: Final = "\N{REPLACEMENT CHARACTER}"


class Run(NamedTuple):
    """A piece of text in one style: SGR numbers joined by semicolons, "" for none."""

    text: str
    style: str = PLAIN


Line: TypeAlias = tuple[Run, ...]


def line(text: str, *styles: str) -> Line:
    """One run as a line. What a terminal could obey (escape sequences, bidi) is replaced."""
    return (Run(printable(text), styled(*styles)),)


def styled(*styles: str) -> str:
    """Several styles as one."""
    return ";".join(style for style in styles if style)


def printable(text: str) -> str:
    """Without control and format characters, but for the newline."""
    return "".join(char if char.isprintable() or char == "\n" else UNPRINTABLE for char in text)


def cells(text: str) -> int:
    """How many columns a terminal needs: two for wide characters such as emoji, none for combining ones."""
    return sum(map(_cells_of, text))


def measure(words: Line) -> int:
    """Columns of a line."""
    return sum(cells(run.text) for run in words)


def wrap(words: Line, width: int, *, hang: int = 0) -> list[Line]:
    """Rows of at most ``width`` columns, broken at spaces where there are any; the second and later ones indented by ``hang``."""
    rows: list[Line] = []
    for paragraph in _paragraphs(words):
        rest = paragraph
        margin = 0
        while True:
            end = _end(rest, width - margin)
            indent: Line = (Run(" " * margin),) if margin else ()
            rows.append((*indent, *_runs(rest[:end])))
            rest = _without_leading_space(rest[end:])
            if not rest:
                break
            margin = hang
    return rows


def frame(title: Line, rows: Iterable[Line], width: int) -> list[Line]:
    """The rows in a box of ``width`` columns with a title in its upper edge."""
    top: Line = (Run("╭─ ", DIM), *title, Run(f" {'─' * (width - measure(title) - 5)}╮", DIM))
    bottom: Line = (Run(f"╰{'─' * (width - 2)}╯", DIM),)
    return [top, *(_between(row, width) for row in rows), bottom]


def justified(left: Line, right: Line, width: int) -> Line:
    """One thing at each end of a row. Together they must be narrower than the row."""
    gap = width - measure(left) - measure(right)
    return (*left, Run(" " * gap), *right)


def paint(words: Line, *, colours: bool) -> str:
    """As a terminal wants it; without ``colours`` the words only."""
    if not colours:
        return "".join(run.text for run in words).rstrip()
    return "".join(f"\x1b[{run.style}m{run.text}\x1b[0m" if run.style else run.text for run in words)


Letters: TypeAlias = Sequence[tuple[str, str]]


def _between(row: Line, width: int) -> Line:
    filler = " " * max(0, width - 4 - measure(row))
    return (Run("│ ", DIM), *row, Run(f"{filler} │" if filler else " │", DIM))


def _paragraphs(words: Line) -> Iterator[Letters]:
    letters: list[tuple[str, str]] = []
    for run in words:
        for char in run.text:
            if char == "\n":
                yield letters
                letters = []
            else:
                letters.append((char, run.style))
    yield letters


def _end(letters: Letters, width: int) -> int:
    """How many letters go into one row."""
    used = 0
    for position, (char, _) in enumerate(letters):
        used += _cells_of(char)
        if used > width:
            spaces = [at for at in range(position + 1) if letters[at][0] == " " and not _is_margin(letters, at)]
            # A single letter always fits, or there would be no end.
            return spaces[-1] if spaces else max(1, position)
    return len(letters)


def _is_margin(letters: Letters, at: int) -> bool:
    return all(char == " " for char, _ in letters[: at + 1])


def _without_leading_space(letters: Letters) -> Letters:
    start = next((at for at, (char, _) in enumerate(letters) if char != " "), len(letters))
    return letters[start:]


def _runs(letters: Letters) -> Line:
    return tuple(Run("".join(char for char, _ in same), style) for style, same in groupby(letters, key=lambda letter: letter[1]))


def _cells_of(char: str) -> int:
    if unicodedata.category(char) in INVISIBLE:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
