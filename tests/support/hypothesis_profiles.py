"""Registers and loads hypothesis profiles: HYPOTHESIS_PROFILE=night runs long with random seeds.

The default is short and deterministic.
"""

import os

from hypothesis import HealthCheck, settings

_unhurried = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.differing_executors]


def load() -> None:
    settings.register_profile(
        "default", max_examples=30, stateful_step_count=20, deadline=None, derandomize=True, database=None,
        suppress_health_check=_unhurried,
    )  # fmt: skip
    settings.register_profile(
        "night", max_examples=2000, stateful_step_count=60, deadline=None, print_blob=True,
        suppress_health_check=_unhurried,
    )  # fmt: skip
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
