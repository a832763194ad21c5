"""Message search: an index of tokens gives candidates, the text decides."""

from .indexing import index_changes, rebuild_index
from .lookup import find_messages
from .names import renew_names

__all__ = ["find_messages", "index_changes", "rebuild_index", "renew_names"]
