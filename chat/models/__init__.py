"""The tables with their constraints and querysets. Changes are made by `actions`."""

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
from .users import default_name, guests_create_accounts, login_field, new_user

__all__ = [
    "Attachment", "BannedAddress", "Block", "CompiledQuery", "JoinLink", "ListParameter", "Membership",
    "Message", "ModerationEvent", "Profile", "Revision", "Room", "SearchIndexState", "ServerProcess",
    "Session", "Workspace", "default_name", "guests_create_accounts", "login_field", "new_key", "new_user",
    "people_key", "people_of",
]  # fmt: skip
