"""How people close a pair that is half written, when the bot cannot. Pure.

The ConfigMap always gets the Secret's roots: the Secret is written last, so it is the one that holds a whole pair, whichever that is.
"""

from typing import Final

BUNDLE: Final = "dapr-trust-bundle"


def closing(namespace: str, bundle: str = BUNDLE) -> str:
    """Two lines for a shell; they touch no other key of the ConfigMap, and no key at all of the Secret."""
    return (
        f"kubectl -n {namespace} get secret {bundle} -o jsonpath='{{.data.ca\\.crt}}' | base64 -d > ca.crt\n"
        f"kubectl -n {namespace} create configmap {bundle} --from-file=ca.crt --dry-run=client -o yaml"
        f" | kubectl -n {namespace} apply --server-side --force-conflicts -f -"
    )


def advice(namespace: str) -> str:
    """What to do now, while Secret and ConfigMap differ."""
    return (
        "Secret and ConfigMap may differ: a sentry that starts now throws the CA away, so restart none. The bot goes on trying to close "
        f"them. If it cannot soon, give the ConfigMap the ca.crt of the Secret:\n{closing(namespace)}"
    )
