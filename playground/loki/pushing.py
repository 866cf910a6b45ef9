"""What a collector sends: read, checked against the limits as Loki does it, and kept. What is in order is kept even if the rest is not."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from bot.model import nanoseconds
from playground.loki import levels, refusals
from playground.loki.limits import Limits
from playground.loki.refusals import Refusal, bad_request
from playground.loki.store import Entry, Labels, LineStore, Stream, written

_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_WHOLE: Final = re.compile(r"-?\d{1,19}")
# The first of these that a stream has is its service, in Loki's order.
_SERVICE: Final = (
    "service", "app", "application", "app_name", "name", "app_kubernetes_io_name", "container", "container_name",
    "k8s_container_name", "component", "workload", "job", "k8s_job_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """Entries of one stream, as they came."""

    labels: Labels
    entries: Sequence[Entry]


@dataclass(slots=True, kw_only=True)
class Receiver:
    """Takes what is sent into the store, for one tenant, at one instant."""

    store: LineStore
    limits: Limits
    tenant: str
    now: datetime
    _complaints: list[str] = field(default_factory=list)

    def take(self, sent: Sequence[Sent]) -> None:
        """Keep what may be kept. Refusal 422, 429 or 400 that tells of the rest."""
        if not sent:
            raise Refusal(422, refusals.NO_STREAMS)
        accepted = [Sent(labels, kept) for labels, kept in ((one.labels, self._checked(one)) for one in sent) if kept]
        self._check_rate(accepted)
        behind = [text for text in map(self._keep, accepted) if text]
        if behind or self._complaints:
            raise bad_request(behind[0] if behind else "; ".join(dict.fromkeys(self._complaints)))

    def _checked(self, sent: Sent) -> list[Entry]:
        stream = written(sent.labels)
        count = len(sent.labels) - ("service_name" in sent.labels)
        if count > self.limits.label_names:
            self._complaints.append(refusals.TOO_MANY_LABELS.format(stream=stream, count=count, limit=self.limits.label_names))
            return []
        return [entry for entry in sent.entries if not self._complains(stream, entry)]

    def _complains(self, stream: str, entry: Entry) -> bool:
        oldest = nanoseconds.since_1970(self.now - self.limits.oldest) if self.limits.oldest is not None else None
        newest = nanoseconds.since_1970(self.now + self.limits.newest) if self.limits.newest is not None else None
        size = len(entry.line.encode())
        if oldest is not None and entry.at_ns < oldest:
            text = refusals.TOO_OLD.format(stream=stream, at=_stamp(entry.at_ns), oldest=_stamp(oldest))
        elif newest is not None and entry.at_ns > newest:
            text = refusals.TOO_NEW.format(stream=stream, at=_stamp(entry.at_ns))
        elif size > self.limits.line_bytes:
            text = refusals.TOO_LONG.format(stream=stream, limit=self.limits.line_bytes, size=size)
        else:
            return False
        self._complaints.append(text)
        return True

    def _check_rate(self, accepted: Iterable[Sent]) -> None:
        entries = [entry for sent in accepted for entry in sent.entries]
        size = sum(len(entry.line.encode()) for entry in entries)
        if size > self.limits.burst_bytes:
            text = refusals.RATE.format(user=self.tenant, limit=self.limits.burst_bytes, lines=len(entries), size=size)
            raise Refusal(429, text)

    def _keep(self, sent: Sent) -> str:
        """The lines that are not too far behind; what to say of the others."""
        if self.store.find(self.tenant, sent.labels) is None and self.store.count(self.tenant) >= self.limits.streams:
            raise Refusal(429, refusals.STREAMS.format(stream=written(sent.labels), user=self.tenant))
        stream = self.store.open(self.tenant, sent.labels)
        ignored = [text for text in (self._kept(stream, entry) for entry in sent.entries) if text]
        if not ignored:
            return ""
        count = {"user": self.tenant, "ignored": len(ignored), "total": len(sent.entries), "stream": written(sent.labels)}
        return "".join(ignored) + refusals.TOTAL_IGNORED.format(**count)

    def _kept(self, stream: Stream, entry: Entry) -> str:
        if self.limits.behind is not None and stream.entries:
            oldest = stream.entries[-1].at_ns - nanoseconds.of(self.limits.behind)
            if entry.at_ns < oldest:
                reason = refusals.BEHIND.format(at=_stamp(entry.at_ns), oldest=_stamp(oldest))
                return refusals.IGNORED.format(at=_stamp(entry.at_ns), reason=reason)
        stream.add(entry)
        return ""


def read(body: bytes) -> tuple[Sent, ...]:
    """The streams of a push in JSON. Refusal 400 when it is none."""
    try:
        streams = json.loads(body).get("streams") or ()
        return tuple(sent(one["stream"], one["values"]) for one in streams)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise bad_request(f"couldn't parse push request: {error}") from error


def sent(stream: Mapping[str, object], values: Iterable[Any]) -> Sent:  # Any: JSON of anybody
    """One stream's labels and its ``[nanoseconds, line, metadata]``. Refusal 400 for a name or an instant that is none."""
    labels = {name: _text(value) for name, value in stream.items() if value != ""}
    for name in labels:
        if not _NAME.fullmatch(name):
            strange = next((character for character in name if not _NAME.fullmatch(f"a{character}")), name[0])
            raise bad_request(f"couldn't parse labels: parse error: unexpected character inside braces: '{strange}'")
    if "service_name" not in labels:
        labels["service_name"] = next((labels[name] for name in _SERVICE if name in labels), "unknown_service")
    return Sent(labels, [_entry(labels, *value) for value in values])


def _entry(labels: Labels, at: object, line: object, metadata: Any = None) -> Entry:  # Any: as above
    at_ns = _text(at)
    if not _WHOLE.fullmatch(at_ns):
        raise bad_request(f'error reading entry timestamp, strconv.ParseInt: parsing "{at_ns}": invalid syntax')
    kept = {name: _text(value) for name, value in (metadata or {}).items()}
    text = _text(line)
    kept.setdefault(levels.LABEL, levels.guessed(text, {**kept, **labels}))
    return Entry(int(at_ns), text, kept)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f'expects " or n, but found {value!r}')
    return value


def _stamp(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // nanoseconds.SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
