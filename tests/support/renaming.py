"""Renames attributes of installed classes, as another version of their package might."""

import inspect
from collections.abc import Callable
from typing import Any

Set = Callable[[Any, str, Any], None]
Delete = Callable[[Any, str], None]


def rename(kind: type, name: str, put: Set = setattr, drop: Delete = delattr) -> None:
    """Rename `name` in a class and its parents: what is defined, and what methods use."""
    for place in inspect.getmro(kind)[:-1]:
        if name in vars(place):
            put(place, f"{name}_renamed", vars(place)[name])
            drop(place, name)
        for method in vars(place).values():
            function = inspect.unwrap(method) if callable(method) else None
            if inspect.isfunction(function) and name in function.__code__.co_names:
                names = tuple(one + "_renamed" * (one == name) for one in function.__code__.co_names)
                put(function, "__code__", function.__code__.replace(co_names=names))
