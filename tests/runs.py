"""Builders for runs of a rotation: a plan of a small shop, and a journal that is written entry by entry."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from bot.model.rotation import WAIT, Kind, Plan, Reach, Step, Undo
from bot.model.run import Counted, Entry, Event, File, Finished, Held, Intended, Stand, Started, StepDone, Way
from tests.cards import MINUTE, NOW
from tests.requests import a_bound, a_dossier, a_little_plan

PAVEL, OLGA = "U0PAVELAPP", "U0OLGAOPER"
RUN = "0123456789abcdef" * 2


def a_step(id_: str, title: str, minutes: float = 1, undo: Undo = Undo.OLD_ISSUER) -> Step:
    return Step(id=id_, title=title, detail="How it is done.", takes=timedelta(minutes=minutes), undo=undo)


def waves(number: int) -> tuple[Step, ...]:
    """As the planner tells them."""
    names = [f"Deployment shop/app-{one} is back" for one in range(number)]
    return tuple(a_step(f"wave-{one}" if one else "canary", title, 1.5) for one, title in enumerate(names))


def steps(apps: int = 3) -> tuple[Step, ...]:
    return (
        a_step("preflight", "Everything is still as it was approved", 0.5, Undo.UNCHANGED),
        a_step("backup", "The present pair is kept, sealed, and opens again", 0.1, Undo.UNCHANGED),
        a_step("vouch", "The old issuer vouches for the new root", 0.1, Undo.UNCHANGED),
        a_step("write-pair", "Both objects hold the old roots and the new one", 0.1),
        a_step("sentry", "Every sentry signs with the new issuer", 3),
        a_step("control-plane", "The control plane trusts both roots", 4),
        a_step("admission", "A pod that starts now gets both roots"),
        *waves(apps),
        a_step(WAIT, "No certificate of the old issuer lives", 24 * 60),
        a_step("drop-old-root", "Both objects hold the new root alone", 2, Undo.NO_MORE),
        a_step("control-plane-again", "The control plane trusts the new root alone", 5, Undo.NO_MORE),
        a_step("proof", "Everybody trusts everybody", 1, Undo.NO_MORE),
    )


def a_plan(apps: int = 3, **deviations: Any) -> Plan:
    fields: dict[str, Any] = {"steps": steps(apps), "reach": Reach(apps=apps, pods=20, namespaces=("shop",))}
    return replace(a_little_plan(), **fields | deviations)


def a_file(*events: Event, apps: int = 3, at: datetime = NOW, every: timedelta = MINUTE, **deviations: Any) -> File:
    """Started at ``at``, then one event after the other."""
    plan = a_plan(apps, **deviations)
    started = Started(kind=Kind.CROSS_SIGNED, digest="d" * 64, approved_by=(PAVEL,))
    entries = tuple(
        Entry(seq=seq, at=at + (seq - 1) * every, fence=1, event=event) for seq, event in enumerate((started, *events), start=1)
    )
    return File(id=RUN, cluster=plan.cluster, dossier=a_dossier(plan=plan, bound=a_bound(cluster=plan.cluster)), entries=entries)


def done(*ids: str) -> list[StepDone]:
    return [StepDone(step=one) for one in ids]


def done_before(step: str, apps: int = 3) -> list[Event]:
    """Everything that comes before a step, with its writes."""
    events: list[Event] = []
    for one in steps(apps):
        if one.id == step:
            break
        if one.id in {"write-pair", "drop-old-root"}:
            name = "both" if one.id == "write-pair" else "new"
            events.append(Intended(step=one.id, effect=f"write-pair {name}", pair=name))
        events.append(StepDone(step=one.id, fact="seen so" if one.id == "sentry" else ""))
    return events


def counted(step: str, told: str = "for Deployment shop/orders", number: int = 2, of: int = 5, until: datetime | None = None) -> Counted:
    return Counted(step=step, told=told, done=number, of=of, until=until)


def held(step: str = "canary", **deviations: Any) -> Held:
    fields: dict[str, Any] = {
        "step": step,
        "reason": "Deployment shop/app-0 did not come back within 10 min: 1 of 2 pods is ready",
        "advice": "Look at its pods (kubectl -n shop get pods), mend what keeps them, then Retry.",
        "ways": (Way.RETRY, Way.REVERT),
        "affected": ("shop/app-0-7d4b9c",),
    }
    return Held(**fields | deviations)


def question() -> Held:
    return held(
        "drop-old-root",
        reason="2 pods still trust the old root alone",
        advice="Recreate them, then Retry; or agree that they lose their peers.",
        ways=(Way.RETRY, Way.LOSE, Way.REVERT),
        affected=("shop/batch-1", "pay/legacy-0"),
    )


def finished(stand: Stand = Stand.DONE) -> Finished:
    return Finished(
        stand=stand,
        proof=("6 live chains end in the new root", "20 of 20 pods trust the new root alone", "nothing was put back"),
        left=("Put the new ca.crt into the values of the Helm release dapr, or its next upgrade brings the old CA back.",),
    )
