"""The adapter behind ``ports.Hands``: everything by which the bot changes a cluster.

An object is read whole, compared with the version that the caller saw, and put back with a few values changed: uid and resourceVersion
travel with it, so that the API server refuses it when anybody else wrote in between. A write is sent once and never again.
"""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeVar

import msgspec

from bot.adapters.kubernetes import document, errors
from bot.adapters.kubernetes.api import JSON, STRATEGIC, Api
from bot.adapters.kubernetes.document import Document
from bot.adapters.kubernetes.needs import LEASE, RESTARTED, Need, restarting
from bot.adapters.kubernetes.trust import Unreadable
from bot.config import Settings
from bot.errors import Malformed, Permanent
from bot.model.surroundings import WorkloadName
from bot.model.trust_pair import Kept, LivePair, SecretBytes, Tenure, TrustPair, Version

MARK: Final = "dapr-warden.io/pair"
NOTE: Final = "dapr-warden.io/kept"
RESTARTED_AT: Final = "dapr-warden.io/restarted"
SEALED: Final = "sealed"
_KINDS: Final = {"secrets": "Secret", "configmaps": "ConfigMap", "leases": "Lease"}

T = TypeVar("T")
Change = Callable[[Document], SecretBytes]


class KubernetesHands:
    """Implements ``ports.Hands`` over one open connection."""

    def __init__(self, api: Api, settings: Settings) -> None:
        self._api = api
        self._settings = settings
        self._secret = Need(verb="get", resource="secrets", namespace=settings.namespace, name=settings.bundle_name)
        self._configmap = Need(verb="get", resource="configmaps", namespace=settings.namespace, name=settings.bundle_name)
        self._lease = Need(verb="get", resource="leases", group="coordination.k8s.io", namespace=settings.namespace, name=LEASE)

    async def pair(self) -> LivePair:
        """Two gets by name; the Secret first, so that a write to the ConfigMap in between is seen rather than missed."""
        secret = await self._read(self._secret)
        configmap = await self._read(self._configmap)
        settings = self._settings
        names = (settings.ca_key, settings.issuer_cert_key, settings.issuer_key_key)
        ca, issuer, key = (_value(self._secret, secret, name) for name in names)
        return LivePair(
            pair=TrustPair(ca=ca.revealed(), issuer=issuer.revealed(), key=key),
            configmap_ca=configmap.text(settings.ca_key).revealed(),
            secret=secret.version,
            configmap=configmap.version,
            marks=(secret.annotation(MARK), configmap.annotation(MARK)),
        )

    async def write_configmap(self, ca: bytes, mark: str, before: Version) -> None:
        """See :class:`bot.ports.Hands`. Raises Malformed, and sends nothing, when the CA is not UTF-8."""
        if not _is_text(ca):
            raise Malformed(
                f"{self._configmap.words}: it was not written, because the CA is not UTF-8, and a ConfigMap holds nothing else.",
                hint="Look what stands between the certificates: dapr-warden lint shows it.",
            )
        texts = {self._settings.ca_key: SecretBytes(ca)}
        await self._replace(self._configmap, before, lambda found: found.with_data(texts, {MARK: mark}))

    async def write_secret(self, pair: TrustPair, mark: str, before: Version) -> None:
        """See :class:`bot.ports.Hands`."""
        await self._replace(self._secret, before, self._with_pair(pair, mark))

    async def rehearse_secret(self, pair: TrustPair, mark: str, before: Version) -> None:
        """A dry run: rights, policies, quotas and webhooks are asked, with the same body."""
        await self._replace(self._secret, before, self._with_pair(pair, mark), dry=True)

    async def kept(self, name: str) -> Kept:
        """A single get by name."""
        need = self._own(name)
        found = await self._read(need)
        return Kept(sealed=_value(need, found, SEALED).revealed(), version=found.version, note=found.annotation(NOTE))

    async def keep(self, name: str, sealed: bytes, before: Version, note: str = "") -> None:
        """See :class:`bot.ports.Hands`."""
        texts = {SEALED: _base64(sealed)}
        # It is sealed; even so no traceback need show it.
        del sealed
        await self._replace(
            self._own(name), before, lambda found: found.with_data(texts, {NOTE: note} if note or found.annotation(NOTE) else {})
        )

    async def tenure(self) -> Tenure:
        """A single get by name."""
        return _tenure(await self._read(self._lease))

    async def hold(self, tenure: Tenure, at: datetime) -> Tenure:
        """See :class:`bot.ports.Hands`."""
        spec = {
            "holderIdentity": tenure.holder,
            "leaseDurationSeconds": tenure.seconds,
            "renewTime": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "leaseTransitions": tenure.fence,
        }
        body = await self._changed(self._lease, tenure.version, lambda found: found.with_spec(spec))
        return _tenure(await self._write(_updating(self._lease), body, partial(document.read, kind="Lease", name=self._lease.name)))

    async def restart(self, workload: WorkloadName, mark: str) -> None:
        """A patch of one annotation of the pods' template. Raises Permanent for any other kind of workload."""
        if workload.kind not in RESTARTED:
            raise Permanent(
                f"restart {workload.kind} {workload.name} in namespace {workload.namespace}: the bot restarts {', '.join(RESTARTED)} only.",
                hint="Restart it by hand.",
            )
        need = restarting(workload.kind, workload.namespace, workload.name)
        patch = {"spec": {"template": {"metadata": {"annotations": {RESTARTED_AT: mark}}}}}
        decode = partial(document.acknowledged, kind=workload.kind, name=workload.name)
        await self._write(need, SecretBytes(msgspec.json.encode(patch)), decode, content=STRATEGIC)

    def _with_pair(self, pair: TrustPair, mark: str) -> Change:
        settings = self._settings
        texts = {
            settings.ca_key: _base64(pair.ca),
            settings.issuer_cert_key: _base64(pair.issuer),
            settings.issuer_key_key: _base64(pair.key.revealed()),
        }
        return lambda found: found.with_data(texts, {MARK: mark})

    def _own(self, name: str) -> Need:
        return Need(verb="get", resource="secrets", namespace=self._settings.namespace, name=name)

    async def _read(self, need: Need) -> Document:
        decode = partial(document.read, kind=_KINDS[need.resource], name=need.name)
        found = await self._api.run(lambda: self._api.read(need, decode))
        if isinstance(found, Unreadable):
            raise errors.malformed(need, found.problem)
        return found

    async def _replace(self, need: Need, before: Version, change: Change, *, dry: bool = False) -> None:
        body = await self._changed(need, before, change)
        decode = partial(document.acknowledged, kind=_KINDS[need.resource], name=need.name)
        await self._write(_updating(need), body, decode, dry=dry)

    async def _changed(self, need: Need, before: Version, change: Change) -> SecretBytes:
        found = await self._read(need)
        if found.version != before:
            raise errors.overtaken(_updating(need))
        return change(found)

    async def _write(
        self, need: Need, body: SecretBytes, decode: Callable[[bytes], T | Unreadable], *, content: str = JSON, dry: bool = False
    ) -> T:
        answer = await self._api.run(lambda: self._api.write(need, body, decode, content=content, dry=dry))
        if isinstance(answer, Unreadable):
            raise errors.in_doubt(errors.malformed(need, answer.problem))
        return answer


def _updating(need: Need) -> Need:
    return Need(verb="update", resource=need.resource, group=need.group, namespace=need.namespace, name=need.name)


def _tenure(found: Document) -> Tenure:
    spec = found.lease
    return Tenure(
        holder=spec.holder_identity or "",
        fence=spec.lease_transitions or 0,
        renewed=spec.renew_time or "",
        seconds=spec.lease_duration_seconds or 0,
        version=found.version,
    )


def _value(need: Need, found: Document, key: str) -> SecretBytes:
    value = _from_base64(found.text(key))
    if value is None:
        raise errors.malformed(need, "a value of its data is not base64")
    return value


def _from_base64(text: SecretBytes) -> SecretBytes | None:
    """None, not an error: its traceback would hold the text."""
    try:
        return SecretBytes(base64.b64decode(text.revealed(), validate=True))
    except ValueError:
        return None


def _base64(value: bytes) -> SecretBytes:
    return SecretBytes(base64.b64encode(value))


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
