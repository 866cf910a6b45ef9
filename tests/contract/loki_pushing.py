"""What Loki takes from a collector, and what it does not."""

from typing import Final

from tests.contract.loki_world import MINUTE, SECOND, Case, Loki, values

HOUR: Final = 60 * MINUTE


async def what_is_no_push_is_refused(loki: Loki) -> None:
    at = str(loki.base_ns)
    labels = loki.labels(app="a")

    for broken in (
        "{",
        [{"stream": labels, "values": [[loki.base_ns, "a number"]]}],
        [{"stream": labels, "values": [["soon", "a word"]]}],
        [{"stream": labels, "values": [[at, 5]]}],
        [{"stream": {**labels, "a.b": "x"}, "values": [[at, "a dot"]]}],
        [{"stream": {**labels, "1a": "x"}, "values": [[at, "a digit"]]}],
    ):
        answer = await loki.send(broken)
        assert (answer.status, answer.kind.startswith("text/plain")) == (400, True), broken
    assert (await loki.query(loki.selector())).lines == []


async def a_push_of_nothing_is_refused(loki: Loki) -> None:
    answer = await loki.send([])

    assert (answer.status, answer.text) == (422, "error at least one valid stream is required for ingestion\n")


async def another_content_type_is_taken_for_snappy(loki: Loki) -> None:
    answer = await loki.send([], headers={"Content-Type": "text/plain"})

    assert (answer.status, "snappy: corrupt input" in answer.text) == (400, True)


async def lines_older_than_a_week_or_from_the_future_are_refused_and_the_others_kept(loki: Loki) -> None:
    old, new = loki.now_ns - 169 * HOUR, loki.now_ns + 11 * MINUTE
    sent = values([(old, "old"), (loki.at(minutes=1), "fits"), (loki.now_ns + 5 * MINUTE, "soon")])

    answer = await loki.send([{"stream": loki.labels(app="a"), "values": sent}])
    future = await loki.send([{"stream": loki.labels(app="b"), "values": values([(new, "new")])}])

    assert (answer.status, "has timestamp too old" in answer.text, "oldest acceptable timestamp is" in answer.text) == (400, True, True)
    assert (future.status, "has timestamp too new" in future.text) == (400, True)
    found = await loki.query(loki.selector(), start=loki.now_ns - 200 * HOUR, end=loki.now_ns + HOUR)
    assert found.lines == ["fits", "soon"]


async def a_line_an_hour_behind_the_newest_of_its_stream_is_refused(loki: Loki) -> None:
    newest = loki.at(minutes=10)
    await loki.push((newest, "newest"), app="a")

    sent = values([(newest - HOUR - SECOND, "behind"), (newest - HOUR + SECOND, "late")])
    answer = await loki.send([{"stream": loki.labels(app="a"), "values": sent}])

    assert (answer.status, "entry too far behind" in answer.text, "total ignored: 1 out of 2" in answer.text) == (400, True, True)
    assert (await loki.query(loki.selector(), start=newest - 2 * HOUR)).lines == ["late", "newest"]


async def sixteen_labels_are_too_many(loki: Loki) -> None:
    labels = loki.labels(**{f"l{number}": "x" for number in range(15)})

    answer = await loki.send([{"stream": labels, "values": [[str(loki.base_ns), "x"]]}])

    assert (answer.status, "has 16 label names; limit 15" in answer.text) == (400, True)


async def a_line_of_more_than_256_kib_is_refused(loki: Loki) -> None:
    size = 256 * 1024

    fitting = await loki.send([{"stream": loki.labels(app="a"), "values": [[str(loki.base_ns), "x" * size]]}])
    refused = await loki.send([{"stream": loki.labels(app="b"), "values": [[str(loki.base_ns), "x" * (size + 1)]]}])

    assert (fitting.status, refused.status) == (204, 400)
    assert "max entry size '262144' bytes exceeded" in refused.text


async def an_empty_label_is_no_label(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "x"), app="a", pod="")

    [(labels, _)] = (await loki.query(loki.selector())).streams
    assert "pod" not in labels


CASES: Final[tuple[Case, ...]] = (
    what_is_no_push_is_refused,
    a_push_of_nothing_is_refused,
    another_content_type_is_taken_for_snappy,
    lines_older_than_a_week_or_from_the_future_are_refused_and_the_others_kept,
    a_line_an_hour_behind_the_newest_of_its_stream_is_refused,
    sixteen_labels_are_too_many,
    a_line_of_more_than_256_kib_is_refused,
    an_empty_label_is_no_label,
)
