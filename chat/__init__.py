"""A real-time chat as one Django app."""

__version__ = "0.1.0"
