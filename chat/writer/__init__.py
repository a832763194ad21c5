"""The write queue and its thread: many changes in one transaction."""
