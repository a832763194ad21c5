"""Writes the table of all cases into docs/reliability.md. A test checks that it is current."""

from . import cases
from .report import CATALOGUE, PAGE, catalogue, put

assert cases

if __name__ == "__main__":
    put(PAGE.read_text(), catalogue(), *CATALOGUE)
