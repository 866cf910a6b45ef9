"""What must be known about a machine to read its figures; nothing that tells whose it is."""

import os
import platform
import re
from pathlib import Path
from typing import Final

CPU: Final = re.compile(r"^model name\s*:\s*(.+)$", re.MULTILINE)
BUSY: Final = 0.5


def facts() -> str:
    """One sentence: cores, system, Python, compiled modules or not."""
    found = CPU.search(_read("/proc/cpuinfo"))
    cpu = f" ({found.group(1).strip()})" if found else ""
    return f"{os.cpu_count()} cores{cpu}, {platform.system()} on {platform.machine()}, Python {platform.python_version()}"


def noise(before: float) -> str:
    """One sentence about who else was working: the load when we began, per core."""
    share = before / (os.cpu_count() or 1)
    word = (
        "The machine was busy with other things: take ratios and CPU seconds rather than wall times." if share > BUSY else "It was quiet."
    )
    return f"Load per core at the beginning: {share:.2f}. {word}"


def load() -> float:
    """Processes that wanted to run, mean of the last minute."""
    return os.getloadavg()[0]


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
