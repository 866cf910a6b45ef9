"""Every measure, in the order of the page."""

from bench.measure import Measure
from bench.measures import acks, computing, idle, lines, start, sweep

MEASURES: tuple[Measure, ...] = (
    sweep.MEASURE,  # how long, how much memory, how it grows
    acks.MEASURE,  # whether people notice
    start.MEASURE,  # how soon it is there
    idle.MEASURE,  # what it costs to have it
    computing.MEASURE,  # where the time goes
    lines.MEASURE,  # how fast logs are read
)
