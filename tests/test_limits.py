"""The bucket against an exact model, with the test's own clock."""

from hypothesis import given
from hypothesis import strategies as st

from chat import protocol
from chat.limits import FLOOD, RATES, Bucket, Buckets
from tests import helpers  # noqa: F401  how long hypothesis tries


def taken(rate: float, burst: float, times: list[float]) -> list[bool]:
    bucket = Bucket(rate, burst, now=times[0])
    return [bucket.take(at) == 0.0 for at in times]


# Quarters of a second: sums of them are exact.
_steps = st.lists(st.integers(0, 40).map(lambda quarters: quarters / 4), min_size=1, max_size=60)


@given(st.sampled_from([0.5, 1.0, 2.0, 8.0]), st.integers(1, 10), _steps)
def test_no_window_lets_more_through_than_its_rate_and_one_burst(
    rate: float, burst: int, steps: list[float]
) -> None:
    times = [sum(steps[: n + 1]) for n in range(len(steps))]
    through = [at for at, ok in zip(times, taken(rate, burst, times), strict=True) if ok]
    for first, start in enumerate(through):
        for last, end in enumerate(through[first:], first):
            assert last - first + 1 <= burst + (end - start) * rate


@given(st.sampled_from([0.5, 1.0, 2.0, 8.0]), st.integers(1, 10), _steps)
def test_whoever_waits_as_long_as_told_gets_through(rate: float, burst: int, steps: list[float]) -> None:
    bucket, now = Bucket(rate, burst, now=0.0), 0.0
    for step in steps:
        now += step
        wait = bucket.take(now)
        assert 0.0 <= wait <= 1 / rate
        if wait:
            now += wait + 1e-6
            assert bucket.take(now) == 0.0


def test_a_burst_goes_through_at_once_and_not_one_more() -> None:
    assert taken(1.0, 3, [0.0] * 5) == [True, True, True, False, False]


def test_a_clock_that_steps_back_neither_fills_nor_drains() -> None:
    bucket = Bucket(1.0, 2, now=100.0)
    assert [bucket.take(at) for at in (100.0, 50.0)] == [0.0, 0.0]
    assert bucket.take(50.0) == 1.0
    assert bucket.take(51.0) == 0.0


def test_every_command_has_a_rate() -> None:
    assert {command.rate for command in protocol.COMMANDS} <= RATES.keys()


def test_a_name_without_a_rate_is_free() -> None:
    buckets = Buckets()
    assert not any(buckets.take("nothing", 0.0) for _ in range(1_000))


def test_buckets_do_not_share() -> None:
    buckets = Buckets()
    while not buckets.take("typing", 0.0):
        pass
    assert buckets.take("message.post", 0.0) == 0.0


def test_flooding_is_being_refused_without_a_pause() -> None:
    patient, wild = Buckets(), Buckets()
    for second in range(FLOOD * 2):
        patient.take("typing", float(second))
        patient.take("typing", float(second))
    assert not patient.flooding
    for _ in range(FLOOD + int(RATES["typing"][1])):
        assert not wild.flooding
        wild.take("typing", 0.0)
    assert wild.flooding
