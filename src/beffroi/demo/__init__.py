"""Demonstration: packaged programmes, a small table of public figures, fictitious entries marked as such."""

from __future__ import annotations

from pathlib import Path


def programmes() -> tuple[Path, ...]:
    """YAML files of the packaged programmes, in alphabetical order; the stem of each is its permanent id."""
    return tuple(sorted((Path(__file__).parent / "programmes").glob("*.yaml")))
