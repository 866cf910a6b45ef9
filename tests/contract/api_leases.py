"""Leases: how a holder is written, renewed and taken over, and what is refused on the way."""

from typing import Final

from playground.kubernetes import Rule
from tests.contract.api_world import MERGE, STRATEGIC, Answer, Api, Case, Object

GROUP: Final = "coordination.k8s.io"
AT: Final = "2026-11-23T12:00:00.000000Z"
NAME: Final = "l"


def a_lease(version: str = "", **spec: object) -> Object:
    metadata = {"name": NAME, **({"resourceVersion": version} if version else {})}
    return {"apiVersion": f"{GROUP}/v1", "kind": "Lease", "metadata": metadata, "spec": spec}


async def put(api: Api, lease: Object, *, token: str | None = None) -> Answer:
    return await api.ask("PUT", api.at("leases", NAME), lease, token=token)


async def a_lease_is_taken_renewed_and_taken_over(api: Api) -> None:
    taken = await api.create("leases", a_lease(holderIdentity="a", leaseDurationSeconds=15, acquireTime=AT, renewTime=AT))
    later = {**taken["spec"], "renewTime": "2026-11-23T12:00:10.500000Z"}
    renewed = (await put(api, a_lease(taken["metadata"]["resourceVersion"], **later))).body
    over = await put(api, a_lease(renewed["metadata"]["resourceVersion"], **{**later, "holderIdentity": "b", "leaseTransitions": 1}))

    assert (taken["kind"], taken["apiVersion"], "generation" in taken["metadata"]) == ("Lease", "coordination.k8s.io/v1", False)
    assert renewed["spec"] == later
    assert (over.status, over.body["spec"]) == (200, {**later, "holderIdentity": "b", "leaseTransitions": 1})
    assert (await api.get("leases", NAME)).body == over.body


async def of_two_who_take_it_over_at_once_one_gets_a_conflict(api: Api) -> None:
    version = (await api.create("leases", a_lease(holderIdentity="a")))["metadata"]["resourceVersion"]

    first, second = await put(api, a_lease(version, holderIdentity="b")), await put(api, a_lease(version, holderIdentity="c"))

    assert (first.status, second.status, second.reason) == (200, 409, "Conflict")
    assert second.message.startswith('Operation cannot be fulfilled on leases.coordination.k8s.io "l": the object has been modified')
    assert (await api.get("leases", NAME)).body["spec"] == {"holderIdentity": "b"}


async def nobody_replaces_a_lease_without_its_version(api: Api) -> None:
    await api.create("leases", a_lease(holderIdentity="a"))

    answer = await put(api, a_lease(holderIdentity="b"))

    assert (answer.status, answer.reason) == (422, "Invalid")
    assert answer.message == (
        'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update'
    )
    assert answer.body["details"]["kind"] == "leases"


async def a_lease_that_is_not_there_is_made_by_a_replacement(api: Api) -> None:
    answer = await put(api, a_lease(holderIdentity="a"))

    assert (answer.status, answer.body["spec"]) == (201, {"holderIdentity": "a"})


async def a_lease_that_was_deleted_is_made_again_even_by_one_who_sends_its_old_version(api: Api) -> None:
    gone = await api.create("leases", a_lease(holderIdentity="a"))
    await api.delete("leases", NAME)

    by_identity = await put(api, {**gone, "spec": {"holderIdentity": "b"}})
    by_version = await put(api, a_lease(gone["metadata"]["resourceVersion"], holderIdentity="b"))

    assert (by_identity.status, by_identity.reason) == (409, "Conflict")
    assert "Precondition failed: UID in precondition: " in by_identity.message
    assert (by_version.status, by_version.body["spec"]) == (201, {"holderIdentity": "b"})
    assert by_version.body["metadata"]["uid"] != gone["metadata"]["uid"]


async def who_may_only_update_does_not_make_one(api: Api) -> None:
    rule = Rule(verbs=("get", "update"), resources=("leases",), groups=(GROUP,), names=(NAME,), namespace=api.namespace)
    token = await api.ground.grant(api.namespace, (rule,))

    missing = await put(api, a_lease(holderIdentity="a"), token=token)
    version = (await api.create("leases", a_lease()))["metadata"]["resourceVersion"]
    there = await put(api, a_lease(version, holderIdentity="a"), token=token)

    assert (missing.status, missing.reason, there.status) == (403, "Forbidden", 200)
    assert 'cannot create resource "leases" in API group "coordination.k8s.io"' in missing.message


async def a_second_one_of_the_same_name_exists_already(api: Api) -> None:
    await api.create("leases", a_lease())

    answer = await api.ask("POST", "leases", a_lease())

    assert (answer.status, answer.message) == (409, 'leases.coordination.k8s.io "l" already exists')


async def a_lease_can_be_patched_too(api: Api) -> None:
    await api.create("leases", a_lease(holderIdentity="a", leaseDurationSeconds=15))

    merged = (await api.patch("leases", NAME, {"spec": {"holderIdentity": "b"}}, kind=MERGE)).body["spec"]
    strategic = (await api.patch("leases", NAME, {"spec": {"holderIdentity": "c"}}, kind=STRATEGIC)).body["spec"]

    assert (merged, strategic) == (
        {"holderIdentity": "b", "leaseDurationSeconds": 15}, {"holderIdentity": "c", "leaseDurationSeconds": 15},
    )  # fmt: skip


async def what_a_lease_says_is_checked(api: Api) -> None:
    version = (await api.create("leases", a_lease()))["metadata"]["resourceVersion"]
    wrong: tuple[tuple[Object, int, str], ...] = (
        ({"leaseDurationSeconds": 0}, 422, "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"),
        ({"leaseTransitions": -1}, 422, "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"),
        ({"renewTime": "2026-11-23T12:00:00Z"}, 400, "parsing time"),
        ({"acquireTime": "yesterday"}, 400, "parsing time"),
        ({"holderIdentity": 7}, 400, "cannot unmarshal number into Go struct field LeaseSpec.spec.holderIdentity of type string"),
    )

    for spec, status, words in wrong:
        answer = await put(api, a_lease(version, **spec))
        assert (spec, answer.status) == (spec, status)
        assert words in answer.message


async def a_time_is_told_in_utc(api: Api) -> None:
    made = await api.create("leases", a_lease(renewTime="2026-11-23T12:00:00.500000+02:00"))

    assert made["spec"]["renewTime"] == "2026-11-23T10:00:00.500000Z"


CASES: Final[tuple[Case, ...]] = (
    a_lease_is_taken_renewed_and_taken_over,
    of_two_who_take_it_over_at_once_one_gets_a_conflict,
    nobody_replaces_a_lease_without_its_version,
    a_lease_that_is_not_there_is_made_by_a_replacement,
    a_lease_that_was_deleted_is_made_again_even_by_one_who_sends_its_old_version,
    who_may_only_update_does_not_make_one,
    a_second_one_of_the_same_name_exists_already,
    a_lease_can_be_patched_too,
    what_a_lease_says_is_checked,
    a_time_is_told_in_utc,
)
