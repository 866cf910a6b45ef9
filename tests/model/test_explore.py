"""Addresses of Grafana's Explore: what somebody finds who opens one, and that no name gets out of its place in it."""

import json
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Missing
from bot.model import log_queries
from bot.model.explore import LONGEST, Address, Explore, address
from bot.model.logql import Matcher
from bot.model.logs import LogLabels, LogQuestion

PLACE = Explore(base="https://grafana.corp.example/ops/", uid="loki-1")
LABELS = LogLabels(namespace="namespace", pod="pod", container="container")
QUESTION = LogQuestion(
    since_ns=1_795_467_600_123_456_789,
    until_ns=1_795_471_200_000_000_001,
    limit=10,
    namespace="shop",
    containers=("daprd",),
    literals=("Error renewing identity", "x509"),
)
HOSTILE = ['"', "\\", '\\"}', "{}", "a|b", "`", "%22%7D", "&panes=x", "#", "<https://evil.example|x>", "\n", "\ud800", "é", "*_~", "ж" * 20]


def pane(made: Address | None) -> dict[str, object]:
    assert made is not None
    asked = parse_qs(urlsplit(made.url).query, strict_parsing=True)
    assert asked.keys() == {"schemaVersion", "panes"}
    assert asked["schemaVersion"] == ["1"]
    (panes,) = asked["panes"]
    (found,) = json.loads(panes).values()
    assert isinstance(found, dict)
    return found


def query(made: Address | None) -> str:
    queries = pane(made)["queries"]
    assert isinstance(queries, list)
    (one,) = queries
    return str(one["expr"])


def test_it_asks_the_data_source_for_all_lines_of_that_place_and_time() -> None:
    made = address(PLACE, QUESTION, LABELS)

    assert made is not None
    assert made.url.startswith("https://grafana.corp.example/ops/explore?schemaVersion=1&panes=%7B%22")
    assert pane(made) == {
        "datasource": "loki-1",
        "queries": [
            {
                "refId": "A",
                "datasource": {"type": "loki", "uid": "loki-1"},
                "expr": '{namespace="shop",container="daprd"}',
                "queryType": "range",
            }
        ],
        "range": {"from": "1795467600123", "to": "1795471200001"},
    }


def test_what_every_query_needs_stands_in_it_too() -> None:
    place = msgspec.structs.replace(PLACE, more=(Matcher(name="cluster", operator="=~", value='p"r.*'),))

    assert query(address(place, QUESTION, LABELS)) == '{namespace="shop",container="daprd",cluster=~"p\\"r.*"}'


def test_only_the_pods_that_are_meant_are_shown_where_a_label_names_them() -> None:
    assert query(address(PLACE, QUESTION, LABELS, ["a-1", "a.2"])) == '{namespace="shop",container="daprd",pod=~"a-1|a\\\\.2"}'
    assert query(address(PLACE, QUESTION, LABELS, ["a-1"])) == '{namespace="shop",container="daprd",pod="a-1"}'
    of_metadata = msgspec.structs.replace(LABELS, pod_is_metadata=True)
    assert query(address(PLACE, QUESTION, of_metadata, ["a-1", "a-2"])) == '{namespace="shop",container="daprd"}'
    assert "pod" not in query(address(PLACE, QUESTION, LABELS, [f"a-{number}" for number in range(11)]))


def test_without_a_label_for_what_is_asked_there_is_none() -> None:
    asked = msgspec.structs.replace(QUESTION, namespace="", literals=())

    with pytest.raises(Missing):
        address(PLACE, asked, LogLabels(namespace="namespace", pod="", container=""))


def test_one_that_clients_would_cut_is_none() -> None:
    assert address(PLACE, QUESTION, LABELS, ["x" * 250] * 10) is None


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_hostile_name_stays_in_its_place(name: str) -> None:
    made = address(PLACE, msgspec.structs.replace(QUESTION, namespace=name, pod=name), LABELS)

    literal = log_queries.quoted(name)
    assert query(made) == f'{{namespace={literal},container="daprd",pod={literal}}}'


@given(st.text(st.characters(codec=None), max_size=30), st.lists(st.text(st.characters(codec=None), max_size=30), max_size=3))
def test_whatever_a_name_is_the_address_is_one(name: str, pods: list[str]) -> None:
    made = address(PLACE, msgspec.structs.replace(QUESTION, namespace=name), LABELS, pods)

    if made is not None:
        assert len(made.url) <= LONGEST
        assert not set(made.url) & set(" <>|\"'`\\^{}\n\r\t")
        assert pane(made)["datasource"] == "loki-1"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "https://a b",
        "https://a|b",
        "https://a>b",
        'https://a"b',
        "https://a\nb",
        "https://é",
        "https://" + "a" * LONGEST,
    ],
    ids=ascii,
)
def test_nothing_else_becomes_one(url: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        Address(url)
