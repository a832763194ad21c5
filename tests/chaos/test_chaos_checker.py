"""Tests that the checker finds each kind of broken promise, and nothing in a correct run."""

from tests.chaos.checker import check
from tests.chaos.recording import DatabaseState, Recording, Row

ANN, BEN = 1, 2
ONE, TWO, THREE = (
    Row(1, 3, ANN, "n1", "first"),
    Row(2, 4, ANN, "n2", "second"),
    Row(3, 5, BEN, "n3", "third"),
)


def state(*rows: Row, out: int = 0) -> DatabaseState:
    members = {("r", ANN): 0, ("r", BEN): out}
    return DatabaseState({"r": list(rows)}, {"r": 5}, members, {"r": [1, 2, *(row.seq for row in rows)]})


def ben() -> Recording:
    """A recording that opened the room at seq 2."""
    recording = Recording("ben", BEN, converged=True)
    recording.add("open")
    recording.add("room", room="r", seq=2, note=False)
    return recording


def say(recording: Recording, *rows: Row) -> Recording:
    for row in rows:
        recording.add("live", room="r", seq=row.seq, rows=(row,))
    return recording


def ann(*acked: Row) -> Recording:
    recording = Recording("ann", ANN)
    for row in acked:
        recording.add("submit", room="r", nonce=row.nonce, note=row.body)
    for row in acked:
        recording.add("ack", room="r", seq=row.seq, nonce=row.nonce, note=row.id)
    return recording


WHOLE = state(ONE, TWO, THREE)


def kinds(*recordings: Recording, stored: DatabaseState = WHOLE) -> set[str]:
    return {fault.kind for fault in check(recordings, stored)}


def test_a_run_that_was_whole_has_no_faults() -> None:
    assert kinds(ann(ONE, TWO), say(ben(), ONE, TWO, THREE)) == set()


def test_catch_up_counts_as_seen() -> None:
    recording = say(ben(), ONE)
    recording.add("close", note=1006)
    recording.add("open")
    recording.add("follow", room="r")
    say(recording, THREE)  # while the past is being asked for, nobody expects a dense stream
    recording.add("changes", room="r", seq=5, rows=(TWO, THREE), note=3)
    assert kinds(recording) == set()


def test_acknowledged_and_not_stored_is_lost() -> None:
    row = Row(9, 9, ANN, "n9", "gone")
    assert "lost" in kinds(ann(row))


def test_stored_and_never_seen_is_lost() -> None:
    recording = say(ben(), ONE)
    recording.add("changes", room="r", seq=5, rows=(THREE,), note=3)
    assert kinds(recording) == {"lost"}


def test_a_left_out_number_is_a_gap() -> None:
    assert "gap" in kinds(say(ben(), ONE, THREE))


def test_a_number_without_a_row_is_a_gap() -> None:
    assert "gap" in kinds(stored=state(ONE, THREE))


def test_the_same_event_twice_is_duplicated() -> None:
    assert kinds(say(ben(), ONE, TWO, TWO, THREE)) == {"duplicated"}


def test_one_message_as_two_rows_is_duplicated() -> None:
    again = Row(4, 5, ANN, "other", ONE.body)
    assert "duplicated" in kinds(stored=state(ONE, TWO, again))


def test_two_answers_to_one_nonce_are_duplicated() -> None:
    recording = ann(ONE)
    recording.add("ack", room="r", seq=4, nonce="n1", note=2)
    assert "duplicated" in kinds(recording)


def test_later_before_earlier_is_reordered() -> None:
    assert "reordered" in kinds(say(ben(), ONE, THREE, TWO))


def test_stored_in_another_order_than_sent_is_reordered() -> None:
    assert kinds(ann(TWO, ONE)) == {"reordered"}


def test_seen_and_never_stored_is_a_phantom() -> None:
    assert "phantom" in kinds(say(ben(), ONE, TWO, Row(3, 5, BEN, "ghost", "boo")))


def test_seen_with_another_body_is_a_phantom() -> None:
    assert "phantom" in kinds(say(ben(), ONE, TWO._replace(body="other"), THREE))


def test_an_older_state_of_an_edited_row_is_no_phantom() -> None:
    edited = state(ONE._replace(seq=5, body="better"), TWO)
    assert not {"phantom"} & {f.kind for f in check([say(ben(), ONE)], edited, dense=False)}


def test_an_event_seen_by_an_outsider_is_leaked() -> None:
    stranger = say(Recording("eve", 66), ONE)
    assert "leaked" in kinds(stranger)


def test_an_event_received_after_a_removal_is_leaked() -> None:
    recording = say(ben(), ONE)
    recording.add("live", room="r", seq=4)
    recording.add("out", room="r", seq=4)
    assert "leaked" in kinds(say(recording, THREE), stored=state(ONE, TWO, THREE, out=4))


def test_a_message_written_after_a_removal_is_leaked() -> None:
    assert "leaked" in kinds(stored=state(ONE, TWO, THREE, out=4))


def test_never_answered_is_stuck() -> None:
    recording = ben()
    recording.add("submit", room="r", nonce="n3", note="third")
    assert "stuck" in kinds(say(recording, ONE, TWO, THREE))


def test_never_arriving_at_the_head_is_stuck() -> None:
    assert kinds(say(ben(), ONE)) == {"stuck"}


def test_refused_for_good_and_stored_is_a_phantom() -> None:
    recording = Recording("ann", ANN)
    recording.add("refused", room="r", nonce="n1")
    assert "phantom" in kinds(recording)
