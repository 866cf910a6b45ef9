"""Dapr's own workloads as seen in a Snapshot: which there are, and which versions run."""

from collections.abc import Iterator

from bot.model.observed import Observed
from bot.model.snapshot import Component, Snapshot
from bot.model.versions import Version

SENTRY = "sentry"
INJECTOR = "sidecar-injector"
OPERATOR = "operator"
ROLES = {
    SENTRY: "no sidecar gets or renews a certificate",
    INJECTOR: "new pods start without a sidecar, and no event says so",
    OPERATOR: "sidecars that start get no components",
    "placement-server": "actors cannot be placed",
    "scheduler-server": "jobs and workflows do not run",
}
"""What happens while one of them is away, or nobody trusts it."""


def components(snapshot: Snapshot) -> tuple[Component, ...]:
    """The control plane's workloads; () when there are none or they were not observed."""
    return snapshot.components.value if isinstance(snapshot.components, Observed) else ()


def component(snapshot: Snapshot, name: str) -> Component | None:
    """One of them by name ("sentry"), None when it was not seen."""
    return next((one for one in components(snapshot) if one.name == name), None)


def is_absent(snapshot: Snapshot) -> bool:
    """Whether it was seen that there is no control plane here."""
    return isinstance(snapshot.components, Observed) and not snapshot.components.value


def sentry_is_down(snapshot: Snapshot) -> bool:
    """Whether no sentry is up. One that was not seen may be: then a restart can make things worse, and people are warned of it."""
    sentry = component(snapshot, SENTRY)
    if sentry is None:
        return bool(components(snapshot))
    return not sentry.ready and not any(pod.ready for pod in sentry.pods)


def sentry_versions(snapshot: Snapshot) -> tuple[Version, ...]:
    """Every version of sentry that runs or is about to, oldest first; () when none can be read from the image tags."""
    sentry = component(snapshot, SENTRY)
    return tuple(sorted(set(_parsed(sentry)), key=lambda one: (one.number, one.text))) if sentry else ()


def version(text: str) -> Version | None:
    """A Dapr version from an image's tag; None when it does not look like one."""
    try:
        return Version.parse(text)
    except ValueError:
        return None


def _parsed(sentry: Component) -> Iterator[Version]:
    for text in (sentry.version, *(_tag(pod.image) for pod in sentry.pods)):
        found = version(text)
        if found is not None:
            yield found


def _tag(image: str) -> str:
    return image.split("@", 1)[0].rsplit("/", 1)[-1].partition(":")[2]
