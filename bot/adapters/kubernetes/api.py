"""Asking the API server: blocking calls in threads, each with a deadline, a cap on what is read, and typed answers."""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, Protocol, TypeVar
from urllib.parse import urlencode

import msgspec
from kubernetes.client.exceptions import ApiException
from kubernetes.config import ConfigException
from urllib3 import BaseHTTPResponse
from urllib3 import exceptions as http

from bot.adapters import background
from bot.adapters.kubernetes import deadlines, errors
from bot.adapters.kubernetes.connection import THREADS, Connection
from bot.adapters.kubernetes.needs import Need
from bot.adapters.kubernetes.wire import ObjectMetadata
from bot.errors import BotError, Malformed, TimedOut, Unreachable
from bot.model.trust_pair import MANAGER, SecretBytes

MIB: Final = 1024 * 1024
OBJECT_CAP: Final = 8 * MIB
REFUSAL_CAP: Final = 64 * 1024
CONNECT_SECONDS: Final = 3.0
OK: Final = 200
CREATED: Final = 201
# A log without a line, of a pod that no node has taken yet.
NO_CONTENT: Final = 204
JSON: Final = "application/json"
STRATEGIC: Final = "application/strategic-merge-patch+json"
METADATA_ONLY: Final = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"

_METHODS: Final = {"create": "POST", "update": "PUT", "patch": "PATCH"}

Query = Sequence[tuple[str, str]]
T = TypeVar("T")


class Named(Protocol):
    """Any single object."""

    @property
    def kind(self) -> str:
        """Its kind, as the API server says it."""
        ...

    @property
    def metadata(self) -> ObjectMetadata:
        """Its metadata."""
        ...


N = TypeVar("N", bound=Named)


