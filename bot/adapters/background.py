"""Blocking work beside the loop, in daemon threads: a process that ends does not wait for a server that does not answer."""

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def done(work: Callable[[], T], seats: asyncio.Semaphore) -> T:
    """What ``work`` returns or raises, as soon as there is a seat for it.

    Cancelled, it is left to its own deadline, and keeps its seat until then; the executors of asyncio and anyio would hold up
    the end of the process as well.
    """
    await seats.acquire()
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settled(settle: Callable[[], None]) -> None:
        seats.release()
        if not answer.done():
            settle()

    def tell(settle: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to be told
            loop.call_soon_threadsafe(settled, settle)

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - carried over to the task that waits, which raises it
            carried = error
            tell(lambda: answer.set_exception(carried))
        else:
            tell(lambda: answer.set_result(result))

    threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()
    return await answer
