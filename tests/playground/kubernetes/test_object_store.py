"""What the simulated API server remembers, without HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from playground.kubernetes import kinds
from playground.kubernetes.patches import merged
from playground.kubernetes.status import Refusal
from playground.kubernetes.store import Change, Hand, ObjectStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONFIGMAPS = kinds.by_name("v1", "ConfigMap")
SECRETS = kinds.by_name("v1", "Secret")


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def store(hands: Hands) -> ObjectStore:
    return ObjectStore(hands.now)


def a_configmap(name: str = "x", **data: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "n"}, "data": data}


def writers(store: ObjectStore) -> dict[str, tuple[str, list[str]]]:
    managed = store.get(CONFIGMAPS, "n", "x").object["metadata"]["managedFields"]
    return {entry["manager"]: (entry["time"], sorted(entry["fieldsV1"].get("f:data", {}).keys() - {"."})) for entry in managed}


def test_an_object_gets_identity_age_and_version(store: ObjectStore) -> None:
    created = store.create(CONFIGMAPS, a_configmap(a="1"), Hand(manager="m")).object

    assert (created["apiVersion"], created["kind"]) == ("v1", "ConfigMap")
    assert created["metadata"]["creationTimestamp"] == "2026-11-23T12:00:00Z"
    assert created["metadata"]["uid"]
    assert created["metadata"]["resourceVersion"] == str(store.version)


def test_every_write_has_a_version_of_its_own_and_an_equal_one_has_none(store: ObjectStore) -> None:
    first = store.create(CONFIGMAPS, a_configmap(a="1"), Hand(manager="m")).object
    same = store.update(CONFIGMAPS, a_configmap(a="1"), Hand(manager="m")).object
    other = store.update(CONFIGMAPS, a_configmap(a="2"), Hand(manager="m")).object

    versions = [int(obj["metadata"]["resourceVersion"]) for obj in (first, same, other)]
    assert versions == [versions[0], versions[0], versions[0] + 1]
    assert other["metadata"]["uid"] == first["metadata"]["uid"]


def test_a_write_that_is_based_on_an_old_version_conflicts(store: ObjectStore) -> None:
    old = store.create(CONFIGMAPS, a_configmap(a="1"), Hand(manager="m")).object
    store.update(CONFIGMAPS, a_configmap(a="2"), Hand(manager="m"))

    with pytest.raises(Refusal) as caught:
        store.update(CONFIGMAPS, {**old, "data": {"a": "3"}}, Hand(manager="m"))

    assert (caught.value.code, caught.value.reason) == (409, "Conflict")


def test_a_second_object_of_a_name_and_a_missing_one_are_refused(store: ObjectStore) -> None:
    store.create(CONFIGMAPS, a_configmap(), Hand(manager="m"))

    with pytest.raises(Refusal) as twice:
        store.create(CONFIGMAPS, a_configmap(), Hand(manager="m"))
    with pytest.raises(Refusal) as missing:
        store.delete(SECRETS, "n", "x")

    assert (twice.value.reason, missing.value.reason, str(missing.value)) == ("AlreadyExists", "NotFound", 'secrets "x" not found')


def test_a_writer_owns_what_it_changed_and_the_others_lose_it(store: ObjectStore, hands: Hands) -> None:
    store.create(CONFIGMAPS, a_configmap(a="1", b="1"), Hand(manager="helm"))
    hands.at += timedelta(hours=1)
    store.update(CONFIGMAPS, a_configmap(a="2", b="1"), Hand(manager="sentry"))

    assert writers(store) == {"helm": ("2026-11-23T12:00:00Z", ["f:b"]), "sentry": ("2026-11-23T13:00:00Z", ["f:a"])}


def test_a_writer_whose_last_key_is_taken_keeps_the_map_alone(store: ObjectStore) -> None:
    store.create(CONFIGMAPS, a_configmap(a="1"), Hand(manager="helm"))
    store.update(CONFIGMAPS, a_configmap(a="2"), Hand(manager="sentry"))

    managed = store.get(CONFIGMAPS, "n", "x").object["metadata"]["managedFields"]
    assert [(entry["manager"], entry["fieldsV1"]) for entry in managed] == [
        ("helm", {"f:data": {}}),
        ("sentry", {"f:data": {"f:a": {}}}),
    ]


def test_a_deleted_object_is_told_with_a_version_of_its_own(store: ObjectStore) -> None:
    told: list[Change] = []
    store.listeners.add(told.append)
    store.create(CONFIGMAPS, a_configmap(), Hand(manager="m"))
    store.delete(CONFIGMAPS, "n", "x")

    assert [change.type for change in told] == ["ADDED", "DELETED"]
    assert told[1].version == told[0].version + 1 == int(told[1].stored.object["metadata"]["resourceVersion"])


def test_a_kept_list_stays_as_it_was_until_it_is_forgotten(store: ObjectStore) -> None:
    store.create(CONFIGMAPS, a_configmap("a"), Hand(manager="m"))
    ticket = store.keep(store.list(CONFIGMAPS))
    store.create(CONFIGMAPS, a_configmap("b"), Hand(manager="m"))

    assert len(store.kept(ticket)) == 1
    store.compact()
    with pytest.raises(Refusal) as caught:
        store.kept(ticket)
    assert caught.value.code == 410


def test_plain_text_of_a_secret_is_encoded_by_the_server(store: ObjectStore) -> None:
    created = store.create(SECRETS, {"metadata": {"name": "x", "namespace": "n"}, "stringData": {"a": "text"}}, Hand(manager="m")).object

    assert (created["data"], "stringData" in created) == ({"a": "dGV4dA=="}, False)


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1}, {"a": None}, {}),
        ({"a": {"b": 1, "c": 1}}, {"a": {"b": None}}, {"a": {"c": 1}}),
        ({"a": [1]}, {"a": [2]}, {"a": [2]}),
        ({"a": 1}, {"a": {"b": None}}, {"a": {}}),
        ([], {"a": 1}, {"a": 1}),
    ],
)
def test_merge_patches_follow_the_rfc(target: object, patch: object, result: object) -> None:
    assert merged(target, patch) == result


def test_objects_of_a_backup_keep_who_wrote_them_and_no_watch_hears_of_them(store: ObjectStore) -> None:
    told: list[Change] = []
    store.listeners.add(told.append)
    managed = [{"manager": "kubelet", "operation": "Update"}]

    store.restore(CONFIGMAPS, [{"metadata": {"name": "x", "namespace": "n", "uid": "u", "managedFields": managed}}])

    (found,) = store.list(CONFIGMAPS)
    assert found.object["metadata"] == {
        "name": "x", "namespace": "n", "uid": "u", "managedFields": managed, "resourceVersion": str(store.version),
    }  # fmt: skip
    assert told == []
