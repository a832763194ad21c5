"""Columns stored beside the names of people and rooms, by which they are found."""

from typing import Any

from . import folding
from .latin import latin_of, spellings


def of_person(name: str) -> dict[str, Any]:
    return {"latin": latin_of(name), "search_version": folding.VERSION}


def of_room(name: str, topic: str) -> dict[str, Any]:
    latin = latin_of(name)
    text = "\n".join([folding.search_form(f"{name}\n{topic}"), *spellings(latin)])
    return {"search_text": text, "latin": latin, "search_version": folding.VERSION}
