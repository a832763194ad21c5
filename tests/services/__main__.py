"""Prints the names of missing programs, one per line."""

from .programs import missing

print("\n".join(missing()))
