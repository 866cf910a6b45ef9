"""Who may do what: bearer tokens, each with rules in RBAC's words. The rules can be taken from the manifests themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

ALL = ("*",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Allows verbs on resources ("pods", "pods/proxy", "*"). ``namespace`` "" is every namespace and the cluster scope."""

    verbs: tuple[str, ...] = ALL
    resources: tuple[str, ...] = ALL
    groups: tuple[str, ...] = ALL
    names: tuple[str, ...] = ()
    namespace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a request wants."""

    verb: str
    group: str
    resource: str
    name: str
    namespace: str


@dataclass(frozen=True, slots=True)
class User:
    """A name as RBAC prints it, and what it may."""

    name: str
    rules: tuple[Rule, ...] = (Rule(),)

    def may(self, ask: Ask) -> bool:
        """Whether one rule allows it."""
        return any(_allows(rule, ask) for rule in self.rules)


def _allows(rule: Rule, ask: Ask) -> bool:
    words = ((rule.verbs, ask.verb), (rule.groups, ask.group), (rule.resources, ask.resource))
    if not all(word in allowed or "*" in allowed for allowed, word in words):
        return False
    return (not rule.names or ask.name in rule.names) and rule.namespace in ("", ask.namespace)


def rules_of(manifests: Iterable[dict[str, Any]]) -> tuple[Rule, ...]:
    """The rules of every Role and ClusterRole among the manifests, as if all of them were bound to one account."""
    return tuple(
        Rule(
            verbs=tuple(rule["verbs"]),
            resources=tuple(rule["resources"]),
            groups=tuple(rule["apiGroups"]),
            names=tuple(rule.get("resourceNames", ())),
            namespace=manifest["metadata"]["namespace"] if manifest["kind"] == "Role" else "",
        )
        for manifest in manifests
        if manifest["kind"] in ("Role", "ClusterRole")
        for rule in manifest["rules"]
    )
