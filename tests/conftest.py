"""What holds for every test: generated ones have no stopwatch, since these machines are noisy; bench/ measures."""

from hypothesis import HealthCheck, settings

settings.register_profile("noisy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("noisy")
