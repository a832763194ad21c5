"""The benchmark rows: people, load, and the servers that run each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    title: str
    rooms: int
    members: int
    load: str
    servers: tuple[str, ...]
    figures: tuple[str, ...]
    # Interleaved runs per server, and measured seconds per run.
    runs: int = 2
    seconds: float = 3
    seed: str = ""  # extra people and messages: see seed.py
    paths: tuple[int, ...] = ()  # pages: the rooms whose page is requested


OURS = ("chat", "chat-pg")
TALK = ("cpu_us", "deliveries_per_s", "posts_per_s", "p50_ms", "p95_ms", "p99_ms")
ASKS = ("asks_per_s", "cpu_us", "cpu_database_us", "p50_ms", "p95_ms", "p99_ms")
POSTS = ("posts_per_s", "cpu_us_per_post", "p50_ms", "p95_ms", "p99_ms")

ROWS = {
    "sat200": Row(
        "One room of 200, 16 posts outstanding", 1, 200, "-posters 16 -window 16",
        (*OURS, "tutorial", "gohub"), TALK, runs=3,
    ),
    "sat200w64": Row(
        "One room of 200, 64 posts outstanding", 1, 200, "-posters 64 -window 64", ("chat", "gohub"), TALK
    ),
    "room5000": Row(
        "One room of 5,000, 16 posts outstanding", 1, 5000, "-posters 16 -window 16",
        ("chat", "gohub"), TALK, runs=1,
    ),
    "fan200": Row(
        "200 people, 50 posts a second", 1, 200, "-posters 10 -window 0 -rate 50",
        (*OURS, "tutorial", "gohub"), TALK,
    ),
    "fan1000": Row(
        "1,000 people, 10 posts a second", 1, 1000, "-posters 10 -window 0 -rate 10",
        ("chat", "tutorial", "gohub"), TALK,
    ),
    "rooms200": Row(
        "200 rooms of 5, 1 post outstanding in each", 200, 5, "-posters 2 -window 1",
        ("chat", "tutorial", "gohub"), TALK,
    ),
    "posts": Row("64 authors in 64 rooms, each waits for its own post", 64, 1, "-posters 1 -window 1",
                 (*OURS, "gohub"), POSTS),
    "posts1room": Row("64 authors in one room", 1, 64, "-posters 64 -window 64", (*OURS, "gohub"), POSTS),
    "posts512": Row("512 authors in 512 rooms", 512, 1, "-posters 1 -window 1", (*OURS, "gohub"), POSTS),
    "arrive": Row(
        "1,000 people arrive in 20 rooms: connect, log in, welcome, room.open", 20, 50, "-mode arrive",
        (*OURS, "tutorial", "gohub"), ("arrivals_per_s", "cpu_us", "p50_ms", "p95_ms", "p99_ms"),
    ),
    "idle": Row(
        "5,000 idle connections in 100 rooms", 100, 50, "-mode arrive -settle 7",
        ("chat", "tutorial", "gohub"), ("kb_per_connection", "rss_empty_mb", "rss_mb", "arrivals_per_s"),
        runs=1,
    ),
    "pages": Row(
        "A room page with its last 50 messages", 1, 32, "-mode pages -at-once 32", OURS,
        ("pages_per_s", "cpu_us", "p50_ms", "p95_ms", "p99_ms", "bytes"), paths=(0,),
    ),
    "million": Row(
        "Open a room of 100 messages, and one of 1,000,000", 2, 50, "-mode pages -at-once 1", OURS,
        ("pages_per_s", "medians_ms", "p99_ms"), runs=1, seed="--last-room 1000000", paths=(0, 1),
    ),
    "search": Row(
        "Search 1,000,000 messages in 20 rooms: half of the people are in all rooms, half in one", 20, 1,
        "-mode ask -answer found", OURS, ASKS, runs=1, seconds=10,
        seed="--everywhere 10 --messages 1000000 --asks search",
    ),
    # Twenty people are in every room, and only they connect.
    "welcome": Row(
        "Connect with 200 rooms, 100 unread messages in each", 200, 1, "-mode come-and-go -rooms 20",
        OURS, ("arrivals_per_s", "cpu_us", "cpu_database_us", "p50_ms", "p95_ms", "p99_ms"),
        seed="--everywhere 20",
    ),
    "reads": Row(
        "Mark messages as read in one of 200 rooms, until the new counts arrive", 200, 1,
        "-mode ask -answer read -rooms 20 -settle 6", OURS, ASKS, seed="--everywhere 20 --asks reads",
    ),
    "processes": Row(
        "One room of 200, 16 posts outstanding: one process, two processes", 1, 200, "-posters 16 -window 16",
        ("chat-pg", "chat-2"), (*TALK, "cpu_redis_us", "cpu_database_us"),
    ),
}  # fmt: skip
