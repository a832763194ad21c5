"""The services of one serving process: database threads, presence, access checks, cleanup."""
