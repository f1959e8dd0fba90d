"""Programmes as objects of the domain."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from beffroi.domain.programme.modele import Programme
from beffroi.kernel.convert import from_mapping
from beffroi.web.tables.models import ProgrammeVersion


@lru_cache(maxsize=64)
def _content(identifiant: int, empreinte: str) -> Programme:
    """A version is immutable: its object is built once per process and per fingerprint."""
    version = ProgrammeVersion.objects.only("contenu").get(pk=identifiant)
    return from_mapping(Programme, version.contenu, "programme")


def programme_en_vigueur(identifiant: str) -> Programme | None:
    """Last version of a programme, or None."""
    row = (
        ProgrammeVersion.objects.filter(programme=identifiant).order_by("-rang").values_list("pk", "empreinte").first()
    )
    return _content(*row) if row else None


def versions_de(identifiant: str) -> list[ProgrammeVersion]:
    """Versions of a programme, without their content, in order."""
    return list(
        ProgrammeVersion.objects.filter(programme=identifiant)
        .defer("contenu")
        .select_related("charge_par")
        .order_by("rang")
    )


def programme_version(identifiant: str, rang: int) -> Programme | None:
    """A given version of a programme, or None."""
    row = ProgrammeVersion.objects.filter(programme=identifiant, rang=rang).values_list("pk", "empreinte").first()
    return _content(*row) if row else None


def programmes_de(collectivites: Iterable[str]) -> list[ProgrammeVersion]:
    """Last version (without its content) of each programme signed by one of the collectivités."""
    wanted = set(collectivites)
    last: dict[str, ProgrammeVersion] = {}
    for v in ProgrammeVersion.objects.defer("contenu").order_by("programme", "rang"):
        if wanted & set(v.collectivites):
            last[v.programme] = v
    return sorted(last.values(), key=lambda v: v.titre_court)
