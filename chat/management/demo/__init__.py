"""People and conversations for `chat_demo`: believable to look at, quick to make, numbered like real ones."""
