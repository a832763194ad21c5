"""Benchmarks of the chat and the servers it is compared with: `python -m bench`."""
