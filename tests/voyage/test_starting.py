"""From the approval to the first write: a hundred racing clicks are one run, and whatever was bound and changed meanwhile voids."""

import asyncio
import base64
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.model.approval import Refused, State, Verdict
from bot.model.binding import Asked
from bot.model.run import Stand
from playground.kubernetes.dapr import BUNDLE, NAMESPACE
from tests.voyage.courses import SMALL
from tests.voyage.faults import IS_WHOLE, SEED, memory, now
from tests.voyage.voyage import ANN, ASKER, BOB, Voyage, a_voyage

Object = dict[str, Any]
PAIR = "dapr-warden.io/pair"
RESTARTED = "dapr-warden.io/restarted"
CLICKS = 100
MUTATIONS_TRIED = 200 if IS_WHOLE else 40
ONCE = ("plan-asked", "plan-approved", "run-started", "run-finished")
A_WHILE = timedelta(minutes=15)


async def asked(voyage: Voyage) -> str:
    """Id of a request that waits."""
    found = await voyage.renewals.ask(ASKER)
    assert isinstance(found, Asked), found
    return found.request.id


def rows(voyage: Voyage, table: str) -> int:
    with closing(sqlite3.connect(memory(voyage))) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - a name of ours


def written(voyage: Voyage, kind: str, since: int = 0) -> list[str]:
    """The marks of the bundle's object in the order in which the bot wrote them, a write that changed nothing too."""
    changes = [one.stored.object for one in voyage.kube.store.changes[since:] if one.kind.name == kind]
    marks = [(one["metadata"].get("annotations") or {}).get(PAIR, "") for one in changes if one["metadata"]["name"] == BUNDLE]
    return [mark for mark in marks if mark]


def restarts(voyage: Voyage) -> list[tuple[str, str]]:
    """Each time that a workload's mark became another one: which workload, which mark."""
    seen: dict[str, str] = {}
    found = []
    for change in voyage.kube.store.changes:
        thing = change.stored.object
        template = thing.get("spec", {}).get("template") if thing["kind"] in {"Deployment", "StatefulSet"} else None
        name = f"{thing['metadata'].get('namespace')}/{thing['metadata']['name']}"
        mark = ((template or {}).get("metadata", {}).get("annotations") or {}).get(RESTARTED, "")
        if mark and seen.get(name) != mark:
            seen[name] = mark
            found.append((name, mark))
    return found


async def test_a_hundred_racing_clicks_of_several_approvers_are_one_run_and_one_set_of_writes(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, **SMALL) as voyage:
        id_ = await asked(voyage)
        clickers = (ANN, BOB, ASKER, ANN, "U0STRANGER")

        async def tends() -> None:
            for _ in range(5):
                await voyage.carriage.tend()

        clicks = [voyage.renewals.decide(id_, clickers[number % len(clickers)], Verdict.APPROVE) for number in range(CLICKS)]
        outcomes, _ = await asyncio.gather(asyncio.gather(*clicks), tends())
        file = await voyage.sail()

        taken = [one for one in outcomes if not isinstance(one, Refused)]
        assert len(outcomes) == CLICKS
        assert [one.request.state for one in taken] == [State.APPROVED]
        verbs = Counter(one.deed.verb for one in await voyage.store.approvals.record())
        assert {verb: verbs[verb] for verb in ONCE} == dict.fromkeys(ONCE, 1)
        assert verbs["decision-refused"] == CLICKS - 1
        assert (file.id, file.run.stand, rows(voyage, "runs"), rows(voyage, "requests")) == (id_, Stand.DONE, 1, 1)
        assert written(voyage, "Secret") == written(voyage, "ConfigMap") == [f"{id_}/both", f"{id_}/new"]
        marks = restarts(voyage)
        assert len(marks) == len(set(marks)) > 5
        assert {mark.partition("/")[0] for _, mark in marks} == {id_[:12]}


# What is done to the cluster between the card and the first write, with a number that makes each another one.


def _changed(voyage: Voyage, kind: str, name: str, change: Callable[[Object], Object], namespace: str = NAMESPACE) -> None:
    voyage.kube.put(change(voyage.kube.get(kind, name, namespace)), manager="kubectl-edit")


def _recreated(voyage: Voyage, kind: str) -> None:
    found = voyage.kube.get(kind, BUNDLE, NAMESPACE)
    voyage.kube.delete(kind, BUNDLE, NAMESPACE)
    metadata = {key: value for key, value in found["metadata"].items() if key not in {"uid", "resourceVersion", "creationTimestamp"}}
    voyage.kube.put({**found, "metadata": metadata}, manager="kubectl-replace")


def _with_data(key: str, value: str) -> Callable[[Object], Object]:
    return lambda thing: {**thing, "data": {**thing["data"], key: value}}


def _with_template(change: Callable[[Object], Object]) -> Callable[[Object], Object]:
    return lambda thing: {**thing, "spec": {**thing["spec"], "template": change(thing["spec"]["template"])}}


def _with_variable(number: int) -> Callable[[Object], Object]:
    def change(template: Object) -> Object:
        first, *others = template["spec"]["containers"]
        variable = {"name": f"NUMBER_{number}", "value": str(number)}
        return {**template, "spec": {**template["spec"], "containers": [{**first, "env": [*first.get("env", []), variable]}, *others]}}

    return _with_template(change)


def _another_ca(voyage: Voyage, number: int) -> None:
    roots = voyage.authority.ca + b"\n" * (number + 1)
    _changed(voyage, "ConfigMap", BUNDLE, _with_data("ca.crt", roots.decode()))
    _changed(voyage, "Secret", BUNDLE, _with_data("ca.crt", base64.b64encode(roots).decode()))


