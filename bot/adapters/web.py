"""What the clients of other people's HTTP servers share: who we are there, whom we trust, and how much we read."""

import ssl
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from pydantic import SecretStr

from bot.errors import InputError, SettingsError
from bot.files import content
from bot.model.redaction import MARK

MIB: Final = 1024 * 1024
TENANT: Final = "X-Scope-OrgID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who we are there: user and password, or a bearer token, or nobody; and whose data is meant ("" the server's own)."""

    user: str = ""
    password: SecretStr | None = None
    token: SecretStr | None = None
    tenant: str = ""

    @property
    def auth(self) -> httpx.BasicAuth | None:
        """For basic authentication."""
        return httpx.BasicAuth(self.user, self.password.get_secret_value()) if self.user and self.password is not None else None

    def headers(self, version: str) -> dict[str, str]:
        """Of every request. Nothing inflated: who compresses all the same did not read them. ``version``: our own."""
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": f"dapr-warden/{version}"}
        if self.tenant:
            headers[TENANT] = self.tenant
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token.get_secret_value()}"
        return headers

    def redacted(self, body: bytearray) -> bytearray:
        """A refusal without our own secrets: some gateways quote what they refuse."""
        given = [secret.get_secret_value() for secret in (self.token, self.password) if secret]
        for secret in given + [b64encode(f"{self.user}:{one}".encode()).decode() for one in given]:
            body = body.replace(secret.encode(), MARK.encode())
        return body


async def beginning(response: httpx.Response, most: int) -> bytearray:
    """As much of the body as ``most``, as it was sent."""
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece[: most - len(body)]
        if len(body) >= most:
            break
    return body


def trusting(path: str, scheme: str, *, setting: str, whose: str) -> ssl.SSLContext:
    """The system's CAs, or only those of the file. Chain, dates and host name are verified as ever. Blocks.

    ``setting``: its name, ``whose``: whose certificate it is for. Raises SettingsError when the file is of no use.
    """
    if not path:
        # Without TLS nobody's: loading the system's takes longer than a question.
        return ssl.create_default_context() if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    hint = f"{setting} must be the path of a readable PEM file with at least one certificate: the CA of {whose}'s."
    try:
        # Not the default context: since Python 3.13 it refuses the CAs of many clusters, for a missing key identifier.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=content(Path(path), MIB).decode("ascii", "ignore"))
    except InputError as error:
        raise SettingsError(f"{setting}: {error}", hint=hint) from error
    except (ssl.SSLError, ValueError) as error:
        raise SettingsError(f"{setting}: {path} holds no certificate that can be read.", hint=hint) from error
    else:
        return context
