"""Replicas with clocks that are wrong and drift agree on the time that their Redis has."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.stores.redis_time import SharedClock

NS_A_MS = 1_000_000
YEAR_MS = 365 * 24 * 3_600_000
DRIFT_PPM = 480  # each of two clocks, in opposite directions at worst


@dataclass
class Clock:
    """A clock that begins anywhere and gains or loses `drift_ppm` on the true time."""

    start_ns: int
    drift_ppm: int

    def at(self, true_ns: int) -> int:
        """What it shows, in whole milliseconds."""
        return (self.start_ns + true_ns + true_ns * self.drift_ppm // 1_000_000) // NS_A_MS


@dataclass
class World:
    """The true time, a server's clock, and replicas that each have one of their own."""

    server: Clock
    now_ns: int = 0

    def replica(self, clock: Clock, reply_ns: int) -> Replica:
        """A replica that has just started: the server's first answer took `reply_ns`."""
        told_ms = self.server.at(self.now_ns)
        self.now_ns += reply_ns
        return Replica(self, clock, told_ms)


class Replica:
    """Implements `engine.ports.System`; its shared clock is what is tested."""

    def __init__(self, world: World, clock: Clock, told_ms: int) -> None:
        self._world = world
        self._clock = clock
        self.shared = SharedClock(self, told_ms)

    def real_ms(self) -> int:
        return self._clock.at(self._world.now_ns)

    def entropy(self) -> str:
        return "0" * 16

    def load(self, request_ns: int, reply_ns: int) -> int:
        """Asks the server, and gives the time that it told."""
        self._world.now_ns += request_ns
        told_ms = self._world.server.at(self._world.now_ns)
        self._world.now_ns += reply_ns
        self.shared.heard(told_ms)
        return told_ms


clocks = st.builds(
    Clock, st.integers(0, 60 * YEAR_MS * NS_A_MS), st.integers(-DRIFT_PPM, DRIFT_PPM)
)
trips = st.integers(0, 300 * NS_A_MS)
pauses = st.one_of(st.just(0), st.integers(0, 10 * NS_A_MS), st.integers(0, 3_600_000 * NS_A_MS))
steps = st.lists(st.tuples(st.integers(0, 2), pauses, trips, trips, st.booleans()), max_size=30)


WORST = Clock(NS_A_MS - 1, DRIFT_PPM)  # it has gone on by 1 ms when 1 ns has passed
A_SECOND_NS = 999 * NS_A_MS + NS_A_MS // 20


@given(clocks, st.lists(clocks, min_size=3, max_size=3), trips, steps)
@example(Clock(0, -DRIFT_PPM), [WORST] * 3, 0, [(0, A_SECOND_NS, 0, 0, False)])
def test_no_replica_is_ahead_of_the_server_and_none_sees_time_go_back(
    server: Clock,
    owns: list[Clock],
    first_ns: int,
    history: list[tuple[int, int, int, int, bool]],
) -> None:
    world = World(server)
    replicas = [world.replica(own, first_ns) for own in owns]
    latest = [0, 0, 0]
    anywhere_ms = 0
    for who, pause_ns, request_ns, reply_ns, loads in history:
        world.now_ns += pause_ns
        told_ms = replicas[who].load(request_ns, reply_ns) if loads else 0
        now_ms = replicas[who].shared.real_ms()
        assert now_ms <= server.at(world.now_ns)
        assert now_ms >= max(latest[who], told_ms)
        latest[who] = now_ms
        if loads:  # whoever has loaded knows of all that came before, wherever it was
            assert now_ms >= anywhere_ms
        anywhere_ms = max(anywhere_ms, now_ms)


@given(clocks, clocks, trips, st.lists(st.tuples(pauses, trips, trips), min_size=1))
def test_a_replica_that_has_just_asked_lags_by_no_more_than_the_answer_took(
    server: Clock, own: Clock, first_ns: int, asked: list[tuple[int, int, int]]
) -> None:
    world = World(server)
    replica = world.replica(own, first_ns)
    for pause_ns, request_ns, reply_ns in asked:
        world.now_ns += pause_ns
        replica.load(request_ns, reply_ns)
        lag_ms = server.at(world.now_ns) - replica.shared.real_ms()
        assert lag_ms <= reply_ns // NS_A_MS + 2


@given(clocks, clocks, trips, pauses)
def test_a_replica_that_asks_no_more_loses_two_milliseconds_a_second_at_worst(
    server: Clock, own: Clock, first_ns: int, pause_ns: int
) -> None:
    world = World(server)
    replica = world.replica(own, first_ns)
    lag_ms = server.at(world.now_ns) - replica.shared.real_ms()
    world.now_ns += pause_ns
    later_ms = server.at(world.now_ns) - replica.shared.real_ms()
    assert later_ms <= lag_ms + 4 + 2 * pause_ns // (1000 * NS_A_MS)


@given(clocks, trips, trips)
def test_a_quick_answer_is_worth_more_than_a_slow_one_that_follows(
    server: Clock, quick_ns: int, slow_ns: int
) -> None:
    world = World(server)
    replica = world.replica(Clock(0, server.drift_ppm), quick_ns)
    replica.load(0, quick_ns + slow_ns)
    lag_ms = server.at(world.now_ns) - replica.shared.real_ms()
    assert lag_ms <= (quick_ns + (quick_ns + slow_ns) // 1000) // NS_A_MS + 5


def test_a_server_whose_clock_was_set_back_does_not_take_the_time_back() -> None:
    world = World(Clock(1_000_000 * NS_A_MS, 0))
    replica = world.replica(Clock(0, 0), 0)
    replica.shared.heard(400_000)
    assert replica.shared.real_ms() == 1_000_000
    replica.shared.heard(1_500_000)
    assert replica.shared.real_ms() == 1_500_000