def _without_key(voyage: Voyage, _: int) -> None:
    def change(thing: Object) -> Object:
        return {**thing, "data": {key: value for key, value in thing["data"].items() if key != "issuer.key"}}

    _changed(voyage, "Secret", BUNDLE, change)


def _with_image(number: int) -> Callable[[Object], Object]:
    def change(template: Object) -> Object:
        first, *others = template["spec"]["containers"]
        image = f"registry.example/dapr/operator:1.18.{number + 4}"
        return {**template, "spec": {**template["spec"], "containers": [{**first, "image": image}, *others]}}

    return _with_template(change)


MUTATIONS: dict[str, Callable[[Voyage, int], None]] = {
    "roots": _another_ca,
    "roots of the Secret": lambda voyage, number: _changed(
        voyage, "Secret", BUNDLE, _with_data("ca.crt", base64.b64encode(voyage.authority.ca + b"\n" * (number + 1)).decode())
    ),
    "roots of the ConfigMap": lambda voyage, number: _changed(
        voyage, "ConfigMap", BUNDLE, _with_data("ca.crt", voyage.authority.ca.decode() + "\n" * (number + 1))
    ),
    "issuer": lambda voyage, number: _changed(
        voyage, "Secret", BUNDLE, _with_data("issuer.crt", base64.b64encode(voyage.authority.issuer + b"\n" * (number + 1)).decode())
    ),
    "no key": _without_key,
    "a key more in the Secret": lambda voyage, number: _changed(voyage, "Secret", BUNDLE, _with_data(f"more-{number}", "bW9yZQ==")),
    "a key more in the ConfigMap": lambda voyage, number: _changed(voyage, "ConfigMap", BUNDLE, _with_data(f"more-{number}", "more")),
    "the Secret recreated": lambda voyage, _: _recreated(voyage, "Secret"),
    "the ConfigMap recreated": lambda voyage, _: _recreated(voyage, "ConfigMap"),
    "an application's template": lambda voyage, number: _changed(voyage, "Deployment", "orders", _with_variable(number), "shop"),
    "the canary's template": lambda voyage, number: _changed(
        voyage, "Deployment", "dapr-warden-canary", _with_variable(number), "dapr-warden"
    ),
    "an image of the control plane": lambda voyage, number: _changed(voyage, "Deployment", "dapr-operator", _with_image(number)),
}


class Garden:
    """A cluster that is put back as it was after each mutation, but for the versions and ids of its objects."""

    def __init__(self, voyage: Voyage) -> None:
        self.voyage = voyage
        kinds = (
            ("Secret", NAMESPACE),
            ("ConfigMap", NAMESPACE),
            ("Deployment", NAMESPACE),
            ("Deployment", "shop"),
            ("Deployment", "dapr-warden"),
        )
        self._before = [one for kind, namespace in kinds for one in voyage.kube.all(kind, namespace)]

    def restore(self) -> None:
        for thing in self._before:
            kind, metadata = thing["kind"], thing["metadata"]
            present = self.voyage.kube.get(kind, metadata["name"], metadata["namespace"])
            wanted = {**thing, "metadata": {**metadata, "uid": present["metadata"]["uid"]}}
            self.voyage.kube.put(wanted, manager="kubectl-apply")
        self.voyage.pass_time(A_WHILE)


async def test_whatever_was_bound_and_is_another_one_before_the_start_voids_it_and_nothing_is_written(tmp_path: Path) -> None:
    random = Random(SEED)  # noqa: S311 - chosen, not secret
    unseen: list[str] = []
    async with a_voyage(tmp_path, **SMALL) as voyage:
        garden, begun = Garden(voyage), len(voyage.kube.store.changes)
        for number in range(MUTATIONS_TRIED):
            name = list(MUTATIONS)[number % len(MUTATIONS)]
            is_at_click = bool(random.getrandbits(1))
            id_ = await asked(voyage)
            if is_at_click:
                MUTATIONS[name](voyage, number)
            await voyage.renewals.decide(id_, ANN, Verdict.APPROVE)
            if not is_at_click:
                MUTATIONS[name](voyage, number)
            await voyage.carriage.tend()
            found = await voyage.renewals.request(id_)
            if found is None or found.request.state is not State.VOID or not found.request.reason:
                unseen.append(f"{name} {'before the click' if is_at_click else 'after it'}")
            garden.restore()

        assert unseen == []
        assert (rows(voyage, "requests"), rows(voyage, "runs"), rows(voyage, "sealed_keys")) == (MUTATIONS_TRIED, 0, 0)
        assert written(voyage, "Secret", begun) == written(voyage, "ConfigMap", begun) == []
        assert restarts(voyage) == []


@pytest.mark.parametrize("is_at_click", [True, False])
async def test_pods_that_an_autoscaler_adds_and_takes_within_the_tolerance_void_nothing(tmp_path: Path, *, is_at_click: bool) -> None:
    async with a_voyage(tmp_path, apps={"orders": 6, "payments": 4}, pace=SMALL["pace"]) as voyage:

        def scale(name: str, replicas: int) -> None:
            _changed(voyage, "Deployment", name, lambda thing: {**thing, "spec": {**thing["spec"], "replicas": replicas}}, "shop")

        id_ = await asked(voyage)
        for churn in ({"orders": 8}, {"orders": 5, "payments": 5}, {"orders": 7, "payments": 3}):
            if is_at_click:
                for name, replicas in churn.items():
                    scale(name, replicas)
                voyage.pass_time(timedelta(minutes=1))
        assert isinstance(await voyage.renewals.decide(id_, ANN, Verdict.APPROVE), Asked)
        if not is_at_click:
            scale("orders", 5)
            voyage.pass_time(timedelta(minutes=1))
        await voyage.carriage.tend()

        assert (await now(voyage)).id == id_
        assert (await voyage.sail()).run.stand is Stand.DONE
