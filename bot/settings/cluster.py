"""Which cluster, where its CA is kept, and what of it is read."""

from typing import Literal

from pydantic import Field

from bot.settings.values import DNS_NAME, Group

KEY_NAME = r"^[-._a-zA-Z0-9]{1,253}$"


class Cluster(Group):
    """Which cluster, where its CA is kept, and what of it is read."""

    cluster: str = Field(
        "", max_length=60, description="Name of the cluster as people say it; first word of every card. Empty: the kubeconfig context."
    )
    namespace: str = Field("dapr-system", pattern=DNS_NAME, description="Namespace of Dapr's control plane.")
    kubeconfig: str = Field("", description="Path of a kubeconfig. Empty: in the cluster the service account, else the customary places.")
    context: str = Field("", description="Context of the kubeconfig. Empty: the current one.")
    bundle_name: str = Field("dapr-trust-bundle", pattern=DNS_NAME, description="Name of the Secret and the ConfigMap.")
    ca_key: str = Field("ca.crt", pattern=KEY_NAME, description="Key of the roots (Helm global.issuerFilenames.ca).")
    issuer_cert_key: str = Field("issuer.crt", pattern=KEY_NAME, description="Key of the issuer chain (Helm global.issuerFilenames.cert).")
    issuer_key_key: str = Field(
        "issuer.key", pattern=KEY_NAME, description="Key of the issuer's private key (Helm global.issuerFilenames.key)."
    )
    ca_secret_access: Literal["read", "off"] = Field(
        "read",
        description="`off` never reads the Secret: roots come from the ConfigMap, the issuer from what sentry shows or its metric.",
    )
    sentry_metrics: Literal["auto", "direct", "proxy", "off"] = Field(
        "auto",
        description="Way to Dapr's metrics (sentry's; to diagnose, the injector's and sidecars' as well): `direct` to the pod, "
        "`proxy` (API server), `auto`: direct in a pod, else proxy if allowed.",
    )
    tls_probes: Literal["auto", "direct", "portforward", "off"] = Field(
        "auto",
        description="Way to the certificates that servers show: `direct` to them, `portforward`, `auto`: direct in a pod, else as allowed.",
    )
