"""Where moderators work: messages, sessions, rooms, people. Every change is an action: screens follow.

Nothing here can be deleted by Django: its cascades know no seq. Imports actions, models, refusals and writer.
"""

from . import bans, messages, moderation, people, rooms, workspace

__all__ = ["bans", "messages", "moderation", "people", "rooms", "workspace"]
