"""Exit codes, after the custom of monitoring plugins: 0 healthy, 1 warning, 2 critical, 3 unknown and nothing worse."""

from bot.model.finding import Severity

UNABLE = 3


def of(severity: Severity) -> int:
    """Exit code of a worst severity. A notice is 0; what a mode excludes by choice never counts."""
    match severity:
        case Severity.OK | Severity.NOTICE | Severity.NOT_CHECKED:
            return 0
        case Severity.WARNING:
            return 1
        case Severity.CRITICAL:
            return 2
        case Severity.UNKNOWN:
            return UNABLE
