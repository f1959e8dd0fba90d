"""Demonstration: packaged programmes, and later a small table of public figures and fictitious entries."""

from __future__ import annotations

from pathlib import Path


def programmes() -> dict[str, Path]:
    """Packaged programmes: permanent id → YAML file, in alphabetical order."""
    return {f.stem: f for f in sorted((Path(__file__).parent / "programmes").glob("*.yaml"))}
