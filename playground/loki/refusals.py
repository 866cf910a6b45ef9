"""How Loki says no: a status and plain text, never JSON."""

from typing import Final

ENTRIES: Final = "max entries limit per query exceeded, limit > max_entries_limit_per_query ({asked} > {limit})"
LENGTH: Final = "the query time range exceeds the limit (query length: {asked}, limit: {limit})"
POINTS: Final = "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter"
SERIES: Final = (
    "maximum number of series ({limit}) reached for a single query; consider reducing query cardinality by adding more specific "
    "stream selectors, reducing the time range, or aggregating results with functions like sum(), count() or topk()"
)
BACKWARDS: Final = "end timestamp must not be before or equal to start time"
BLOCKED: Final = "query blocked by policy"
REQUIRED: Final = "stream selector is missing required matchers [{missing}], labels present in the query were [{present}]"
TIMED_OUT: Final = (
    "request timed out, decrease the duration of the request or add more label matchers (prefer exact match over regex match) "
    "to reduce the amount of data processed"
)
NO_STREAMS: Final = "error at least one valid stream is required for ingestion"
RATE: Final = (
    "ingestion rate limit exceeded for user {user} (limit: {limit} bytes/sec) while attempting to ingest '{lines}' lines totaling "
    "'{size}' bytes, reduce log volume or contact your Loki administrator to see if the limit can be increased"
)
STREAMS: Final = (
    "maximum active stream limit exceeded when trying to create stream {stream}, reduce the number of active streams (reduce labels or "
    "reduce label values), or contact your Loki administrator to see if the limit can be increased, user: '{user}'"
)
TOO_OLD: Final = "entry for stream '{stream}' has timestamp too old: {at}, oldest acceptable timestamp is: {oldest}"
TOO_NEW: Final = "entry for stream '{stream}' has timestamp too new: {at}"
TOO_LONG: Final = "max entry size '{limit}' bytes exceeded for stream '{stream}' while adding an entry with length '{size}' bytes"
TOO_MANY_LABELS: Final = "entry for stream '{stream}' has {count} label names; limit {limit}"
BEHIND: Final = "entry too far behind, entry timestamp is: {at}, oldest acceptable timestamp is: {oldest}"
IGNORED: Final = "entry with timestamp {at} ignored, reason: '{reason}',\n"
TOTAL_IGNORED: Final = "user '{user}', total ignored: {ignored} out of {total} for stream: {stream}"


class Refusal(Exception):
    """The request is answered with this status and text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def bad_request(text: str) -> Refusal:
    """400."""
    return Refusal(400, text)


def parse_error(what: str, line: int = 0, column: int = 0) -> Refusal:
    """400 for LogQL that cannot be read; with a place where Loki tells one."""
    where = f" at line {line}, col {column}" if line else " "
    return Refusal(400, f"parse error{where}: {what}")
