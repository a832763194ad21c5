"""Markdown to safe HTML: `markdown` renders, `pool` lets other processes render slow bodies."""
