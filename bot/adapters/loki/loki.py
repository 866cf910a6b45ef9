"""The adapter behind ``ports.Logs``: questions become LogQL, answers become lines, everything within :class:`Bounds`."""

from collections.abc import AsyncGenerator, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import anyio

from bot.adapters.loki import answers, counting, errors, labels, paging
from bot.adapters.loki.bounds import Bounds
from bot.adapters.loki.client import Client, connected
from bot.config import Settings
from bot.errors import Malformed, Missing, Permanent
from bot.model import log_queries, logql
from bot.model.logs import LogAnswer, LogLabels, LogQuestion
from bot.ports import Clock

T = TypeVar("T")

_LINES = "lines"
_COUNTS = "counts"


@asynccontextmanager
async def opened(settings: Settings, *, version: str, clock: Clock, bounds: Bounds | None = None) -> AsyncGenerator["Loki"]:
    """Loki as the settings say, closed on leaving. Nothing is asked yet. Raises SettingsError when they cannot be used.

    ``version`` is the bot's own; it becomes the user agent. ``bounds``: other ends than the usual ones.
    """
    limits = bounds or Bounds()
    async with connected(settings, version=version, bounds=limits) as client:
        yield Loki(client, settings, clock=clock, bounds=limits)


class Loki:
    """Implements ``ports.Logs`` over one open client."""

    def __init__(self, client: Client, settings: Settings, *, clock: Clock, bounds: Bounds) -> None:
        self._client = client
        self._clock = clock
        self._bounds = bounds
        self._more = logql.matchers(settings.loki_selector)
        self._override = logql.label_names(settings.loki_labels)
        self._memory = labels.Memory(self._look)

    async def labels(self) -> LogLabels:
        """Found out once an hour, sooner after Loki refused a query."""
        return await self._memory.labels(self._clock.now())

    async def version(self) -> str:
        """From its build information, then a question for this tenant, as the build is told to everybody."""
        return await self._in_time("version", self._version())

    async def lines(self, question: LogQuestion) -> LogAnswer:
        """In pages of as many lines as Loki gives at once."""
        if question.limit < 1:
            raise ValueError("a question needs a limit of at least one line")
        known = await self.labels()
        query = log_queries.wanted(question, known, self._more)
        if question.since_ns >= question.until_ns:
            return LogAnswer(lines=(), read_until_ns=question.until_ns)
        with self._doubting_labels():
            return await paging.read(partial(self._page, query, known), question, self._bounds)

    async def counts(self, question: LogQuestion, bucket: timedelta) -> tuple[int, ...]:
        """Counted by Loki: no line travels. Exact when the range begins at a whole bucket since 1970, else to the nearest such."""
        counting.buckets(question, bucket)
        query = log_queries.counted(log_queries.wanted(question, await self.labels(), self._more), bucket)
        with self._doubting_labels():
            return await self._in_time(_COUNTS, counting.count(partial(self._points, query, bucket), question, bucket, self._bounds))

    async def _version(self) -> str:
        await labels.answered(self._client, self._clock.now(), self._more)
        try:
            body = await self._client.ask("version", "status/buildinfo", [])
        except Permanent:
            return ""  # a gateway may pass on questions about logs only
        return answers.version(self._client.where("version"), body)

    async def _look(self, now: datetime) -> LogLabels:
        return await self._in_time("labels", labels.discovered(self._client, now, self._more, override=self._override))

    async def _in_time(self, what: str, work: Coroutine[None, None, T]) -> T:
        try:
            with anyio.fail_after(self._bounds.call_seconds):
                return await work
        except TimeoutError as error:
            raise errors.too_slow(self._client.where(what), self._bounds.call_seconds) from error

    async def _page(self, query: str, known: LogLabels, since_ns: int, until_ns: int, most: int) -> answers.Page:
        form = [("query", query), ("start", str(since_ns)), ("end", str(until_ns)), ("limit", str(most)), ("direction", "forward")]
        page = answers.lines(self._client.where(_LINES), await self._client.ask(_LINES, "query_range", form), known, most=most)
        if page.found and not since_ns <= page.found[0].line.at_ns <= page.found[-1].line.at_ns < until_ns:
            raise errors.malformed(self._client.where(_LINES), "lines of another time than was asked for")
        return page

    async def _points(self, query: str, bucket: timedelta, first_ns: int, last_ns: int) -> tuple[tuple[float, int], ...]:
        form = [("query", query), ("start", str(first_ns)), ("end", str(last_ns)), ("step", log_queries.duration(bucket))]
        return answers.points(self._client.where(_COUNTS), await self._client.ask(_COUNTS, "query_range", form))

    @contextmanager
    def _doubting_labels(self) -> Generator[None]:
        """A query that is refused as wrong, or whose answer makes no sense, may have been asked with labels of yesterday."""
        try:
            yield
        except (Malformed, Missing):
            self._memory.forget()
            raise
