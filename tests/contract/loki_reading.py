"""What a question for lines brings: which of them, in which order, under which labels."""

from typing import Final

from tests.contract.loki_world import API, SECOND, Case, Form, Loki, rfc3339


async def start_is_inclusive_and_end_is_exclusive(loki: Loki) -> None:
    at = loki.at(minutes=1)
    await loki.push((at - 1, "before"), (at, "first"), (at + 1, "between"), (at + 2, "last"), app="a")

    answer = await loki.query(loki.selector(), start=at, end=at + 2)

    assert answer.lines == ["first", "between"]


async def a_range_without_length_is_empty(loki: Loki) -> None:
    await loki.push((loki.at(minutes=1), "x"), app="a")

    assert (await loki.query(loki.selector(), start=loki.at(minutes=1), end=loki.at(minutes=1))).streams == []


async def lines_come_newest_first_unless_asked_otherwise(loki: Loki) -> None:
    await loki.push(*((loki.at(seconds=second), str(second)) for second in range(3)), app="a")

    assert (await loki.query(loki.selector(), direction=None)).lines == ["2", "1", "0"]
    assert (await loki.query(loki.selector(), direction="forward")).lines == ["0", "1", "2"]
    assert (await loki.query(loki.selector(), direction="BACKWARD")).lines == ["2", "1", "0"]


async def there_are_a_hundred_lines_unless_asked_otherwise(loki: Loki) -> None:
    await loki.push(*((loki.at(ns=number), str(number)) for number in range(120)), app="a")

    assert len((await loki.query(loki.selector(), limit=None)).lines) == 100
    assert len((await loki.query(loki.selector(), limit=5000)).lines) == 120


async def forward_the_limit_keeps_the_oldest_over_all_streams(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "a1"), (loki.at(seconds=3), "a3"), app="a")
    await loki.push((loki.at(seconds=2), "b2"), (loki.at(seconds=4), "b4"), app="b")

    assert sorted((await loki.query(loki.selector(), limit=3)).lines) == ["a1", "a3", "b2"]


async def lines_of_one_nanosecond_are_all_kept_in_any_order(loki: Loki) -> None:
    at = loki.at(seconds=1)
    await loki.push((at, "z"), (at, "a"), (at, "m"), app="a")

    assert sorted((await loki.query(loki.selector())).lines) == ["a", "m", "z"]


async def a_repeated_line_is_kept_once(loki: Loki) -> None:
    at = loki.at(seconds=1)
    await loki.push((at, "x"), (at, "y"), (at, "x"), app="a")
    await loki.push((at, "x"), (at, "y"), app="a")
    await loki.push((at, "x"), app="b")

    answer = await loki.query(loki.selector())

    assert [(labels["app"], sorted(value[1] for value in values)) for labels, values in answer.streams] == [("a", ["x", "y"]), ("b", ["x"])]


async def a_late_line_is_put_where_it_belongs(loki: Loki) -> None:
    await loki.push((loki.at(minutes=10), "late"), app="a")
    await loki.push((loki.at(minutes=1), "early"), app="a")

    assert (await loki.query(loki.selector())).lines == ["early", "late"]


async def metadata_stands_with_its_line_when_the_client_asks_for_it(loki: Loki) -> None:
    at = loki.at(seconds=1)
    await loki.push((at, "level=info one", {"pod": "p1"}), (at + 1, "level=error two", {"pod": "p2"}), app="a")

    answer = await loki.query(loki.selector())

    [(labels, values)] = answer.streams
    assert labels == {**loki.labels(app="a"), "service_name": "a"}
    assert [(value[0], value[1]) for value in values] == [(str(at), "level=info one"), (str(at + 1), "level=error two")]
    assert [value[2] for value in values] == [
        {"structuredMetadata": {"detected_level": "info", "pod": "p1"}},
        {"structuredMetadata": {"detected_level": "error", "pod": "p2"}},
    ]
    assert answer.body["data"]["encodingFlags"] == ["categorize-labels"]


