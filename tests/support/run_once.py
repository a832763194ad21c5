"""Tests that would prove the same on either database. One suite runs them, which saves minutes."""

# What says nothing about databases.
SQLITE = (
    "tests/browser/test_composer.py", "tests/browser/test_emoji.py", "tests/browser/test_mentions.py",
    "tests/browser/test_person_card.py", "tests/browser/test_print.py",
    "tests/browser/test_screen_readers.py", "tests/chaos/test_chaos_checker.py",
    "tests/chaos/test_chaos_report.py", "tests/files/", "tests/host/test_forgotten.py",
    "tests/live/test_bad_input.py", "tests/live/test_prefix.py", "tests/live/test_slow_readers.py",
    "tests/live/test_without_fast_path.py", "tests/live/test_write_path.py", "tests/project/test_docs.py",
    "tests/project/test_promises.py", "tests/project/test_settings.py", "tests/project/test_structure.py",
    "tests/project/test_styles.py", "tests/protocol/",
    "tests/realtime/test_arrivals.py", "tests/realtime/test_bare_frames.py",
    "tests/realtime/test_connection_memory.py", "tests/realtime/test_fair_threads.py",
    "tests/realtime/test_flusher.py", "tests/realtime/test_frame_reader.py", "tests/realtime/test_hub.py",
    "tests/realtime/test_origin.py", "tests/realtime/test_process_lock.py",
    "tests/realtime/test_room_feed.py", "tests/realtime/test_room_feed_removal.py",
    "tests/realtime/test_transport.py", "tests/realtime/test_two_hubs.py",
    "tests/realtime/test_transfer_slots.py", "tests/rendering/", "tests/search/test_tokenizer.py",
    "tests/test_rate_limit.py", "tests/views/test_avatars.py",
)  # fmt: skip

# Pages, which have two server processes behind them there: what works with two works with one. The last says
# nothing about databases and waits long; it is here so that both suites end together.
POSTGRES = (
    "tests/browser/test_blocking.py", "tests/browser/test_drawing.py", "tests/browser/test_files.py",
    "tests/browser/test_history.py", "tests/browser/test_hostile_text.py",
    "tests/browser/test_languages.py", "tests/browser/test_moderation.py",
    "tests/browser/test_moderators.py", "tests/browser/test_notifications.py",
    "tests/browser/test_permalinks.py", "tests/browser/test_presence.py", "tests/browser/test_rooms.py",
    "tests/browser/test_sleep.py", "tests/browser/test_states.py",
    "tests/browser/test_themes_and_phones.py", "tests/realtime/test_request_bodies.py",
)  # fmt: skip

ONCE = dict.fromkeys(SQLITE, "sqlite") | dict.fromkeys(POSTGRES, "postgres")


def runs_here(path: str, database: str) -> bool:
    """Whether a test of this file, relative to the project, belongs to the suite on this database."""
    return all(only == database for start, only in ONCE.items() if path.startswith(start))
