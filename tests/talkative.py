"""What the most talkative log could show of an error, so that it can be searched for what should not be there."""

import contextlib
import traceback
from pathlib import Path
from types import TracebackType

_TESTS = Path(__file__).parent


def everything(error: BaseException) -> str:
    """Messages, causes, tracebacks, and every local variable of every frame, the libraries' too. A test's own frames know the secret."""
    texts: list[str] = []
    left, seen = [error], set[int]()
    while left:
        one = left.pop()
        if id(one) not in seen:
            seen.add(id(one))
            texts += ["".join(traceback.format_exception(one)), repr(one), repr(one.args), _locals(one.__traceback__)]
            linked = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
            left.extend(each for each in linked if isinstance(each, BaseException))
    return "\n".join(texts)


def _locals(trace: TracebackType | None) -> str:
    texts: list[str] = []
    while trace is not None:
        if _TESTS not in Path(trace.tb_frame.f_code.co_filename).parents:
            with contextlib.suppress(ValueError):
                texts.append(repr(trace.tb_frame.f_locals))
        trace = trace.tb_next
    return "\n".join(texts)
