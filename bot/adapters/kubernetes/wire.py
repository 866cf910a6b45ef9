"""The few fields that we read of each kind, as msgspec decodes them: all else is skipped without becoming an object.

null is accepted wherever a Kubernetes API server may say null; a wrong type is an error with its path. Values that may be
secret (data of a Secret, env of a container) stay ``msgspec.Raw``: bytes of the answer, decoded only where they are wanted.
"""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

import msgspec
from msgspec import Raw, field

T = TypeVar("T")

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
ABSENT = Raw()


class Wire(msgspec.Struct, gc=False, rename="camel"):
    """Base: camelCase names, unknown fields skipped. Lives as long as its page."""


class ListMetadata(Wire):
    """Of a page: the token for the next one ("" or null on the last)."""

    continue_: str | None = field(name="continue", default=None)
    resource_version: str | None = None


class Page(msgspec.Struct, Generic[T]):
    """One page of a list; ``kind`` is checked by the reader, ``items`` may be null but not absent."""

    kind: str
    metadata: ListMetadata
    items: list[T] | None


class OwnerReference(Wire):
    """Who made the object."""

    kind: str
    name: str
    controller: bool | None = None


class FieldSet(Wire):
    """Fields that a writer owns; only the keys under ``data`` matter here."""

    data: dict[str, Raw] | None = field(name="f:data", default=None)


class ManagedFields(Wire):
    """One entry of metadata.managedFields."""

    manager: str | None = None
    operation: str | None = None
    time: Instant | None = None
    fields: FieldSet | None = field(name="fieldsV1", default=None)


class ObjectMetadata(Wire):
    """metadata of a single object."""

    name: str
    resource_version: str
    uid: str = ""
    creation_timestamp: Instant | None = None
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    owner_references: list[OwnerReference] | None = None
    managed_fields: list[ManagedFields] | None = None


class BundleObject(Wire):
    """A Secret or a ConfigMap."""

    kind: str
    metadata: ObjectMetadata
    data: dict[str, Raw] | None = None
    binary_data: dict[str, Raw] | None = None


class PartialObject(Wire):
    """PartialObjectMetadata, or any object of which only the metadata matters."""

    kind: str
    metadata: ObjectMetadata


class Mtls(Wire):
    """spec.mtls of a Configuration."""

    enabled: bool | None = None
    workload_cert_ttl: str | None = field(name="workloadCertTTL", default=None)
    allowed_clock_skew: str | None = None
    control_plane_trust_domain: str | None = None
    sentry_address: str | None = None


class ConfigurationSpec(Wire):
    """spec of a Configuration."""

    mtls: Mtls | None = None


class Configuration(Wire):
    """configurations.dapr.io."""

    kind: str
    metadata: ObjectMetadata
    spec: ConfigurationSpec | None = None


class ServiceReference(Wire):
    """Which Service a webhook calls."""

    namespace: str | None = None
    name: str | None = None


class ClientConfig(Wire):
    """How the API server reaches a webhook, and what it trusts there."""

    ca_bundle: str | None = None
    service: ServiceReference | None = None


class Webhook(Wire):
    """One webhook of a MutatingWebhookConfiguration."""

    name: str
    client_config: ClientConfig


class WebhookConfiguration(Wire):
    """mutatingwebhookconfigurations.admissionregistration.k8s.io."""

    kind: str
    metadata: ObjectMetadata
    webhooks: list[Webhook] | None = None


class ConversionWebhook(Wire):
    """spec.conversion.webhook of a CRD."""

    client_config: ClientConfig | None = None


class Conversion(Wire):
    """spec.conversion of a CRD."""

    strategy: str | None = None
    webhook: ConversionWebhook | None = None


class CrdSpec(Wire):
    """spec of a CRD."""

    conversion: Conversion | None = None


class Crd(Wire):
    """customresourcedefinitions.apiextensions.k8s.io."""

    kind: str
    metadata: ObjectMetadata
    spec: CrdSpec


class Place(Wire):
    """How far a watch has come; a bookmark's metadata holds nothing else."""

    resource_version: str


class Watched(Wire):
    """The object of an event, a bookmark's included."""

    metadata: Place


class WatchEvent(Wire):
    """One line of a watch; ``object`` stays raw until its type is known."""

    type: str
    object: Raw
