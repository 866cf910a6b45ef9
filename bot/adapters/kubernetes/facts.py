"""Who made an object, who writes to it: from labels, annotations and managedFields. All of it is claimed, none of it proved."""

from collections.abc import Iterable, Mapping
from typing import Final

from bot.adapters.kubernetes.wire import ManagedFields, ObjectMetadata
from bot.model.snapshot import ObjectFacts, Writer

# (label or annotation, what its value names). Argo CD's tracking id is "app:group/kind:namespace/name".
_LABELS: Final = (
    ("kustomize.toolkit.fluxcd.io/name", "Flux Kustomization"),
    ("helm.toolkit.fluxcd.io/name", "Flux HelmRelease"),
    ("argocd.argoproj.io/instance", "Argo CD app"),
    ("trust.cert-manager.io/bundle", "trust-manager Bundle"),
)
_ANNOTATIONS: Final = (
    ("meta.helm.sh/release-name", "Helm release"),
    ("argocd.argoproj.io/tracking-id", "Argo CD app"),
    ("cert-manager.io/certificate-name", "cert-manager Certificate"),
)


def facts(metadata: ObjectMetadata) -> ObjectFacts:
    """Identity, age, owners and writers of an object."""
    return ObjectFacts(
        uid=metadata.uid,
        resource_version=metadata.resource_version,
        created_at=metadata.creation_timestamp,
        owners=owners(metadata),
        writers=tuple(_writer(entry) for entry in metadata.managed_fields or ()),
    )


def owners(metadata: ObjectMetadata) -> tuple[str, ...]:
    """What seems to manage it."""
    return tuple(dict.fromkeys(_owners(metadata)))


def _owners(metadata: ObjectMetadata) -> Iterable[str]:
    yield from _named(metadata.annotations or {}, _ANNOTATIONS)
    yield from _named(metadata.labels or {}, _LABELS)
    for owner in metadata.owner_references or ():
        yield f"{owner.kind} {owner.name}"


def _named(texts: Mapping[str, str], table: Iterable[tuple[str, str]]) -> Iterable[str]:
    for key, what in table:
        value = texts.get(key, "").split(":", 1)[0]
        if value:
            yield f"{what} {value}"


def _writer(entry: ManagedFields) -> Writer:
    fields = (entry.fields.data if entry.fields else None) or {}
    keys = sorted(key.removeprefix("f:") for key in fields if key.startswith("f:"))
    return Writer(manager=entry.manager or "", operation=entry.operation or "", at=entry.time, keys=tuple(keys))
