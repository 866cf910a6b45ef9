"""The answer to a query, out of the store: lines, or counts at points in time."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.model.nanoseconds import SECOND
from playground.loki import durations, refusals
from playground.loki.asking import Question, Span
from playground.loki.durations import MILLISECOND
from playground.loki.limits import Limits
from playground.loki.logql import CountQuery, LogQuery
from playground.loki.refusals import bad_request
from playground.loki.store import Entry, Labels, LineStore, written

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that the query keeps, with the labels of its stream."""

    labels: Labels
    entry: Entry

    @property
    def all_labels(self) -> Labels:
        """The stream's, and structured metadata among them."""
        return {**self.entry.metadata, **self.labels}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluator:
    """One tenant's lines under its limits."""

    store: LineStore
    tenant: str
    limits: Limits

    def lines(self, query: LogQuery, asked: Question, *, categorize: bool) -> list[Json]:
        """At most ``limit`` lines from start (inclusive) to end (exclusive), by stream.

        ``categorize``: structured metadata stands with its line; else among the labels, which splits streams.
        """
        hits = sorted(self._hits(query, asked.span), key=lambda hit: hit.entry.at_ns)
        if not asked.forward:
            hits.reverse()
        streams: dict[str, Json] = {}
        for hit in hits[: asked.limit]:
            labels = hit.labels if categorize else hit.all_labels
            stream = streams.setdefault(written(labels), {"stream": labels, "values": []})
            about = [{"structuredMetadata": hit.entry.metadata}] if categorize else []
            stream["values"].append([str(hit.entry.at_ns), hit.entry.line, *about])
        return [stream for _, stream in sorted(streams.items())]

    def counts(self, query: CountQuery, asked: Question) -> list[Json]:
        """A point T counts the lines in (T - offset - range, T - offset]; where nothing is to be counted there is no point.

        Points are whole steps since 1970, from start rounded down to end rounded up.
        """
        step, span, offset = asked.step_ns, asked.span, query.offset_ns
        first, last = span.start_ns // step * step, -(-span.end_ns // step) * step
        times: defaultdict[tuple[tuple[str, str], ...], list[int]] = defaultdict(list)
        for hit in self._hits(query.log, Span(start_ns=first - offset - query.range_ns + 1, end_ns=last - offset + 1)):
            labels = hit.all_labels
            key = tuple((name, labels[name]) for name in query.by if labels.get(name))
            times[key].append(hit.entry.at_ns + offset)
        if len(times) > self.limits.series:
            raise bad_request(refusals.SERIES.format(limit=self.limits.series))
        found = ((key, _points(sorted(at), range(first, last + 1, step), query.range_ns)) for key, at in sorted(times.items()))
        return [{"metric": dict(key), "values": points} for key, points in found if points]

    def check(self, query: LogQuery | CountQuery, asked: Question) -> None:
        """Refusal 400 for what the limits forbid to ask."""
        limits, span = self.limits, asked.span
        if isinstance(query, LogQuery) and asked.limit > limits.entries:
            raise bad_request(refusals.ENTRIES.format(asked=asked.limit, limit=limits.entries))
        present = [one.name for one in (query.log if isinstance(query, CountQuery) else query).matchers]
        missing = [name for name in limits.required_labels if name not in present]
        if missing:
            raise bad_request(refusals.REQUIRED.format(missing=", ".join(missing), present=", ".join(present)))
        length = timedelta(milliseconds=span.end_ns // MILLISECOND - span.start_ns // MILLISECOND)
        if length > limits.length:
            raise bad_request(refusals.LENGTH.format(asked=durations.as_go(length), limit=durations.as_prometheus(limits.length)))
        if limits.blocked:
            raise bad_request(refusals.BLOCKED)

    def _hits(self, query: LogQuery, span: Span) -> Iterator[Hit]:
        for stream in self.store.selected(self.tenant, query):
            for entry in stream.between(span.start_ns, span.end_ns):
                hit = Hit(stream.labels, entry)
                if query.keeps(entry.line, hit.all_labels):
                    yield hit


def _points(times: list[int], at: range, range_ns: int) -> list[list[object]]:
    counted = ((point, bisect_right(times, point) - bisect_right(times, point - range_ns)) for point in at)
    return [[_seconds(point), str(count)] for point, count in counted if count]


def _seconds(ns: int) -> int | float:
    return ns // SECOND if ns % SECOND == 0 else ns // MILLISECOND / 1000
