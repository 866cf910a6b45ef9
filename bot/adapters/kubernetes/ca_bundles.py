"""What the API server trusts when it calls Dapr: the caBundle of the injector's webhook and of the Subscription CRD's conversion."""

import base64
import binascii

from bot.adapters.kubernetes import errors
from bot.adapters.kubernetes.needs import Need
from bot.adapters.kubernetes.wire import ClientConfig, Crd, WebhookConfiguration
from bot.model import pem
from bot.model.snapshot import CaBundle

_INJECT = "sidecar-injector.dapr.io"


def of_webhook(need: Need, found: WebhookConfiguration) -> CaBundle:
    """Of the webhook that injects sidecars; of the first one when none has its name."""
    webhooks = sorted(found.webhooks or (), key=lambda webhook: webhook.name != _INJECT)
    return _bundle(need, "MutatingWebhookConfiguration", webhooks[0].client_config if webhooks else None)


def of_crd(need: Need, found: Crd) -> CaBundle | None:
    """Of the conversion webhook; None when the CRD converts without one (before Dapr 1.9 it had one version only)."""
    conversion = found.spec.conversion
    if conversion is None or conversion.strategy != "Webhook":
        return None
    return _bundle(need, "CustomResourceDefinition", conversion.webhook.client_config if conversion.webhook else None)


def _bundle(need: Need, kind: str, client: ClientConfig | None) -> CaBundle:
    text = (client.ca_bundle if client else None) or ""
    try:
        bundle = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise errors.malformed(need, "caBundle is not base64") from error
    service = client.service if client else None
    return CaBundle(
        kind=kind,
        name=need.name,
        bundle=pem.read(bundle) if bundle else None,
        service_namespace=(service.namespace if service else None) or "",
    )
