"""The doctor as the terminal calls it: every adapter for real, over simulated servers."""

from pathlib import Path

from bot.config import Settings, from_env
from bot.consulting import examine_once
from bot.examinations import EXAMINATIONS
from bot.model.examination import Examined, Outcome
from handlers.checkup import EXAMINATIONS as SLACK_EXAMINATIONS
from playground.demo.clusters import shipped_rules
from playground.kubernetes import SimulatedCluster
from playground.loki import SimulatedLoki
from playground.slack import SlackEmulator

LEFT = Outcome.NOT_LOOKED_AT


def outcomes(examined: Examined) -> dict[str, Outcome]:
    return {result.id: result.outcome for result in examined.results}


def everything_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_everything_that_needs_no_running_bot_is_examined(tmp_path: Path) -> None:
    async with SimulatedCluster() as kube, SimulatedLoki() as loki, SlackEmulator() as slack:
        loki.write({"namespace": "dapr-system", "pod": "dapr-sentry-0", "container": "dapr-sentry"}, "hello")
        settings = from_env(
            {
                **slack.environment,
                "SLACK_CHANNEL": slack.channel("ops").id,
                "DAPR_WARDEN_CLUSTER": "prod-eu",
                "DAPR_WARDEN_KUBECONFIG": str(kube.kubeconfig(tmp_path / "kubeconfig", token=kube.token("warden", *shipped_rules()))),
                "DAPR_WARDEN_LOKI_URL": loki.url,
                "DAPR_WARDEN_OPERATORS": "U0OLGA",
                "DAPR_WARDEN_STORE": f"sqlite:///{tmp_path}/memory.sqlite3",
            }
        )
        found = await examine_once(settings, version="test")

    left = {
        "outbox", "log-watch", "prometheus", "sentry-metrics", "sidecar-metrics", "own-metrics", "memory", "sockets", "alert-path",
        "backup", "rotation-rights", "sealing-key", "sealing-works",
    }  # fmt: skip
    assert [result.id for result in found.results] == [one.id for one in EXAMINATIONS] + [one.id for one in SLACK_EXAMINATIONS]
    assert {id_ for id_, outcome in outcomes(found).items() if outcome is LEFT} == left
    assert set(outcomes(found).values()) == {Outcome.FINE, LEFT}
    assert (found.cluster, found.verdict) == ("prod-eu", "everything is in order")
    assert everything_in(tmp_path) == ["kubeconfig"]


async def test_with_settings_that_lead_nowhere_everything_is_still_answered(tmp_path: Path) -> None:
    nowhere = {
        "DAPR_WARDEN_KUBECONFIG": str(tmp_path / "absent"),
        "DAPR_WARDEN_LOKI_URL": "https://127.0.0.1:9",
        "DAPR_WARDEN_LOKI_CA": str(tmp_path / "absent"),
        "DAPR_WARDEN_PROMETHEUS_URL": "https://127.0.0.1:9",
        "DAPR_WARDEN_PROMETHEUS_CA": str(tmp_path / "absent"),
        "DAPR_WARDEN_STORE": f"sqlite:///{tmp_path}/memory.sqlite3",
    }

    found = outcomes(await examine_once(from_env(nowhere), version="test"))

    assert {id_ for id_, outcome in found.items() if outcome is Outcome.TROUBLE} == {
        "api-server", "loki", "prometheus", "bot-token", "app-token", "channel",
    }  # fmt: skip
    assert len(found) == len(EXAMINATIONS) + len(SLACK_EXAMINATIONS)


async def test_a_store_that_can_be_none_is_told_and_not_raised(tmp_path: Path) -> None:
    settings: Settings = from_env({"DAPR_WARDEN_KUBECONFIG": str(tmp_path / "absent"), "DAPR_WARDEN_STORE": "postgresql://db"})

    assert outcomes(await examine_once(settings, version="test"))["memory"] is Outcome.TROUBLE
