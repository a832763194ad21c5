"""Re-encodes pictures as an upload does."""

from pathlib import Path
from typing import Any

import pytest

from chat import files


@pytest.fixture
def paths(tmp_path: Path) -> tuple[Path, Path, Path]:
    return tmp_path / "source", tmp_path / "target", tmp_path / "small"


@pytest.fixture
def remade(paths: tuple[Path, Path, Path]) -> Any:
    """Through the worker process, like an upload."""

    def remade(data: bytes, pixels: int = 1_000_000, frames: int = 50, **how: Any) -> files.Made:
        paths[0].write_bytes(data)
        return files.reencode(*paths, pixels, frames, **how)

    return remade
