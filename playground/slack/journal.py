"""Everything noteworthy that happened, and the one bell that rings whenever something did."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from playground.slack.errors import Payload

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Violation:
    """Something that Slack refuses or that its guidance forbids; `refused` says which of the two it was."""

    method: str
    code: str
    message: str
    pointer: str = ""
    refused: bool = True


@dataclass(frozen=True, kw_only=True)
class Ping:
    """A text of our bot that notifies a whole channel or a whole user group."""

    method: str
    mention: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Call:
    """One Web API call as it arrived (never its token) and as it was answered; `error` is empty for ok.

    `problems` is what was found in it; the journal fills that in.
    """

    method: str
    arguments: Payload
    at: datetime
    error: str = ""
    status: int = 200
    answer: Payload = field(default_factory=dict)
    problems: tuple[Violation | Ping, ...] = ()


class Changes:
    """The bell: waits for any change, without polling and without losing one."""

    def __init__(self) -> None:
        self.version = 0
        self._next = asyncio.Event()

    def announce(self) -> None:
        """Tell every waiter that something changed."""
        self.version += 1
        self._next.set()
        self._next = asyncio.Event()

    async def wait_for(self, predicate: Callable[[], T], timeout_seconds: float) -> T:
        """The first truthy value of `predicate`, asked again after every change; raises TimeoutError."""
        try:
            async with asyncio.timeout(timeout_seconds):
                while not (value := predicate()):
                    await self._next.wait()
        except TimeoutError as error:
            raise TimeoutError(f"waited {timeout_seconds} s over {self.version} changes in vain") from error
        return value


@dataclass
class Journal:
    """The records that tests and the page look at, oldest first."""

    changes: Changes = field(default_factory=Changes)
    calls: list[Call] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    pings: list[Ping] = field(default_factory=list)
    _found: list[Violation | Ping] = field(default_factory=list)

    def clear(self) -> None:
        """Forget all records."""
        for records in (self.calls, self.violations, self.pings, self._found):
            records.clear()
        self.changes.announce()

    def called(self, call: Call) -> None:
        """Remember a call, with whatever was found in it: a call is judged and remembered without a pause between."""
        problems = tuple(problem for problem in self._found if problem.method == call.method)
        self._found.clear()
        self.calls.append(replace(call, problems=problems))
        self.changes.announce()

    def violated(self, *violations: Violation) -> None:
        """Remember violations."""
        self.violations.extend(violations)
        self._found.extend(violations)
        self.changes.announce()

    def pinged(self, *pings: Ping) -> None:
        """Remember texts that ring at many people at once."""
        self.pings.extend(pings)
        self._found.extend(pings)
        self.changes.announce()
