"""structlog for our own events and the same renderer for the libraries'; one event per fact, key=value or JSON, on stderr."""

import logging
import sys
from typing import Literal

import structlog

# Their debug lines hold payloads and headers (tokens, certificates): never let them through, whatever our own level is.
CHATTY = (
    "aiohttp",
    "aiosqlite",
    "alembic",
    "apscheduler",
    "asyncio",
    "httpcore",
    "httpx",
    "kubernetes",
    "slack_bolt",
    "slack_sdk",
    "urllib3",
)


def configure(level: Literal["debug", "info", "warning", "error"], form: Literal["json", "text"]) -> None:
    """Set up logging for the process. Standard output stays free for answers."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # Where rich is installed, structlog would print the local variables of a traceback too: a key may be among them.
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
    )
    # The renderer for people draws tracebacks by itself.
    ending: list[structlog.typing.Processor] = [structlog.processors.format_exc_info, renderer] if form == "json" else [renderer]
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
