"""The adapter behind ``ports.Access``: version and clock of the API server, and a SelfSubjectAccessReview for each permission.

A review is sent by POST, yet writes nothing: the API server answers it and keeps it nowhere. Every account may ask for its own
(ClusterRole system:basic-user).
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from bot.adapters.kubernetes import review
from bot.adapters.kubernetes.api import Api
from bot.adapters.kubernetes.needs import VERSION, Need, diagnosis, excess, needs, of_token_review, proxy, rotating, secrets_of
from bot.adapters.kubernetes.wire import Wire
from bot.config import Settings
from bot.errors import BotError
from bot.model.redaction import excerpt
from bot.model.vitals import ApiServer, Permission, Purpose

ABOUT: Final = Need(verb="get", resource=VERSION)
DIAGNOSIS_FILE: Final = "deploy/kustomize/components/diagnosis"
ROTATION_FILE: Final = "deploy/kustomize/components/rotation"
PROXY_FILE: Final = "deploy/kustomize/components/pods-proxy"
TERMINAL_FILE: Final = "deploy/kustomize/components/terminal"
_LONGEST_VERSION: Final = 40
# Where every pod with a service account is told its namespace.
_HOME: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")

Wanted = tuple[Need, Purpose, str]


class _Version(Wire):
    """What /version tells."""

    git_version: str = ""


class KubernetesAccess:
    """Implements ``ports.Access`` over one open connection."""

    def __init__(self, api: Api, settings: Settings) -> None:
        self._api = api
        self._settings = settings

    async def server(self) -> ApiServer:
        """From /version and its Date."""
        found, date = await self._api.run(partial(self._api.dated, ABOUT, msgspec.json.Decoder(_Version).decode))
        return ApiServer(version=excerpt(found.git_version, _LONGEST_VERSION), date=_instant(date), in_pod=self._api.in_cluster)

    async def permissions(self) -> tuple[Permission, ...]:
        """See :class:`bot.ports.Access`."""
        return await self._reviewed(tuple(dict.fromkeys(self._wanted())))

    async def rotating(self) -> tuple[Permission, ...]:
        """See :class:`bot.ports.Access`."""
        return await self._reviewed(tuple(_of_rotation(self._settings)))

    async def _reviewed(self, wanted: Sequence[Wanted]) -> tuple[Permission, ...]:
        """All reviews at once. Raises what the first of them raises: an answer that is missing is no refusal."""
        answers = await asyncio.gather(*(self._is_allowed(need) for need, _, _ in wanted))
        failures = [answer for answer in answers if isinstance(answer, BotError)]
        if failures:
            raise failures[0]
        return tuple(
            Permission(words=need.words, rule=_rule(need), file=file, purpose=purpose, allowed=answer is True)
            for (need, purpose, file), answer in zip(wanted, answers, strict=True)
        )

    def _wanted(self) -> Iterator[Wanted]:
        settings = self._settings
        through = proxy(settings.namespace)
        file = f"deploy/kustomize/{settings.ca_secret_access}/rbac.yaml"
        for need in (need for some in needs(settings).values() for need in some):
            yield need, Purpose.NEEDED, PROXY_FILE if need == through else file
        if settings.sentry_metrics == "auto" and not self._api.in_cluster:
            yield through, Purpose.METRICS, PROXY_FILE
        if settings.terminal_port:
            yield of_token_review(), Purpose.NEEDED, TERMINAL_FILE
        for need in diagnosis():
            yield need, Purpose.DIAGNOSIS, DIAGNOSIS_FILE
        if settings.rotation == "ask":
            yield from _of_rotation(settings)
            home = _home() if self._api.in_cluster else ""
            if home:
                yield secrets_of(home), Purpose.SEALING, ""
        for need in excess(settings):
            yield need, Purpose.EXCESS, ""

    async def _is_allowed(self, need: Need) -> bool | BotError:
        try:
            return await review.is_allowed(self._api, need)
        except BotError as error:
            return error


def _of_rotation(settings: Settings) -> Iterator[Wanted]:
    for need in rotating(settings):
        yield need, Purpose.ROTATION, ROTATION_FILE


def _home() -> str:
    """Of the pod that we are; "" where nobody says."""
    try:
        return _HOME.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def _rule(need: Need) -> str:
    """As RBAC spells it, with the kind of object that it goes into."""
    kind = f"Role in {need.namespace}" if need.namespace else "ClusterRole"
    names = f", resourceNames: [{need.name}]" if need.name else ""
    group = need.group or '""'
    return f"{kind}: apiGroups: [{group}], resources: [{need.resource}]{names}, verbs: [{need.verb}]"


def _instant(date: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
