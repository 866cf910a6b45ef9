"""What a measure is: a name, and a coroutine that takes a scale and a workshop and yields tables and promises."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bench.children import Bytecode
from bench.scale import Scale
from bench.table import Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Where and how much: a folder that is thrown away afterwards, compiled modules, the scale."""

    folder: Path
    bytecode: Bytecode
    scale: Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """``name`` is what ``--only`` takes. ``run`` raises BenchError when a figure cannot be had."""

    name: str
    run: Callable[[Workshop], Awaitable[Measured]]
