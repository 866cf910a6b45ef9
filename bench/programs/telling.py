"""What every program here has in common: options as JSON in, figures as JSON out, and what the process has cost so far."""

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

MIB: Final = 1024 * 1024


def options() -> dict[str, Any]:
    """The program's one argument."""
    given = json.loads(sys.argv[1])
    if not isinstance(given, dict):
        raise TypeError("options are one JSON object")
    return given


def tell(**figures: Any) -> None:
    """Print the figures as one line, at once."""
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


def peak_mib(process: str = "self") -> float:
    """The most memory that a process has had resident so far, in MiB (VmHWM)."""
    return _status(process, "VmHWM")


def resident_mib(process: str = "self") -> float:
    """The memory that a process has resident now, in MiB (VmRSS)."""
    return _status(process, "VmRSS")


def _status(process: str, field: str) -> float:
    # Not getrusage: its ru_maxrss survives exec, and so tells of the parent.
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines():
        name, _, rest = line.partition(":")
        if name == field:
            return int(rest.split()[0]) * 1024 / MIB
    raise LookupError(f"{field} of process {process} is not known: it has ended, or this is not Linux")


def cpu_seconds(process: str) -> float:
    """Seconds on a processor that a process has taken so far, all its threads together, user and system."""
    # The name in parentheses may hold anything; the fields are counted from behind it: utime and stime are the 14th and 15th.
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
