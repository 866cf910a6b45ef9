"""How people close a pair that is half written, when the bot cannot. Pure.

The ConfigMap always gets the Secret's roots: the Secret is written last, so it is the one that holds a whole pair, whichever that is.
"""

from bot.model.snapshot import BundleNames


def closing(namespace: str, names: BundleNames) -> str:
    """Two lines for a shell; they touch no other key of the ConfigMap, and no key at all of the Secret."""
    bundle, key = names.bundle, names.ca.replace(".", "\\.")
    return (
        f"kubectl -n {namespace} get secret {bundle} -o jsonpath='{{.data.{key}}}' | base64 -d > {names.ca}\n"
        f"kubectl -n {namespace} create configmap {bundle} --from-file={names.ca} --dry-run=client -o yaml"
        f" | kubectl -n {namespace} apply --server-side --force-conflicts -f -"
    )


def advice(namespace: str, names: BundleNames) -> str:
    """What to do now, while Secret and ConfigMap differ."""
    return (
        "Secret and ConfigMap may differ: a sentry that starts now throws the CA away, so restart none. The bot goes on trying to close "
        f"them. If it cannot soon, give the ConfigMap {names.bundle} the {names.ca} of the Secret:\n{closing(namespace, names)}"
    )
