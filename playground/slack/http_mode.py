"""The other way to an app: signed POSTs to its request URL, the ack is the HTTP answer.

Slash commands are forms, interactions a form with the field `payload`, events JSON. The signature's timestamp is the
machine's own time, whatever `clock` says: the app compares it with its own.
"""

import json
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, hdrs
from slack_sdk.signature import SignatureVerifier

from playground.slack.clock import SystemClock
from playground.slack.envelope import Envelope
from playground.slack.errors import ImpossibleError, Payload
from playground.slack.journal import Journal, Violation
from playground.slack.loopback import require_loopback

SIGNING_SECRET = "playground-signing-secret"
TOKEN = "playground-verification-token"
SUCCESS = range(200, 300)
VERIFICATION_SECONDS = 3.0


@dataclass(kw_only=True)
class HttpMode:
    """Deliveries to one request URL. `age` makes signatures older than they are, `secret` may be a wrong one."""

    url: str
    journal: Journal
    ack_timeout: timedelta = timedelta(seconds=3)
    secret: str = SIGNING_SECRET
    age: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        """Refuse an app that is not on this machine."""
        require_loopback(urlsplit(self.url).hostname or "")

    async def verify(self) -> None:
        """Ask the app whether the URL is its own (`url_verification`). ImpossibleError when it does not repeat the challenge."""
        challenge = secrets.token_hex(8)
        asked = json.dumps({"type": "url_verification", "token": TOKEN, "challenge": challenge})
        try:
            status, answer, _ = await self._post(asked, "application/json", {}, VERIFICATION_SECONDS)
        except (ClientError, TimeoutError, OSError) as error:
            raise ImpossibleError(f"nobody answers at {self.url}: {type(error).__name__}") from error
        if status not in SUCCESS or challenge not in {answer, *_challenges(answer)}:
            raise ImpossibleError(f"{self.url} does not repeat the challenge: HTTP {status} {answer[:80]!r}")

    async def send(self, envelope: Envelope) -> None:
        """POST once and wait for the answer or the deadline."""
        envelope.way = "http"
        body, content_type = _body(envelope)
        began = time.monotonic()
        try:
            seconds = self.ack_timeout.total_seconds()
            status, answer, headers = await self._post(body, content_type, _retry_headers(envelope), seconds)
        except TimeoutError:
            envelope.outcome = "timeout"
            return
        except (ClientError, OSError):
            envelope.outcome = "connection_failed"
            return
        envelope.no_retry = headers.get("X-Slack-No-Retry") == "1"
        if status not in SUCCESS:
            envelope.outcome = "http_error"
            return
        envelope.latency = timedelta(seconds=time.monotonic() - began)
        envelope.ack_payload = self._read(envelope.kind, answer)
        envelope.outcome = "acked"

    async def _post(self, body: str, content_type: str, headers: dict[str, str], seconds: float) -> tuple[int, str, dict[str, str]]:
        stamp = str(int((SystemClock().now() - self.age).timestamp()))
        signature = SignatureVerifier(self.secret).generate_signature(timestamp=stamp, body=body)
        signed = {
            hdrs.CONTENT_TYPE: content_type,
            hdrs.USER_AGENT: "Slackbot 1.0 (playground)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature or "",
        }
        async with (
            ClientSession(timeout=ClientTimeout(total=seconds)) as session,
            session.post(self.url, data=body.encode(), headers=signed | headers, allow_redirects=False) as answer,
        ):
            return answer.status, await _text(answer), dict(answer.headers)

    def _read(self, kind: str, answer: str) -> Payload | None:
        if not answer.strip():
            return None
        try:
            value = json.loads(answer)
        except ValueError:
            value = answer
        if isinstance(value, dict):
            return value or None
        if kind == "slash_commands":
            return {"text": answer}
        if kind != "events_api":
            self.journal.violated(Violation(method="ack", code="malformed_ack", message=answer[:200]))
        return None


def _challenges(answer: str) -> tuple[str, ...]:
    """The challenge in a JSON answer; plain text is the other form that Slack takes."""
    try:
        value = json.loads(answer)
    except ValueError:
        return ()
    return (str(value.get("challenge")),) if isinstance(value, dict) else ()


async def _text(answer: ClientResponse) -> str:
    return await answer.text(errors="replace")


def _retry_headers(envelope: Envelope) -> dict[str, str]:
    if not envelope.retry_attempt:
        return {}
    return {"X-Slack-Retry-Num": str(envelope.retry_attempt), "X-Slack-Retry-Reason": envelope.retry_reason}


def _body(envelope: Envelope) -> tuple[str, str]:
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload), "application/json"
    form = envelope.payload if envelope.kind == "slash_commands" else {"payload": json.dumps(envelope.payload)}
    return urlencode(form), "application/x-www-form-urlencoded"
