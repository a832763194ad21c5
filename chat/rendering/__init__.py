"""Markdown to safe HTML. `markdown` renders; `pool` has dear bodies rendered by other processes."""
