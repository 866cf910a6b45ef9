"""A rotation from the approval to its end, in a cluster that lives: nobody loses anybody, nothing else is touched, and it can go back."""

import base64
from datetime import timedelta
from pathlib import Path

from bot.model.rotation import Kind
from bot.model.run import Stand, Way
from playground.kubernetes import AppPod
from playground.kubernetes.dapr import BUNDLE, NAMESPACE, app_pod
from tests.voyage.voyage import ASKER, FOREIGN, Voyage, a_voyage


def watch(voyage: Voyage) -> list[str]:
    """Everything that must never be, as it happens."""
    troubles: list[str] = []

    def look() -> None:
        refused = voyage.town.refused()
        if refused:
            troubles.append(f"{voyage.clock.now()}: {refused[:3]}")
        if not voyage.town.would_start():
            troubles.append(f"{voyage.clock.now()}: a sentry that starts now would not keep the CA")
        data = voyage.data()
        if {key: data[key] for key in FOREIGN} != FOREIGN:
            troubles.append("a key that is not ours was touched")

    voyage.watched.append(look)
    return troubles


async def test_a_cross_signed_rotation_loses_nobody_from_the_first_write_to_the_last(tmp_path: Path) -> None:
    async with a_voyage(tmp_path) as voyage:
        troubles = watch(voyage)
        await voyage.approve()

        file = await voyage.sail()

        assert file.run.stand is Stand.DONE, file.run.held
        assert troubles == []
        ca = base64.b64decode(voyage.data()["ca.crt"])
        assert ca.count(b"BEGIN CERTIFICATE") == 1
        assert ca != voyage.authority.ca
        assert not voyage.data(name="dapr-warden-staging").get("sealed")
        assert voyage.data(name="dapr-warden-backup")["sealed"]


async def test_a_revert_brings_the_old_issuer_back_within_a_minute_while_kubelets_take_ninety_seconds(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, lag=timedelta(seconds=90)) as voyage:
        troubles = watch(voyage)
        await voyage.approve()
        await voyage.sail(until=lambda file: "canary" in file.run.done)

        clicked = voyage.clock.now()
        await voyage.command(Way.REVERT)
        await voyage.sail(until=lambda file: "sentry-back" in file.run.done)
        assert voyage.clock.now() - clicked <= timedelta(seconds=60)

        file = await voyage.sail()
        assert file.run.stand is Stand.REVERTED
        assert troubles == []
        assert base64.b64decode(voyage.data()["ca.crt"]) == voyage.authority.ca


async def test_abort_before_the_first_write_changes_nothing(tmp_path: Path) -> None:
    async with a_voyage(tmp_path) as voyage:
        before = voyage.kube.get("Secret", BUNDLE, NAMESPACE)["metadata"]["resourceVersion"]
        await voyage.approve()
        await voyage.sail(until=lambda file: "vouch" in file.run.done)
        await voyage.command(Way.ABORT, ASKER)

        file = await voyage.sail()

        assert file.run.stand is Stand.ABORTED
        assert voyage.kube.get("Secret", BUNDLE, NAMESPACE)["metadata"]["resourceVersion"] == before
        assert not voyage.data(name="dapr-warden-staging").get("sealed")


async def test_a_paused_run_starts_no_step_and_goes_on_where_it_was(tmp_path: Path) -> None:
    async with a_voyage(tmp_path) as voyage:
        await voyage.approve()
        await voyage.sail(until=lambda file: "sentry" in file.run.done)
        await voyage.command(Way.PAUSE, ASKER)
        for _ in range(5):
            await voyage.turn()
        paused = await voyage.journal.latest_run("prod-eu")
        assert paused is not None
        assert "control-plane" not in paused.run.done
        assert paused.run.stand is Stand.PAUSED

        await voyage.command(Way.RESUME)
        assert (await voyage.sail()).run.stand is Stand.DONE


