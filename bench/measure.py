"""What a measure is: a name, and a coroutine that takes a scale and a workshop and yields tables and promises."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from bench import children
from bench.children import Bytecode
from bench.scale import Scale
from bench.table import Measured

Figures: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Where and how much, and by which hands.

    ``folder`` is thrown away afterwards; ``bytecode`` as in the image, ``uncompiled`` as without compiling; ``figures`` runs a
    program of :mod:`bench.programs` to its end, ``world`` a simulated cluster for as long as a block lasts.
    """

    folder: Path
    bytecode: Bytecode
    uncompiled: Bytecode
    scale: Scale
    figures: Callable[[str, Mapping[str, Any], Bytecode], Awaitable[Figures]] = children.figures
    world: Callable[[Mapping[str, Any], Bytecode], AbstractAsyncContextManager[Figures]] = children.world


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """``name`` is what ``--only`` takes. ``run`` raises BenchError when a figure cannot be had."""

    name: str
    run: Callable[[Workshop], Awaitable[Measured]]
