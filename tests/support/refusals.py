"""Returns the code of a refused action, for assertions."""

from collections.abc import Callable
from typing import Any

from chat.actions import Refused
from chat.protocol import Code


def refusal_code(action: Callable[..., Any], *args: Any, **kwargs: Any) -> Code | None:
    """Why the action was refused, or None if it was done."""
    try:
        action(*args, **kwargs)
    except Refused as refused:
        return refused.code
    return None
