"""Certificate policies along a path (Go: crypto/x509/verify.go policiesValid; RFC 5280 6.1 as updated by RFC 9618)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.model.x509.parser import Parsed
from bot.model.x509.policy_extensions import ANY_POLICY, PolicyRules


@dataclass(eq=False, slots=True)
class _Node:
    policy: bytes
    parents: set["_Node"] = field(default_factory=set["_Node"])
    children: set["_Node"] = field(default_factory=set["_Node"])
    expected: list[bytes] = field(default_factory=list[bytes])

    @classmethod
    def under(cls, policy: bytes, parents: Sequence["_Node"]) -> "_Node":
        node = cls(policy, set(parents), set(), [policy])
        for parent in parents:
            parent.children.add(node)
        return node


class _Graph:
    """The graph of valid policies: one stratum per certificate, from the trust anchor down."""

    def __init__(self) -> None:
        self.strata: list[dict[bytes, _Node]] = [{ANY_POLICY: _Node.under(ANY_POLICY, ())}]
        self.expecting: dict[bytes, list[_Node]] = {}

    @property
    def leaves(self) -> dict[bytes, _Node]:
        return self.strata[-1]

    @property
    def above(self) -> dict[bytes, _Node]:
        return self.strata[-2] if len(self.strata) > 1 else {}

    def deepen(self) -> None:
        self.expecting = {}
        for node in self.leaves.values():
            for policy in node.expected:
                self.expecting.setdefault(policy, []).append(node)
        self.strata.append({})

    def insert(self, node: _Node) -> None:
        self.leaves[node.policy] = node

    def delete_leaf(self, policy: bytes) -> None:
        node = self.leaves.pop(policy, None)
        if node is not None:
            _unlink(node)

    def prune(self) -> None:
        for stratum in self.strata[-2:0:-1]:
            for policy in [policy for policy, node in stratum.items() if not node.children]:
                _unlink(stratum.pop(policy))

    def take(self, policies: Sequence[bytes], *, any_allowed: bool) -> None:
        """One certificate's policies (6.1.3 d)."""
        for policy in policies:
            if policy == ANY_POLICY:
                continue
            parents = self.expecting.get(policy, [])
            if not parents and ANY_POLICY in self.above:
                parents = [self.above[ANY_POLICY]]
            if parents:
                self.insert(_Node.under(policy, parents))
        if ANY_POLICY in policies and any_allowed:
            self._fill()
        self.prune()

    def _fill(self) -> None:
        missing: dict[bytes, list[_Node]] = {}
        for parent in self.above.values():
            for policy in parent.expected:
                if policy not in self.leaves:
                    missing.setdefault(policy, []).append(parent)
        for policy, parents in missing.items():
            self.insert(_Node.under(policy, parents))

    def map(self, mappings: Sequence[tuple[bytes, bytes]], *, allowed: bool) -> bool:
        """One CA's policy mappings (6.1.4 b); False when they are invalid."""
        wanted: dict[bytes, list[bytes]] = {}
        for issuer, subject in mappings:
            if not allowed:
                self.delete_leaf(issuer)
            elif ANY_POLICY in (issuer, subject):
                return False
            else:
                wanted.setdefault(issuer, []).append(subject)
        self.prune()
        for issuer, subjects in wanted.items():
            self._expect(issuer, subjects)
        return True

    def _expect(self, issuer: bytes, subjects: list[bytes]) -> None:
        if issuer in self.leaves:
            self.leaves[issuer].expected = subjects
        elif ANY_POLICY in self.leaves:
            node = _Node.under(issuer, [self.leaves[ANY_POLICY]])
            node.expected = subjects
            self.insert(node)

    def any_valid(self) -> bool:
        """Whether some policy survives (6.1.5 g), with any policy acceptable to us."""
        if ANY_POLICY in self.leaves:
            return True
        nodes = (node for stratum in self.strata for node in stratum.values() if node.policy != ANY_POLICY)
        return any(len(node.parents) == 1 and next(iter(node.parents)).policy == ANY_POLICY for node in nodes)


def _unlink(node: _Node) -> None:
    for parent in node.parents:
        parent.children.discard(node)
    for child in node.children:
        child.parents.discard(node)


@dataclass(slots=True)
class _Limits:
    """Certificates left until each rule bites."""

    any_policy: int
    explicit: int
    mapping: int

    def pass_one(self, rules: PolicyRules, *, self_issued: bool) -> None:
        if not self_issued:
            self.explicit, self.mapping, self.any_policy = (max(0, left - 1) for left in (self.explicit, self.mapping, self.any_policy))
        self.explicit = _lower(self.explicit, rules.require_explicit)
        self.mapping = _lower(self.mapping, rules.inhibit_mapping)
        self.any_policy = _lower(self.any_policy, rules.inhibit_any)


def _lower(current: int, limit: int | None) -> int:
    return current if limit is None else min(current, limit)


def policies_valid(chain: Sequence[Parsed]) -> bool:
    """Whether the chain (leaf first, anchor last) satisfies its own policy extensions, any policy being acceptable."""
    count = len(chain) - 1
    if count == 0:
        return True
    limits = _Limits(count + 1, count + 1, count + 1)
    graph: _Graph | None = _Graph()
    for at in range(count - 1, -1, -1):
        rules, self_issued = chain[at].extensions.policy, chain[at].raw_issuer == chain[at].raw_subject
        graph = graph if rules.policies else None
        if graph is None:
            if limits.explicit == 0:
                return False
        else:
            graph.deepen()
            graph.take(rules.policies, any_allowed=limits.any_policy > 0 or (at > 0 and self_issued))
            if at and not graph.map(rules.mappings, allowed=limits.mapping > 0):
                return False
        if at:
            limits.pass_one(rules, self_issued=self_issued)
    explicit = 0 if chain[0].extensions.policy.require_explicit == 0 else max(0, limits.explicit - 1)
    return explicit > 0 or (graph is not None and graph.any_valid())
