"""Tests of a Django project of its own that includes the chat. docs/embedding.md shows its code."""
