"""What exists and what is true: the tables, their constraints, and filters that chain.

Nothing here announces, and nothing overrides `save()`: what people can do is in `actions`. Imports only
`limits`.
"""

from .attachments import Attachment
from .blocks import Block
from .keys import new_key, people_key, people_of
from .messages import Message, Revision
from .moderation import ModerationEvent
from .people import BannedAddress, Place, Profile
from .prepared import Listed, Prepared
from .rooms import JoinLink, Membership, Room
from .search import Indexed
from .sessions import Node, Session

__all__ = [
    "Attachment", "BannedAddress", "Block", "Indexed", "JoinLink", "Listed", "Membership", "Message",
    "ModerationEvent", "Node", "Place", "Prepared", "Profile", "Revision", "Room", "Session", "new_key",
    "people_key", "people_of",
]  # fmt: skip
