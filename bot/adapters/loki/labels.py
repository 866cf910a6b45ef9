"""Finding out how this Loki's collector names namespace, pod and container."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.adapters.loki import answers
from bot.adapters.loki.client import Client
from bot.adapters.loki.families import FAMILIES, POD_IN_METADATA, Family
from bot.errors import Missing, Permanent
from bot.model import log_queries, nanoseconds
from bot.model.logql import Matcher
from bot.model.logs import LogLabels
from bot.model.redaction import excerpt

LOOKS_BACK: Final = timedelta(hours=6)
REMEMBERED: Final = timedelta(hours=1)
_LABELS: Final = "labels"
_DAPR: Final = "dapr-"
_SIDECAR: Final = "daprd"
_MOST_NAMED: Final = 20

Form = list[tuple[str, str]]


async def answered(client: Client, now: datetime, more: tuple[Matcher, ...]) -> None:
    """Ask for something that is cheap and this tenant's own. Raises BotError when Loki does not answer; what it says does not matter."""
    await _Look(client, now, more).ask_for_names()


async def discovered(
    client: Client, now: datetime, more: tuple[Matcher, ...], *, override: tuple[str, str, str] | None = None
) -> LogLabels:
    """What the labels of the last six hours say. ``override`` decides the names; then Loki says only whether the pod is metadata.

    Raises Missing when Loki holds no labels, none that could be a namespace, or not those that were set.
    """
    look = _Look(client, now, more)
    names = await look.names()
    if override is not None:
        return _as_set(client, override, names)
    families = await look.confirmed(names)
    namespace = _first(names, [one.namespace for one in families])
    if not namespace:
        raise Missing(f"Loki at {client.host} has no label for namespaces; it has {_listed(names)}.", hint=log_queries.ASK_FOR_LABELS)
    pod, container = _first(names, [one.pod for one in families]), _first(names, [one.container for one in families])
    if pod:
        return LogLabels(namespace=namespace, pod=pod, container=container)
    pod = await look.pod_in_metadata((Matcher(name=namespace, operator="=~", value=".+"), *more))
    return LogLabels(namespace=namespace, pod=pod, container=container, pod_is_metadata=bool(pod))


def _as_set(client: Client, override: tuple[str, str, str], names: frozenset[str]) -> LogLabels:
    namespace, pod, container = override
    unknown = [name for name in (namespace, container) if name and name not in names]
    if unknown:
        # To ask with it all the same would find nothing, for ever, and look like silence.
        raise Missing(
            f"Loki at {client.host} has no label {' and no '.join(unknown)}; it has {_listed(names)}.",
            hint=log_queries.SET_LABELS,
        )
    return LogLabels(namespace=namespace, pod=pod, container=container, pod_is_metadata=bool(pod) and pod not in names)


class _Look:
    """The requests, all over the same six hours."""

    def __init__(self, client: Client, now: datetime, more: tuple[Matcher, ...]) -> None:
        self._client = client
        until = nanoseconds.since_1970(now)
        self._range: Form = [("start", str(until - nanoseconds.of(LOOKS_BACK))), ("end", str(until))]
        # Other clusters of this Loki may have other collectors. Loki wants a matcher here that no empty value meets.
        own = tuple(one for one in more if one.operator == "=" and one.value)
        self._streams: Form = [("query", log_queries.selector(own))] if own else []

    async def ask_for_names(self) -> bytearray:
        """Loki's own answer."""
        return await self._client.ask(_LABELS, "labels", [*self._range, *self._streams])

    async def names(self) -> frozenset[str]:
        """All labels."""
        found = answers.names(self._client.where(_LABELS), await self.ask_for_names())
        if not found:
            raise Missing(
                f"Loki at {self._client.host} holds no labels of the last six hours for this tenant.",
                hint="Check DAPR_WARDEN_LOKI_TENANT, and whether the collector sends logs to this Loki.",
            )
        return frozenset(found)

    async def confirmed(self, names: frozenset[str]) -> Sequence[Family]:
        """The families, first those whose values show Dapr. Nothing is asked where there is no choice."""
        several = [one for one in FAMILIES if one.namespace in names or one.container in names]
        if len(several) < 2:  # noqa: PLR2004 - one is no choice
            return FAMILIES
        shown = {one: await self._shows_dapr(one, names) for one in several}
        return sorted(FAMILIES, key=lambda one: not shown.get(one, False))

    async def _shows_dapr(self, family: Family, names: frozenset[str]) -> bool:
        name = family.container if family.container in names else family.namespace
        what = f"values of the label {name}"
        try:
            values = answers.names(
                self._client.where(what), await self._client.ask(what, f"label/{name}/values", [*self._range, *self._streams])
            )
        except Permanent:
            # A gateway that allows no look at values leaves the choice to the order of the names.
            return False
        return any(value == _SIDECAR or value.startswith(_DAPR) for value in values)

    async def pod_in_metadata(self, matchers: tuple[Matcher, ...]) -> str:
        """The name under which one sample line says its pod; "" when it says none, or there is no line."""
        what = "a sample line"
        form = [*self._range, ("query", log_queries.selector(matchers)), ("limit", "1"), ("direction", "backward")]
        names = answers.sample_metadata(self._client.where(what), await self._client.ask(what, "query_range", form))
        return _first(names, POD_IN_METADATA)


class Memory:
    """Labels, remembered for an hour; ``look`` finds them out."""

    def __init__(self, look: Callable[[datetime], Awaitable[LogLabels]]) -> None:
        self._look = look
        self._known: LogLabels | None = None
        self._since: datetime | None = None

    async def labels(self, now: datetime) -> LogLabels:
        """The labels as they were found within the last hour."""
        if self._known is None or self._since is None or not timedelta(0) <= now - self._since < REMEMBERED:
            self._known, self._since = await self._look(now), now
        return self._known

    def forget(self) -> None:
        """Look again at the next question."""
        self._known = None


def _first(names: frozenset[str], candidates: Sequence[str]) -> str:
    return next((one for one in candidates if one in names), "")


def _listed(names: frozenset[str]) -> str:
    shown = ", ".join(excerpt(name, 60) for name in sorted(names)[:_MOST_NAMED])
    return shown + (f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else "")