class Api:
    """Everything goes through here. The methods ``read``, ``opened`` block: call them in a thread, by :meth:`run`."""

    def __init__(self, connection: Connection, *, timeout: timedelta) -> None:
        self.in_cluster = connection.in_cluster
        self.timeout = timeout
        self._client = connection.client
        self._encoding = connection.encoding
        self._seats = asyncio.Semaphore(THREADS)
        self._signing = threading.Lock()

    async def run(self, work: Callable[[], T]) -> T:
        """Do blocking work in a thread. Cancelled, it is left to its own deadline, which is the request's."""
        return await background.done(work, self._seats)

    async def one(self, need: Need, kind: str, type_: type[N], *, accept: str = JSON) -> N:
        """A single object; ``kind`` and name must be the ones asked for. Raises Missing when it does not exist."""
        found = await self.run(lambda: self.read(need, msgspec.json.Decoder(type_).decode, accept=accept))
        if found.metadata.name != need.name or found.kind not in (kind, "PartialObjectMetadata"):
            raise errors.malformed(need, f"asked for {kind} {need.name}, got something else")
        return found

    def read(self, need: Need, decode: Callable[[bytes], T], *, query: Query = (), accept: str = JSON, cap: int = OBJECT_CAP) -> T:
        """Ask and decode. No name in this frame holds the body, so that no traceback can show it."""
        deadline = time.monotonic() + self.timeout.total_seconds()
        with self.opened(need, query=query, accept=accept) as response:
            return self._decoded(need, response, decode, cap=cap, deadline=deadline)

    def dated(self, need: Need, decode: Callable[[bytes], T]) -> tuple[T, str]:
        """As :meth:`read`, and the answer's Date ("" where it has none)."""
        deadline = time.monotonic() + self.timeout.total_seconds()
        with self.opened(need) as response:
            return self._decoded(need, response, decode, cap=OBJECT_CAP, deadline=deadline), response.headers.get("Date", "")

    def review(self, need: Need, body: Mapping[str, object], decode: Callable[[bytes], T]) -> T:
        """Send a review, which the API server answers and keeps nowhere, and decode what it says."""
        deadline = time.monotonic() + self.timeout.total_seconds()
        with self.opened(need, body=body) as response:
            return self._decoded(need, response, decode, cap=OBJECT_CAP, deadline=deadline)

    def confide(self, need: Need, body: SecretBytes, decode: Callable[[bytes], T]) -> T:
        """As :meth:`review`, for what no traceback may hold. Sent once."""
        deadline = time.monotonic() + self.timeout.total_seconds()
        answer = self._sent_once(need, body, JSON)
        if isinstance(answer, BotError):
            raise answer
        try:
            if answer.status not in (OK, CREATED):
                raise errors.refused(need, answer.status, answer.headers, self._body(need, answer, cap=REFUSAL_CAP, deadline=deadline))
            return self._decoded(need, answer, decode, cap=OBJECT_CAP, deadline=deadline)
        finally:
            answer.close()

    def write(self, need: Need, body: SecretBytes, decode: Callable[[bytes], T], *, content: str = JSON, dry: bool = False) -> T:
        """Send a change, once and never again, and decode the object that the API server answers with. ``body``: JSON.

        ``dry``: it is only asked whether that would be done (dryRun=All).
        Unreachable, TimedOut: nobody knows whether it was made. No frame of any traceback holds what was sent or what came back.
        """
        deadline = time.monotonic() + self.timeout.total_seconds()
        answer = self._sent_once(need, body, content, dry=dry)
        if isinstance(answer, BotError):
            raise answer
        is_done = answer.status == OK
        try:
            if not is_done:
                raise errors.refused(need, answer.status, answer.headers, self._body(need, answer, cap=REFUSAL_CAP, deadline=deadline))
            return self._decoded(need, answer, decode, cap=OBJECT_CAP, deadline=deadline)
        except (Unreachable, TimedOut, Malformed) as problem:
            if isinstance(problem, Malformed) and not is_done:
                raise
            raise errors.in_doubt(problem) from problem.__cause__
        finally:
            answer.close()

    @contextmanager
    def opened(
        self, need: Need, *, query: Query = (), accept: str = JSON, body: Mapping[str, object] | None = None
    ) -> Generator[BaseHTTPResponse]:
        """An answer 200 or 204 (201 to a ``body``) whose body is not read yet; anything else raises.

        Anything that breaks inside raises as BotError.
        """
        with _translated(need):
            response = self._send(need.path + (f"?{urlencode(query)}" if query else ""), accept, body)
            try:
                if response.status not in (OK, NO_CONTENT) and not (body and response.status == CREATED):
                    deadline = time.monotonic() + self.timeout.total_seconds()
                    # Without a name: it may quote what was asked for.
                    raise errors.refused(
                        need, response.status, response.headers, self._body(need, response, cap=REFUSAL_CAP, deadline=deadline)
                    )
                yield response
            finally:
                response.close()

    def _decoded(self, need: Need, response: BaseHTTPResponse, decode: Callable[[bytes], T], *, cap: int, deadline: float) -> T:
        try:
            return decode(self._body(need, response, cap=cap, deadline=deadline))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise errors.malformed(need, str(error)) from error

    def _send(self, path: str, accept: str, body: Mapping[str, object] | None = None) -> BaseHTTPResponse:
        verb, sent = ("GET", {}) if body is None else ("POST", {"Content-Type": JSON})
        for is_last in (False, True):
            try:
                return self._exchange(verb, path, {"Accept": accept, **sent}, body)
            except http.ProtocolError:
                # The server closed an idle connection just as we took it from the pool; reading again is harmless, and so is a review.
                if is_last:
                    raise
        raise AssertionError("the last attempt returns or raises")  # pragma: no cover

    def _sent_once(self, need: Need, body: SecretBytes, content: str, *, dry: bool = False) -> BaseHTTPResponse | BotError:
        """The answer, or why there is none: returned, because this frame and those of the client hold what was sent."""
        path = f"{need.path}?{urlencode({'fieldManager': MANAGER, **({'dryRun': 'All'} if dry else {})})}"
        try:
            return self._exchange(_METHODS[need.verb], path, {"Accept": JSON, "Content-Type": content}, json.loads(body.revealed()))
        except (http.HTTPError, ApiException, ConfigException, OSError) as error:
            return errors.unsent(need, error)

    def _exchange(self, verb: str, path: str, headers: dict[str, str], body: Mapping[str, object] | None) -> BaseHTTPResponse:
        """One request, sent once."""
        seconds = self.timeout.total_seconds()
        # Under a lock: a credential plugin must not run once per thread when its token has expired.
        with self._signing:
            method, url, signed, _, _ = self._client.param_serialize(
                verb, path, header_params={**headers, "Accept-Encoding": self._encoding}, auth_settings=["BearerToken"]
            )
        return self._client.call_api(method, url, signed, body, _request_timeout=(min(CONNECT_SECONDS, seconds), seconds)).response

    def _body(self, need: Need, response: BaseHTTPResponse, *, cap: int, deadline: float) -> bytes:
        """The decoded body, never more than ``cap`` bytes of it, whatever it was compressed from."""
        with deadlines.alarm(deadline - time.monotonic(), response.shutdown) as is_late:
            try:
                # In one piece: to read it by the socket's 8 KiB cost more than to decode it. urllib3 inflates no further than asked.
                body = response.read(cap + 1, decode_content=True)
            except http.HTTPError as error:
                problem = errors.too_slow(need, self.timeout) if is_late() else errors.broken(need, error)
                # urllib3's frames hold what had come so far, and a traceback would keep it.
                raise problem from error.with_traceback(None)
        late = is_late()
        if len(body) <= cap and not late:
            return body
        # A traceback shows the names of this frame; what was read may be a private key.
        body = b""
        raise errors.too_slow(need, self.timeout) if late else errors.too_large(need, cap)


@contextmanager
def _translated(need: Need) -> Generator[None]:
    try:
        yield
    except BotError:
        raise
    except (http.HTTPError, ApiException, ConfigException, OSError) as error:
        raise errors.broken(need, error) from error
