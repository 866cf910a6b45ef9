"""All pairs of a town's peers call each other, over and over, each time over a new connection with a full handshake."""

import itertools
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

import httpx

from tests.rig.peer import SERVES, Handshake, dialled
from tests.rig.pod_programs import DAPRD_PORT
from tests.rig.pod_run import Run
from tests.rig.process import now_text

CALLERS = 8
EACH_WITHIN = 30.0
"""Seconds in which every pair is called, where no peers come or go."""
LEAST_RATE = 12.0
"""Calls a second, all pairs together."""
Condition: TypeAlias = Literal["ready", "not ready", "ending"]
Pair: TypeAlias = tuple[str, str]

_PATIENCE = 15.0


@dataclass(frozen=True)
class Failure:
    """A call that was not answered. ``callee_was``: before and after it, the worse of both; only "ready" is a call that was lost."""

    at: str
    caller: str
    callee: str
    callee_was: Condition
    why: str

    def __str__(self) -> str:
        return f"{self.at} {self.caller} -> {self.callee} ({self.callee_was}): {self.why}"


@dataclass(frozen=True)
class DialReport:
    """What came of all calls since the books were opened. ``unasked``: calls whose caller ended before it could tell.

    ``pairs`` were called, also of peers that have ended since; ``uncalled`` are Ready now and have not been.
    ``longest_gap``: seconds between two calls of a pair, the longest of all, of pairs that are there now also until now.
    """

    seconds: float
    dials: int
    lost: tuple[Failure, ...]
    apart: tuple[Failure, ...]
    unasked: int
    pairs: int
    uncalled: int
    longest_gap: float

    @property
    def rate(self) -> float:
        """Calls a second."""
        return self.dials / self.seconds if self.seconds else 0.0

    def __str__(self) -> str:
        pace = f"{self.rate:.1f}/s, each again within {self.longest_gap:.0f} s, {self.uncalled} pairs not yet called"
        counts = f"{self.dials} calls of {self.pairs} pairs in {self.seconds:.0f} s ({pace})"
        first = "".join(f"\n  {failure}" for failure in (*self.lost[:5], *self.apart[:2]))
        return f"{counts}: {len(self.lost)} lost, {len(self.apart)} to who was not Ready or ended, {self.unasked} unasked{first}"


class Dialler:
    """Use as a context manager, within the kubelet's; it calls from entering to leaving. ``peers``: those that are there now."""

    def __init__(self, peers: Callable[[], Sequence[Run]]) -> None:
        self._peers = peers
        self._books = threading.Lock()
        # Short, so that nothing is called long after it was chosen.
        self._chosen = queue.Queue[tuple[Run, Run]](CALLERS)
        self._turns = dict[Pair, float]()
        self._leaving = threading.Event()
        self._threads = [threading.Thread(target=self._choose, name="dialler")]
        self._threads += [threading.Thread(target=self._call, name=f"caller-{number}") for number in range(CALLERS)]
        self.open_books()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        for thread in self._threads:
            thread.join()

    def open_books(self) -> None:
        """Forgets all calls so far; from now on they count."""
        with self._books:
            self._opened_at = time.monotonic()
            self._dials = self._unasked = 0
            self._failures = list[Failure]()
            self._last = dict[Pair, float]()
            self._longest_gap = 0.0

    def report(self) -> DialReport:
        """Of all calls since the books were opened."""
        there = {run.uid for run in self._peers() if run.is_ready}
        now = time.monotonic()
        with self._books:
            open_gaps = [now - at for pair, at in self._last.items() if there.issuperset(pair)]
            return DialReport(
                seconds=now - self._opened_at,
                dials=self._dials,
                lost=tuple(one for one in self._failures if one.callee_was == "ready"),
                apart=tuple(one for one in self._failures if one.callee_was != "ready"),
                unasked=self._unasked,
                pairs=len(self._last),
                uncalled=len(set(itertools.permutations(there, 2)) - self._last.keys()),
                longest_gap=max([self._longest_gap, *open_gaps]),
            )

    def _choose(self) -> None:
        """Always the pair that was not called for the longest time; new ones wait for half a round, which displaces nobody for long."""
        due = time.monotonic()
        while not self._leaving.is_set():
            running = [run for run in self._peers() if run.is_running]
            pairs = [pair for pair in itertools.permutations(running, 2) if pair[0].is_ready]
            # Behind by more than a second is not made up for: it would be a rush.
            due = max(due + 1 / max(LEAST_RATE, len(pairs) / EACH_WITHIN), time.monotonic() - 1)
            self._leaving.wait(max(0.0, due - time.monotonic()))
            if pairs:
                new = time.monotonic() - EACH_WITHIN / 2
                self._offer(min(pairs, key=lambda pair: self._turns.setdefault((pair[0].uid, pair[1].uid), new)))

    def _offer(self, pair: tuple[Run, Run]) -> None:
        self._turns[pair[0].uid, pair[1].uid] = time.monotonic()
        while not self._leaving.is_set():
            try:
                self._chosen.put(pair, timeout=0.5)
            except queue.Full:
                continue
            return

    def _call(self) -> None:
        with httpx.Client(trust_env=False, timeout=_PATIENCE) as client:
            while not self._leaving.is_set():
                try:
                    caller, callee = self._chosen.get(timeout=0.2)
                except queue.Empty:
                    continue
                self._call_once(client, caller, callee)

    def _call_once(self, client: httpx.Client, caller: Run, callee: Run) -> None:
        serving = SERVES.search(caller.log()) if caller.is_ready else None
        if serving is None:
            return
        before = condition_of(callee)
        where = f"{callee.ip}:{DAPRD_PORT}"
        try:
            came = dialled(client, serving[2], address=where, app=callee.annotations["dapr.io/app-id"], namespace=callee.namespace)
        except httpx.TransportError as error:
            if not caller.is_ready:
                with self._books:
                    self._unasked += 1
                return
            came = Handshake(refusal=f"the caller did not answer: {error!r}")
        self._book(caller, callee, before, came)

    def _book(self, caller: Run, callee: Run, before: Condition, came: Handshake) -> None:
        after, now, pair = condition_of(callee), time.monotonic(), (caller.uid, callee.uid)
        with self._books:
            self._dials += 1
            self._longest_gap = max(self._longest_gap, now - self._last.get(pair, now))
            self._last[pair] = now
            if not came:
                was = after if before == "ready" else before
                self._failures.append(Failure(now_text(), caller.name, callee.name, was, came.refusal))


def condition_of(run: Run) -> Condition:
    """What a caller may expect of that pod at this moment."""
    if run.is_ending:
        return "ending"
    return "ready" if run.is_ready else "not ready"
