"""Reading a range page by page, where a page is the oldest lines of a window: none is lost, none comes twice, and it always ends."""

from collections.abc import Awaitable, Callable
from typing import Final

import anyio

from bot.adapters.loki import errors
from bot.adapters.loki.answers import Found, Key, Page
from bot.adapters.loki.bounds import Bounds
from bot.errors import TimedOut, Transient
from bot.model.logs import LogAnswer, LogQuestion

Ask = Callable[[int, int, int], Awaitable[Page]]
"""The oldest so many lines from a nanosecond (inclusive) to another (exclusive)."""

_INSTANT: Final = 1
_FEWER: Final = 5


async def read(ask: Ask, question: LogQuestion, bounds: Bounds) -> LogAnswer:
    """The answer to the question, as far as the bounds let it be read.

    What was read before something went wrong for a while is the answer, up to there. Raises BotError when nothing was, and
    what is permanent at once.
    """
    walk = _Walk(ask, question, bounds)
    with anyio.move_on_after(bounds.call_seconds) as scope:
        await walk.go()
    if scope.cancelled_caught or not walk.has_begun:
        within = f"{bounds.call_seconds:g} s" if scope.cancelled_caught else f"{bounds.pages} requests"
        walk.fail(TimedOut(f"lines from Loki: not read within {within}.", hint=errors.SLOW))
    return walk.answer()


class _Walk:
    """``start``: every wanted line before it has been read. ``seen``: the keys of lines at ``start`` that have been read too."""

    def __init__(self, ask: Ask, question: LogQuestion, bounds: Bounds) -> None:
        self._ask = ask
        self._question = question
        self._bounds = bounds
        self._start = question.since_ns
        self._seen: set[Key] = set()
        self._lines: list[Found] = []
        self._span = question.until_ns - question.since_ns
        self._most = self._page = bounds.page_lines
        self._halvings = self._pages = self._bytes = 0
        self._first_dropped: int | None = None
        self._failed = False

    async def go(self) -> None:
        """Read until one line more than wanted is known, the range is read, or a budget is spent."""
        while self._is_wanting() and self._is_affordable():
            try:
                await self._step()
            except TimedOut as error:
                if not self._halve():
                    return self.fail(error)
            except Transient as error:
                return self.fail(error)
        return None

    def fail(self, error: Transient) -> None:
        """Give up; raises the error when nothing has been read."""
        if self._start == self._question.since_ns:
            raise error
        self._failed = True

    @property
    def has_begun(self) -> bool:
        """Whether anything is known of the range."""
        return bool(self._lines) or self._start > self._question.since_ns

    def answer(self) -> LogAnswer:
        """What is certain of what was read: an instant that may be incomplete is left to the next question, unless it is all there is."""
        limit, lines, read_until = self._question.limit, self._lines, self._start
        if len(lines) > limit:
            read_until = lines[limit].line.at_ns
        kept = [one for one in lines[:limit] if one.line.at_ns < read_until]
        if lines and not kept and not self._failed:
            kept = lines[:limit]
            read_until = kept[0].line.at_ns + _INSTANT
            self._drop(kept[0].line.at_ns)
        dropped = self._first_dropped is not None and self._first_dropped < read_until
        return LogAnswer(lines=tuple(one.line for one in kept), read_until_ns=read_until, dropped=dropped)

    def _is_wanting(self) -> bool:
        return self._start < self._question.until_ns and len(self._lines) <= self._question.limit

    def _is_affordable(self) -> bool:
        return self._pages < self._bounds.pages and self._bytes < self._bounds.call_bytes

    async def _step(self) -> None:
        is_crowded = len(self._seen) >= self._page
        if is_crowded and self._page == self._most:
            return self._pass_over()
        end, most = self._window(is_crowded=is_crowded)
        self._pages += 1
        try:
            page = await self._ask(self._start, end, most)
        except errors.AskLess as error:
            return self._ask_less(error, end - self._start, most)
        return self._take(page, end, is_full=len(page.found) >= most)

    def _window(self, *, is_crowded: bool) -> tuple[int, int]:
        """Where the next page ends, and how many lines it may have: always more than are known already."""
        if is_crowded:
            return self._start + _INSTANT, self._most
        end = min(self._question.until_ns, self._start + self._span)
        return end, min(self._page, self._question.limit + 1 - len(self._lines) + len(self._seen))

    def _take(self, page: Page, end: int, *, is_full: bool) -> None:
        self._halvings = 0
        self._bytes += page.size
        seen, fresh = set(self._seen), False
        for one in page.found:
            if one.key not in seen:
                seen.add(one.key)
                self._lines.append(one)
                fresh = True
        if not is_full:
            return self._move(end)
        last = page.found[-1].line.at_ns
        if last == self._start and (not fresh or len(page.found) >= self._most):
            return self._pass_over()
        self._start = last
        self._seen = {key for key in seen if key[0] == last}
        return None

    def _move(self, to: int) -> None:
        self._start = to
        self._seen = set()

    def _pass_over(self) -> None:
        """No page is large enough for this nanosecond: go on behind it."""
        self._drop(self._start)
        self._move(self._start + _INSTANT)

    def _drop(self, at_ns: int) -> None:
        self._first_dropped = at_ns if self._first_dropped is None else min(at_ns, self._first_dropped)

    def _ask_less(self, error: errors.AskLess, window: int, most: int) -> None:
        """Take back a request that was too much: fewer lines, or a shorter window. Raises it when it cannot be less."""
        match error:
            case errors.TooManyEntries(most=allowed) if 0 < allowed < most:
                self._most, self._page = allowed, min(self._page, allowed)
            case errors.TooLarge() if len(self._seen) >= self._page:
                self._pass_over()
            case errors.TooLarge() if most > 1:
                self._page = max(1, most // _FEWER)
            case errors.RangeTooLong() if window > _INSTANT:
                self._span = window // 2
            case _:
                raise error

    def _halve(self) -> bool:
        window = min(self._question.until_ns - self._start, self._span)
        if self._halvings == self._bounds.halvings or window == _INSTANT:
            return False
        self._halvings += 1
        self._span = window // 2
        return True
