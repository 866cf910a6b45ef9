"""Logs without a Loki: :class:`bot.ports.Logs` over a list of lines, with the adapter's semantics.

Put lines into ``held`` in any order. ``unable`` makes a method raise (``{"lines": TimedOut(...)}``); ``asked`` remembers the questions.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.model.logs import LogAnswer, LogLabels, LogLine, LogQuestion


@dataclass
class FakeLogs:
    held: list[LogLine] = field(default_factory=list)
    labels_: LogLabels = field(default_factory=lambda: LogLabels(namespace="namespace", pod="pod", container="container"))
    unable: dict[str, Exception] = field(default_factory=dict)
    asked: list[tuple[str, LogQuestion]] = field(default_factory=list)
    crowd: int = 5_000
    """How many lines of one nanosecond can be read. So many may be more, as nobody can tell a page that is full from one that overflows."""

    async def labels(self) -> LogLabels:
        self._fail("labels")
        return self.labels_

    async def version(self) -> str:
        self._fail("version")
        return "3.6.0"

    async def lines(self, question: LogQuestion) -> LogAnswer:
        if question.limit < 1:
            raise ValueError("a question needs a limit of at least one line")
        self.asked.append(("lines", question))
        self._fail("lines")
        wanted = self._wanted(question)
        readable, dropped_at = self._uncrowded(wanted)
        lines, read_until = readable, question.until_ns
        if len(readable) > question.limit:
            read_until = readable[question.limit].at_ns
            lines = [line for line in readable if line.at_ns < read_until]
            if not lines:
                lines = readable[: question.limit]
                dropped_at, read_until = lines[0].at_ns, lines[0].at_ns + 1
        dropped = dropped_at is not None and dropped_at < read_until
        return LogAnswer(lines=tuple(lines), read_until_ns=max(read_until, question.since_ns), dropped=dropped)

    async def counts(self, question: LogQuestion, bucket: timedelta) -> tuple[int, ...]:
        width = bucket // timedelta(microseconds=1) * 1_000
        if (question.until_ns - question.since_ns) % width:
            raise ValueError("the range must be whole buckets")
        self.asked.append(("counts", question))
        self._fail("counts")
        counts = [0] * max(0, (question.until_ns - question.since_ns) // width)
        for line in self._wanted(question):
            counts[(line.at_ns - question.since_ns) // width] += 1
        return tuple(counts)

    def _fail(self, method: str) -> None:
        if error := self.unable.get(method):
            raise error

    def _wanted(self, question: LogQuestion) -> list[LogLine]:
        if not question.namespace and not question.containers:
            raise ValueError("a question needs a namespace or containers")
        found = [line for line in self.held if question.since_ns <= line.at_ns < question.until_ns and _is_wanted(line, question)]
        return sorted(found, key=lambda line: line.at_ns)

    def _uncrowded(self, lines: list[LogLine]) -> tuple[list[LogLine], int | None]:
        """Without the lines that no page is large enough for, and the first nanosecond that may have such."""
        readable: list[LogLine] = []
        dropped_at: int | None = None
        at_ns, count = -1, 0
        for line in lines:
            at_ns, count = line.at_ns, count + 1 if line.at_ns == at_ns else 1
            if count <= self.crowd:
                readable.append(line)
            if count == self.crowd and dropped_at is None:
                dropped_at = at_ns
        return readable, dropped_at


def _is_wanted(line: LogLine, question: LogQuestion) -> bool:
    return (
        question.namespace in ("", line.namespace)
        and question.pod in ("", line.pod)
        and (not question.containers or line.container in question.containers)
        and (not question.literals or any(literal in line.text for literal in question.literals))
    )
