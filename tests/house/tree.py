"""The files of this checkout as git sees them, and the Python of a package as syntax trees."""

import ast
import functools
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file that is tracked or could be: what .gitignore names is not there."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()  # noqa: S603 - fixed words
    found = (ROOT / name for name in sorted(set(listed.split("\0"))) if name)
    return tuple(path for path in found if path.is_file())


def texts() -> Iterator[tuple[Path, str]]:
    """Every file that is text, with its text."""
    for path in files():
        data = path.read_bytes()
        if b"\0" not in data:
            yield path, data.decode("utf-8", errors="replace")


def named(path: Path) -> str:
    """A file's name as a person would say it: from the top of the checkout."""
    return path.relative_to(ROOT).as_posix()


def python(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every Python file below these folders, parsed."""
    for path in files():
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in packages:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def anchor(heading: str) -> str:
    """The address of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower().replace("`", "")).replace(" ", "-")


def anchors(markdown: str) -> set[str]:
    """The addresses of all headings of a page."""
    body = re.sub(r"^```.*?^```$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    return {anchor(heading) for heading in re.findall(r"^#+ +(.+)$", body, flags=re.MULTILINE)}
