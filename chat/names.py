"""Columns stored beside the names of people and rooms, by which they are found."""

from typing import Any

from . import folding, limits
from .latin import latin_of, spellings

# Letters and digits that look like Latin ones, small or capital.
_LOOKALIKES = str.maketrans("авгеѕіјкмнопрстухԁԛԝαβεηικμνορτυχζl10", "abresijkmhonpctyxdqwabehikmvoptyxziio")


def of_person(name: str) -> dict[str, Any]:
    return {"latin": latin_of(name), "look": look_of(name), "search_version": folding.VERSION}


def look_of(name: str) -> str:
    """The same for names that could be taken for each other."""
    folded = folding.fold_letters(name).replace(" ", "").translate(_LOOKALIKES)
    return ("".join(filter(str.isalnum, folded)) or folded)[: limits.NAME_CHARACTERS]


def of_room(name: str, topic: str) -> dict[str, Any]:
    latin = latin_of(name)
    text = "\n".join([folding.search_form(f"{name}\n{topic}"), *spellings(latin)])
    return {"search_text": text, "latin": latin, "search_version": folding.VERSION}
