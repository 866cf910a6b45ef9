"""What the doctor examines of everything but the conversation, in reading order. One subject per file; pure."""

from bot.examinations.kubernetes import API_SERVER, CLOCK, DIAGNOSIS_RIGHTS, EXCESS_RIGHTS, RIGHTS, ROTATION_RIGHTS
from bot.examinations.loki import LABELS, LINES, LOG_WATCH, LOKI
from bot.examinations.memory import BACKUP, DISK, MEMORY, OUTBOX
from bot.examinations.prometheus import DAPR_METRICS, OWN_METRICS, PROMETHEUS, SIDECAR_METRICS
from bot.examinations.sealing import SEALING_KEY, SEALING_WORKS
from bot.model.examination import Examination
from bot.model.vitals import Vitals

EXAMINATIONS: tuple[Examination[Vitals], ...] = (
    API_SERVER,
    CLOCK,
    RIGHTS,
    DIAGNOSIS_RIGHTS,
    ROTATION_RIGHTS,
    EXCESS_RIGHTS,
    LOKI,
    LABELS,
    LINES,
    LOG_WATCH,
    PROMETHEUS,
    DAPR_METRICS,
    SIDECAR_METRICS,
    OWN_METRICS,
    MEMORY,
    DISK,
    OUTBOX,
    BACKUP,
    SEALING_KEY,
    SEALING_WORKS,
)
