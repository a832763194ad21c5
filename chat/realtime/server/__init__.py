"""What one serving process runs beside Django: database threads, presence, access checks, cleanup."""