async def test_a_ca_that_sentry_makes_by_itself_meanwhile_is_replaced_by_ours(tmp_path: Path) -> None:
    async with a_voyage(tmp_path) as voyage:
        await voyage.approve()
        await voyage.sail(until=lambda file: "control-plane" in file.run.done)
        # Somebody touches the ConfigMap, and a sentry restarts: it throws the CA away.
        configmap = voyage.kube.get("ConfigMap", BUNDLE, NAMESPACE)
        voyage.kube.put({**configmap, "data": {"ca.crt": configmap["data"]["ca.crt"] + "\n"}}, manager="kubectl-edit")
        voyage.town.sentries[0].restart()

        file = await voyage.sail()

        assert file.run.stand is Stand.DONE, file.run.held
        assert file.run.reopened == 1


async def test_what_somebody_else_writes_is_held_for_and_retry_puts_ours_back(tmp_path: Path) -> None:
    async with a_voyage(tmp_path) as voyage:
        await voyage.approve()
        await voyage.sail(until=lambda file: "sentry" in file.run.done)
        for kind in ("ConfigMap", "Secret"):
            found = voyage.kube.get(kind, BUNDLE, NAMESPACE)
            ca = voyage.authority.ca + b"\n"
            value = base64.b64encode(ca).decode() if kind == "Secret" else ca.decode()
            voyage.kube.put({**found, "data": {**found["data"], "ca.crt": value}}, manager="helm")

        held = await voyage.sail()
        assert held.run.stand is Stand.HELD
        assert held.run.held is not None
        assert "helm" in held.run.held.reason

        await voyage.command(Way.RETRY)
        assert (await voyage.sail()).run.stand is Stand.DONE


async def test_a_dead_ca_is_replaced_and_every_pod_comes_back(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, left=timedelta(days=-1)) as voyage:
        assert voyage.town.refused()
        await voyage.approve()

        file = await voyage.sail()

        assert file.run.stand is Stand.DONE, file.run.held
        assert file.run.kind is Kind.RECOVERY
        assert voyage.town.refused() == []
        assert voyage.town.without_daprd() == []


async def test_the_last_good_pair_comes_back_after_sentry_made_a_ca_of_its_own(tmp_path: Path) -> None:
    async with a_voyage(tmp_path) as voyage:
        await voyage.keep_pair()
        configmap = voyage.kube.get("ConfigMap", BUNDLE, NAMESPACE)
        voyage.kube.put({**configmap, "data": {"ca.crt": configmap["data"]["ca.crt"] + "\n"}}, manager="kubectl-edit")
        voyage.town.sentries[0].restart()
        voyage.pass_time(timedelta(minutes=30))
        await voyage.approve()

        file = await voyage.sail()

        assert file.run.stand is Stand.DONE, file.run.held
        assert file.run.kind is Kind.RESTORE
        assert base64.b64decode(voyage.data()["ca.crt"]) == voyage.authority.ca
        assert voyage.town.refused() == []


async def test_a_pod_with_a_long_grace_period_that_knows_the_old_root_only_is_waited_for_and_loses_nobody(tmp_path: Path) -> None:
    async with a_voyage(tmp_path, apps={"orders": 2}, pace=timedelta(seconds=6)) as voyage:
        ends_at = voyage.clock.now() + timedelta(hours=60)
        slow = app_pod(AppPod(name="batch-1", app_id="batch", anchors=voyage.authority.ca))
        marks = {"deletionTimestamp": f"{ends_at:%Y-%m-%dT%H:%M:%SZ}", "deletionGracePeriodSeconds": 216_000}
        voyage.kube.put({**slow, "metadata": {**slow["metadata"], **marks}})
        voyage.pass_time(timedelta(minutes=1))
        troubles = watch(voyage)
        await voyage.approve()

        file = await voyage.sail()
        assert file.run.held is not None
        assert file.run.held.affected == ("shop/batch-1",)
        await voyage.command(Way.RETRY)
        file = await voyage.sail(until=lambda file: file.run.step == "drop-old-root" and file.run.counted is not None)
        assert file.run.counted is not None
        assert "shop/batch-1 to end" in file.run.counted.told
        assert file.run.counted.until == ends_at.replace(microsecond=0)

        voyage.pass_time(ends_at - voyage.clock.now())
        voyage.kube.delete("Pod", "batch-1", "shop")
        assert (await voyage.sail()).run.stand is Stand.DONE
        assert troubles == []
