"""People of an OIDC provider at the terminal's port: a real API server believes a provider on this machine, and says who they are."""

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from bot.adapters.clock import SystemClock
from bot.adapters.kubernetes import KubernetesCluster, opened
from bot.config import from_env
from bot.model.approval import State
from bot.model.caller import AUDIENCE, Caller
from bot.model.terminal import Standing
from bot.model.trust_pair import SecretBytes
from tests.rig.api_server import ISSUER, ApiServer, running_api_server
from tests.rig.keys import write_serving_files
from tests.serving import served
from tests.usecases.test_terminal import ANN, Port

ANNA = "oidc:anna@example.com"
STRANGE = ("zoë+ops@example.com", "o'hara, jr. <x>@example.com", "a=b@example.com", "system:masters", "../anna@example.com", "")
PATIENCE_SECONDS = 60.0


def in_base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(slots=True)
class Provider:
    """Makes tokens for whoever it is told to; over HTTPS it says how they are recognised."""

    key: ec.EllipticCurvePrivateKey
    issuer: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        if request.path.endswith("/keys"):
            public = self.key.public_key().public_numbers()
            point = {name: in_base64(number.to_bytes(32, "big")) for name, number in (("x", public.x), ("y", public.y))}
            return web.json_response({"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "1", **point}]})
        return web.json_response(
            {
                "issuer": self.issuer,
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["id_token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
            }
        )

    def token(self, email: str, **claims: Any) -> SecretBytes:
        """For our audience and an hour, unless the claims say otherwise."""
        now = int(SystemClock().now().timestamp())
        body = {"iss": self.issuer, "aud": AUDIENCE, "sub": "1", "iat": now, "exp": now + 3600, "email": email, "groups": ["ops"], **claims}
        signed = ".".join(in_base64(json.dumps(part).encode()) for part in ({"alg": "ES256", "kid": "1", "typ": "JWT"}, body))
        r, s = utils.decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return SecretBytes(f"{signed}.{in_base64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}".encode())


@dataclass(slots=True)
class Realm:
    provider: Provider
    bot: KubernetesCluster

    async def who(self, email: str = "anna@example.com", **claims: Any) -> Caller | None:
        return await self.bot.tokens.reviewed(self.provider.token(email, **claims))


@pytest.fixture(params=[(AUDIENCE,)])
async def realm(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncGenerator[Realm]:
    """The API server takes tokens of the provider that are for our audience; the parameter: what else it is itself called."""
    files = write_serving_files(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(files.certificate, files.key)
    provider = Provider(ec.generate_private_key(ec.SECP256R1()))
    with ExitStack() as stack:
        async with served(provider.answer, tls=tls) as port:
            provider.issuer = f"https://127.0.0.1:{port}"
            flags = {
                "--oidc-issuer-url": provider.issuer,
                "--oidc-ca-file": str(files.certificate),
                "--oidc-client-id": AUDIENCE,
                "--oidc-username-claim": "email",
                "--oidc-username-prefix": "oidc:",
                "--oidc-groups-claim": "groups",
                "--oidc-signing-algs": "ES256",
            }
            words = [word for flag in flags.items() for word in flag]
            words += [word for name in request.param for word in ("--api-audiences", name)]
            server = await asyncio.to_thread(stack.enter_context, running_api_server(tmp_path / "server", *words))
            async with opened(from_env({"DAPR_WARDEN_KUBECONFIG": str(server.kubeconfig)}), version="test") as bot:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    # The API server asks the provider beside its start.
                    while not await asyncio.to_thread(is_believed, server, provider.token("anna@example.com")):
                        pass
                yield Realm(provider, bot)


def is_believed(server: ApiServer, token: SecretBytes) -> bool:
    """Whether the API server itself takes it, as it does of whoever calls it."""
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token.revealed().decode()}}
    found = server.cluster.request("POST", "/apis/authentication.k8s.io/v1/tokenreviews", body=review)
    return bool(found["status"].get("authenticated"))


def without(claims: Mapping[str, Any], now: float) -> dict[str, Any]:
    """Claims that count in seconds from now."""
    return {name: int(now + value.total_seconds()) if isinstance(value, timedelta) else value for name, value in claims.items()}


NOBODYS: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "kubernetes"},
    "no audience": {"aud": []},
    "ended": {"exp": timedelta(hours=-1)},
    "not yet": {"nbf": timedelta(hours=1)},
    "another issuer": {"iss": "https://127.0.0.1:1"},
    "an address that nobody verified": {"email_verified": False},
    "a list of names": {"email": ["anna@example.com"]},
}


async def test_people_of_a_provider_are_who_they_are_and_nobody_else(realm: Realm) -> None:
    now = SystemClock().now().timestamp()

    assert await realm.who() == Caller(name=ANNA)
    assert await realm.who(aud=["kubernetes", AUDIENCE], groups=["system:masters", "ops\n", "ö"]) == Caller(name=ANNA)
    assert [name for name, claims in NOBODYS.items() if await realm.who(**without(claims, now)) is not None] == []
    # Nothing makes one name of another: no case, no spaces, no other prefix.
    assert [await realm.who(name) for name in STRANGE] == [Caller(name=f"oidc:{name}") for name in STRANGE]

    stranger = Provider(ec.generate_private_key(ec.SECP256R1()), realm.provider.issuer)
    assert await realm.bot.tokens.reviewed(stranger.token("anna@example.com")) is None


async def test_who_is_named_in_the_settings_approves_and_who_looks_like_them_does_not(realm: Realm) -> None:
    people = from_env({"DAPR_WARDEN_TERMINAL_PEOPLE": f"{ANNA}={ANN}, oidc:a=b@example.com=U0ABATEXAMPLE"}).terminal_ids
    port = Port(tokens=realm.bot.tokens, people=people)
    request = (await port.asked()).request

    for name in ("Anna@example.com", "anna@example.com ", "anna@example.com.evil.example", "oidc:anna@example.com", *STRANGE):
        refused = await port.terminal.approve(realm.provider.token(name), request.digest)
        assert not isinstance(refused, Standing), name
    assert isinstance(await port.terminal.approve(realm.provider.token("anna@example.com"), request.digest), Standing)

    decided = await port.renewals.request(request.id)
    assert decided is not None
    assert (decided.request.state, [vote.actor for vote in decided.request.approvals]) == (State.APPROVED, [ANN])


@pytest.mark.parametrize("realm", [()], indirect=True)
async def test_where_the_api_server_is_not_called_by_our_audience_people_of_a_provider_are_nobody(realm: Realm) -> None:
    assert await realm.who() is None
    assert await realm.who(aud=[AUDIENCE, ISSUER]) is None
