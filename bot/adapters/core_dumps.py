"""Keeps the memory of this process to itself: it holds private keys, and a core dump would carry them to a disk.

On Linux there is no core dump then, also where the kernel hands dumps to a program (a limit of 0 does not hold those back), and no other
process of the same account attaches to it or reads ``/proc/PID/mem``; root still may. See prctl(2), PR_SET_DUMPABLE, and core(5). What is
started from it (the sealing command) may be attached to again, and writes no core file. Elsewhere nothing is done.
"""

import contextlib
import ctypes
import os
import sys
from typing import Final

_PR_GET_DUMPABLE: Final = 3
_PR_SET_DUMPABLE: Final = 4


def forbid() -> str:
    """For this process, from now on. What could not be had, as a sentence for the log; "" when nothing. Safe to call again."""
    if sys.platform != "linux":
        return ""
    import resource  # noqa: PLC0415 - not everywhere

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        _prctl(_PR_SET_DUMPABLE, 0)
    limits = resource.getrlimit(resource.RLIMIT_CORE)
    # Asked, not believed: a seccomp profile may have answered for the kernel.
    return "" if limits == (0, 0) and _is_undumpable() else "The kernel does not let this process forbid core dumps of itself."


def _is_undumpable() -> bool:
    try:
        return _prctl(_PR_GET_DUMPABLE) == 0
    except OSError:
        return False


def _prctl(option: int, value: int = 0) -> int:
    found = int(
        ctypes.CDLL(None, use_errno=True).prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))
    )
    if found < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return found
