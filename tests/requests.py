"""Builders for requests, votes, dossiers and the record: defaults are sound; only the deviation is written."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.model import audit
from bot.model.approval import OPEN_FOR, Drift, Request, State, Vote, decide
from bot.model.approval import Verdict as Says
from bot.model.audit import Deed, Entry
from bot.model.binding import VERSION, Bound, BoundWorkload, Dossier
from bot.model.rotation import Kind, Plan, Reach
from tests.cards import MINUTE, NOW

ASKER, ANN, BOB, CARL, STRANGER = "U0ASKER", "U0ANN", "U0BOB", "U0CARL", "U0STRANGER"
PEOPLE = {name: name for name in (ASKER, ANN, BOB, CARL)}
SAME = Drift()
SEALED = b"sealed-for-this-request-alone-0123456789abcdef"


def a_request(id_: str = "r1", **deviations: Any) -> Request:
    fields: dict[str, Any] = {
        "id": id_,
        "cluster": "prod-eu",
        "kind": Kind.CROSS_SIGNED,
        "digest": "d" * 64,
        "requester": ASKER,
        "actor": ASKER,
        "made_at": NOW,
        "expires_at": NOW + OPEN_FOR,
    }
    return Request(**fields | deviations)


def a_vote(actor: str = ANN, verdict: Says = Says.APPROVE, *, minutes: float = 1, reason: str = "") -> Vote:
    """``person`` is a lie: nobody may believe it."""
    return Vote(actor=actor, person="somebody else", verdict=verdict, at=NOW + minutes * MINUTE, reason=reason)


def a_denial(actor: str = ANN, **deviations: Any) -> Vote:
    return a_vote(actor, Says.DENY, **deviations)


def approved(*actors: str, **deviations: Any) -> Request:
    """Approved by these, who are as many as it takes."""
    request = a_request(quorum=len(actors), **deviations)
    for actor in actors:
        request = getattr(decide(request, a_vote(actor), PEOPLE, SAME), "request")  # noqa: B009 - Refused has none, and fails
    assert request.state is State.APPROVED
    return request


def a_workload(name: str = "orders", **deviations: Any) -> BoundWorkload:
    return BoundWorkload(**{"namespace": "shop", "kind": "Deployment", "name": name} | deviations)


def a_bound(**deviations: Any) -> Bound:
    fields: dict[str, Any] = {
        "version": VERSION,
        "kind": Kind.CROSS_SIGNED,
        "cluster": "prod-eu",
        "namespace": "dapr-system",
        "secret": ("5d0f", "a" * 64),
        "configmap": ("5d10", "b" * 64),
        "versions": (("dapr-operator", "daprio/operator:1.18.3"), ("dapr-sentry", "daprio/sentry:1.18.3")),
        "workloads": (a_workload("checkout"), a_workload("orders", uid="77", template="5f")),
        "pods": 20,
        "tolerance": 4,
        "root": "1" * 64,
        "issuer": "2" * 64,
        "cross": "3" * 64,
        "ends_at": NOW + timedelta(days=365),
        "expires_at": NOW + timedelta(days=20),
        "lifetime": timedelta(days=365),
    }
    return Bound(**fields | deviations)


def a_little_plan() -> Plan:
    return Plan(
        kind=Kind.CROSS_SIGNED,
        cluster="prod-eu",
        namespace="dapr-system",
        made_at=NOW,
        lifetime=timedelta(days=365),
        steps=(),
        reach=Reach(apps=2, pods=20, namespaces=("shop",)),
        hazards=(),
        proofs=(),
        leaves_for=timedelta(hours=24),
        expires_at=NOW + timedelta(days=20),
    )


def a_dossier(sealed_key: bytes = SEALED, **deviations: Any) -> Dossier:
    fields: dict[str, Any] = {
        "plan": a_little_plan(),
        "bound": a_bound(),
        "root": b"\x30root",
        "issuer": b"\x30issuer",
        "serial": "0badc0de",
        "sealed_key": sealed_key,
    }
    return Dossier(**fields | deviations)


def a_deed(verb: str = "plan-asked", subject: str = "r1", **deviations: Any) -> Deed:
    fields: dict[str, Any] = {"at": NOW, "verb": verb, "cluster": "prod-eu", "subject": subject, "actor": ASKER, "person": ASKER}
    return Deed(**fields | deviations)


def a_chain(length: int) -> list[Entry]:
    entries: list[Entry] = []
    before = audit.GENESIS
    for number in range(1, length + 1):
        entries.append(audit.entry(number, a_deed(detail=f"deed {number}", at=NOW + number * MINUTE), before))
        before = entries[-1].digest
    return entries


def broken(entries: Sequence[Entry], head: str = "") -> list[str]:
    """What does not fit, in words."""
    return [flaw.what for flaw in audit.flaws(entries, head)]