async def otherwise_metadata_is_among_the_labels_and_splits_streams(loki: Loki) -> None:
    at = loki.at(seconds=1)
    await loki.push((at, "level=info one", {"pod": "p1"}), (at + 1, "level=error two", {"pod": "p2"}), app="a")

    answer = await loki.query(loki.selector(), categorize=False)

    found = [(labels["pod"], labels["detected_level"], values) for labels, values in answer.streams]
    assert sorted(found) == [("p1", "info", [[str(at), "level=info one"]]), ("p2", "error", [[str(at + 1), "level=error two"]])]
    assert "encodingFlags" not in answer.body["data"]


async def an_instant_is_nanoseconds_or_seconds_or_a_date(loki: Loki) -> None:
    at = loki.at(minutes=1)
    await loki.push((at - SECOND, "before"), (at, "x"), (at + SECOND, "after"), app="a")
    begin, end = at // SECOND, at // SECOND + 1

    for start, stop in ((at, at + SECOND), (f"{begin}.000", f"{end}.000"), (begin, end), (rfc3339(at), rfc3339(at + SECOND))):
        assert (await loki.query(loki.selector(), start=start, end=stop)).lines == ["x"]


async def a_date_is_read_to_the_nanosecond(loki: Loki) -> None:
    at = loki.at(minutes=1, ns=123_456_789)
    await loki.push((at - 1, "before"), (at, "x"), app="a")

    assert (await loki.query(loki.selector(), start=rfc3339(at), end=rfc3339(at + 1))).lines == ["x"]


async def a_form_asks_the_same_as_an_address(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "x"), (loki.at(seconds=2), "y"), app="a")
    asked: Form = {"query": loki.selector(), "start": loki.base_ns, "end": loki.at(minutes=1), "direction": "forward", "limit": 1}

    assert (await loki.post(f"{API}/query_range", **asked)).lines == ["x"]


async def a_stream_without_service_gets_the_name_of_its_app(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "x"), container="daprd", job="j")
    await loki.push((loki.at(seconds=1), "x"), service_name="given", app="a")
    await loki.push((loki.at(seconds=1), "x"), stream="stderr")

    answer = await loki.query(loki.selector())

    assert sorted(labels["service_name"] for labels, _ in answer.streams) == ["daprd", "given", "unknown_service"]


async def nothing_found_is_a_success_without_streams(loki: Loki) -> None:
    answer = await loki.query(loki.selector())

    assert (answer.status, answer.body["status"], answer.streams) == (200, "success", [])
    assert "stats" in answer.body["data"]


async def the_level_of_a_line_is_guessed(loki: Loki) -> None:
    lines = {
        'time="2026-11-27T10:00:00Z" level=info msg="no error here" scope=dapr.sentry type=log': "info",
        'time="2026-11-27T10:00:00Z" level=warning msg="x"': "warn",
        '{"level":"error","msg":"x"}': "error",
        '{"log":"level=fatal msg=x","stream":"stderr"}': "fatal",
        '2026-11-27T10:00:00.1Z stdout F time="2026-11-27T10:00:00Z" level=debug msg="x"': "debug",
        "TLS handshake error from 10.0.0.1:1: EOF": "error",
        "[WARN] something": "warn",
        "nothing to see": "unknown",
        "a terrorist's errors": "unknown",
    }
    await loki.push(*((loki.at(seconds=number), line) for number, line in enumerate(lines)), app="a")

    [(_, values)] = (await loki.query(loki.selector())).streams

    assert {value[1]: value[2]["structuredMetadata"]["detected_level"] for value in values} == lines


CASES: Final[tuple[Case, ...]] = (
    start_is_inclusive_and_end_is_exclusive,
    a_range_without_length_is_empty,
    lines_come_newest_first_unless_asked_otherwise,
    there_are_a_hundred_lines_unless_asked_otherwise,
    forward_the_limit_keeps_the_oldest_over_all_streams,
    lines_of_one_nanosecond_are_all_kept_in_any_order,
    a_repeated_line_is_kept_once,
    a_late_line_is_put_where_it_belongs,
    metadata_stands_with_its_line_when_the_client_asks_for_it,
    otherwise_metadata_is_among_the_labels_and_splits_streams,
    an_instant_is_nanoseconds_or_seconds_or_a_date,
    a_date_is_read_to_the_nanosecond,
    a_form_asks_the_same_as_an_address,
    a_stream_without_service_gets_the_name_of_its_app,
    the_level_of_a_line_is_guessed,
    nothing_found_is_a_success_without_streams,
)
