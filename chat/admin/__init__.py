"""The moderation admin. Changes go through actions; nothing is deleted, as cascades assign no seq."""

from . import bans, messages, moderation, people, rooms, workspace

__all__ = ["bans", "messages", "moderation", "people", "rooms", "workspace"]
