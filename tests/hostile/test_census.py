"""Pods with endless texts: whoever may create pods cannot fill the bot's memory, nor keep it busy."""

import msgspec

from bot.adapters.kubernetes.census import MOST_BYTES, MOST_TEXTS, Tally
from bot.adapters.kubernetes.wire_workloads import Pod
from bot.model.finding import Severity
from bot.model.pem import MAX_SIZE
from bot.model.snapshot import PodCensus
from tests.hostile.judging import judge_census


def a_census(texts: list[str]) -> PodCensus:
    tally = Tally()
    for number, text in enumerate(texts):
        environment = [{"name": "DAPR_TRUST_ANCHORS", "value": text}]
        pod = {"metadata": {"name": f"p{number}", "namespace": "shop"}, "spec": {"containers": [{"name": "daprd", "env": environment}]}}
        tally.add([msgspec.json.decode(msgspec.json.encode(pod), type=Pod)])
    return tally.census()


def test_a_thousand_different_texts_are_counted_and_not_read() -> None:
    census = a_census([f"text {number}" for number in range(1_000)])

    assert len(census.pods) == len(census.anchors) == 1_000
    assert sum(document.whole for document in census.anchors.values()) == MOST_TEXTS


def test_large_texts_are_read_up_to_a_total() -> None:
    census = a_census([f"{number}".ljust(MAX_SIZE) for number in range(40)])

    assert sum(document.size for document in census.anchors.values() if document.whole) <= MOST_BYTES


def test_the_pods_behind_them_are_unknown_and_never_healthy() -> None:
    answer = judge_census(a_census([f"text {number}" for number in range(200)]), "anchors-unreadable")

    assert answer.severity is Severity.UNKNOWN
    assert any("more than 128 different texts" in sentence for finding in answer.findings for sentence in finding.evidence)
