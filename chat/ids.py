"""Types of the ids that the parts of the app hand to each other."""

# The primary key of a user. Another project's user model may have other keys: nothing calculates with them.
PersonId = int
# The primary key of a room. Its `key`, which clients and addresses use, is a plain `str`.
RoomId = int
