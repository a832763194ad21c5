"""Reads and writes either database with plain SQL, without the product."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import psycopg

from .recording import DatabaseState, Row

MESSAGES = """SELECT r.key, m.id, m.seq, m.author_id, m.nonce,
    CASE WHEN m.deleted_at IS NULL THEN m.body END
    FROM chat_message m JOIN chat_room r ON r.id = m.room_id ORDER BY m.id"""
NUMBERS = """SELECT r.key, m.seq FROM chat_message m JOIN chat_room r ON r.id = m.room_id
    UNION ALL SELECT r.key, p.seq FROM chat_membership p JOIN chat_room r ON r.id = p.room_id
    UNION ALL SELECT key, info_seq FROM chat_room"""
MEMBERS = """SELECT r.key, p.user_id, CASE WHEN p.removed_at IS NULL THEN 0 ELSE p.seq END
    FROM chat_membership p JOIN chat_room r ON r.id = p.room_id"""


def query(env: dict[str, str], sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """`sql` has ? for values."""
    if url := env["DATABASE_URL"]:
        with psycopg.connect(url) as database:
            return database.execute(sql.replace("?", "%s"), values or None).fetchall()
    with contextlib.closing(sqlite3.connect(Path(env["DATA_DIR"], "chat.db"), timeout=20)) as database:
        return database.execute(sql, values).fetchall()


def execute(env: dict[str, str], sql: str, *values: Any) -> None:
    if url := env["DATABASE_URL"]:
        with psycopg.connect(url) as database:
            database.execute(sql.replace("?", "%s"), values or None)
    else:
        with contextlib.closing(sqlite3.connect(Path(env["DATA_DIR"], "chat.db"), timeout=20)) as database:
            database.execute(sql, values)
            database.commit()


def read(env: dict[str, str]) -> DatabaseState:
    rows: dict[str, list[Row]] = {}
    numbers: dict[str, list[int]] = {}
    for room, *row in query(env, MESSAGES):
        rows.setdefault(room, []).append(Row(*row))
    for room, seq in query(env, NUMBERS):
        numbers.setdefault(room, []).append(seq)
    heads = dict(query(env, "SELECT key, seq FROM chat_room"))
    members = {(room, person): out for room, person, out in query(env, MEMBERS)}
    return DatabaseState(rows, heads, members, numbers)
