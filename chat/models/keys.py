"""Names that nobody can guess."""

import secrets


def new_key() -> str:
    """128 random bits as 22 characters that are safe in an address: nobody guesses the next one."""
    return secrets.token_urlsafe(16)
