"""The sizes and rates of everything a client may send. They are enforced where they apply."""

# Sizes. The frame limit leaves room for a body whose every character is escaped as two \\uXXXX.
FRAME_BYTES = 65_536
BODY_CHARACTERS = 4_000
NAME_CHARACTERS = 40
ROOM_NAME_CHARACTERS = 80
WORKSPACE_NAME_CHARACTERS = 60
TOPIC_CHARACTERS = 200
REASON_CHARACTERS = 200
# People that one person may have blocked.
BLOCKS = 500

# Hours for which staff reads a private room after giving a reason.
READING_HOURS = 1
# Hours between telling a private room's people and making it public, and days for which that may be done.
OPENING_HOURS = 24
OPENING_DAYS = 7

REACTION_KINDS = 20
# Of one message: lines, and list and quote marks at their starts, beyond which it is shown as plain text;
# characters that can be markup, and links, beyond which they are text.
MARKDOWN_LINES = 250
MARKDOWN_BLOCK_MARKS = 300
MARKDOWN_SIGNS = 400
MARKDOWN_LINKS = 50
# Levels of quotes and lists (two for a list), beyond which it is plain text. Cells of tables, and tables.
MARKDOWN_DEPTH = 40
MARKDOWN_CELLS = 300
MARKDOWN_TABLES = 10
MENTIONS = 50
MENTIONS_LOOKED_AT = 50
# In one room; and of one message, edits.
PINS = 50
REVISIONS = 100
ATTACHMENTS = 10
# Of a direct room, oneself among them. More are a room with a name.
DIRECT_PEOPLE = 9

# A join link, unless whoever makes it chooses otherwise.
LINK_DAYS = 30
LINK_USES = 100
# Guests at most, unless the workspace says otherwise: in all of it, and in one room.
GUESTS = 500
GUESTS_IN_A_ROOM = 200
# Days after their last visit for which a guest counts; one who wrote nothing is then removed.
GUEST_DAYS = 30
# Days for which the record of a closed connection is kept.
SESSION_DAYS = 30
# Days for which an address is banned with its guest, and how many addresses of one person at most.
ADDRESS_BAN_DAYS = 7
ADDRESSES_BANNED = 10

# Days for which a deleted message can be restored. Then its text and its files go.
DELETED_DAYS = 30

# Files. So many of one person may wait for their message, for so long.
UPLOADS_WAITING = 100
UPLOAD_HOURS = 24

# Pages.
HISTORY_PAGE = 50
MAX_HISTORY = 100
CHANGES_PAGE = 200
MAX_CHANGES = 500
MEMBERS_SHOWN = 500
PAGE_BYTES = 131_072
MAX_UNREAD = 1_000
# Rooms on a page of the directory; of those that opened last, how many open pages hear of.
ROOMS_ON_A_PAGE = 30
NEWEST_PUBLIC_ROOMS = 10
# What one search looks at: messages, characters of them, seconds of a processor. Characters it is asked with.
SEARCH_PAGE = 20
MAX_SEARCHED = 1_000
SEARCHED_CHARACTERS = 250_000
SEARCHED_SECONDS = 0.1
SEARCH_CHARACTERS = 200
# Characters of a message in its normal form, beyond which it is not searched: one that is typed can be 18.
SEARCH_FORM_CHARACTERS = 8_000
# Characters that are indexed at once, while everybody who posts waits.
INDEXED_CHARACTERS = 16_000

# Tabs and devices of one person on one process.
MAX_CONNECTIONS = 20

# Of the newest message, in lists of rooms; and the rows among which it is looked for.
LATEST_CHARACTERS = 100
LATEST_AMONG = 20

# Five frames in a row that say nothing sensible, and the connection is closed: it is not a client of ours.
BAD_FRAMES = 5

# Refused this often without a pause, a person is flooding.
FLOOD = 100
# Rates as (a second, at once), of one person. Generous for a person, tight for a script.
RATES = {
    "frame": (20.0, 60.0),
    "message.post": (5.0, 20.0),
    "message.edit": (2.0, 10.0),
    "message.delete": (2.0, 20.0),
    # Hundredths of a second of a processor, for bodies with markup; charged afterwards.
    "rendering": (10.0, 50.0),
    "reaction": (5.0, 20.0),
    "room.open": (5.0, 40.0),
    "room.history": (5.0, 20.0),
    "search": (3.0, 15.0),
    # Hundredths of a second that searches took; charged afterwards.
    "searching": (25.0, 200.0),
    "room.join": (1.0, 20.0),
    "read.mark": (5.0, 40.0),
    "typing": (1.0, 5.0),
    "presence": (1.0, 5.0),
    # Connections that are welcomed: each costs a few queries. All tabs of a browser come back at once.
    "connect": (1.0, 40.0),
    "refusal": (10.0, float(FLOOD)),
    # Forms of pages, all together; then each kind. Reading a page is free.
    "form": (5.0, 60.0),
    "profile": (1 / 5, 10.0),
    "room.make": (1 / 60, 60.0),
    "room.direct": (1 / 30, 60.0),
    "room.change": (1 / 5, 20.0),
    "room.link": (1 / 60, 20.0),
    "room.member": (1.0, 40.0),
    "upload": (2.0, 50.0),
    # A password that is set, or checked and right: each takes a third of a second to hash.
    "password": (1 / 20, 20.0),
    # A password that is wrong, for one username from one address.
    "sign-in": (1 / 60, 5.0),
    # Wrong links to set up the chat, from one address.
    "set-up": (1 / 60, 20.0),
    # New guests and accounts: an address has CHAT_GUESTS_PER_ADDRESS times this.
    "newcomer": (1 / 600, 1.0),
}
# What one address has, as a multiple of what one person has: a class behind one address works. A /48 of IPv6
# has as much as four of its networks.
ADDRESS_TIMES = 20.0
WIDE_TIMES = 4.0
