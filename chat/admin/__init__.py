"""The moderation admin. Every change goes through an action, so that open pages follow.

Django never deletes rows here: its cascades assign no seq.
"""

from . import bans, messages, moderation, people, rooms, workspace

__all__ = ["bans", "messages", "moderation", "people", "rooms", "workspace"]
