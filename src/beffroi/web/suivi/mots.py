"""Counts in words."""

from __future__ import annotations

from beffroi.kernel.figure import INSECABLE, nombre


def accord(n: int, singulier: str, pluriel: str | None = None) -> str:
    """« 1 valeur », « 1 000 valeurs ». Every word takes its plural when there are several words."""
    if n >= 2:
        return f"{nombre(n)}{INSECABLE}{pluriel or ' '.join(f'{m}s' for m in singulier.split())}"
    return f"{nombre(n)}{INSECABLE}{singulier}"
