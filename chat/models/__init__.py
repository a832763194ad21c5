"""What exists and what is true: the tables, their constraints, and filters that chain.

Nothing here announces, and nothing overrides `save()`: what people can do is in `actions`. Imports only
`limits`.
"""

from .attachments import Attachment
from .blocks import Block
from .compiled_query import CompiledQuery, ListParameter
from .keys import new_key, people_key, people_of
from .messages import Message, Revision
from .moderation import ModerationEvent
from .people import BannedAddress, Profile, Workspace
from .rooms import JoinLink, Membership, Room
from .search_index import SearchIndexState
from .sessions import ServerProcess, Session

__all__ = [
    "Attachment",
    "BannedAddress",
    "Block",
    "CompiledQuery",
    "JoinLink",
    "ListParameter",
    "Membership",
    "Message",
    "ModerationEvent",
    "Profile",
    "Revision",
    "Room",
    "SearchIndexState",
    "ServerProcess",
    "Session",
    "Workspace",
    "new_key",
    "people_key",
    "people_of",
]  # fmt: skip
