"""Believable people and conversations for `chat_demo`."""
