"""Load a programme: a new version, frozen once adopted."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from beffroi.domain.programme.modele import Programme
from beffroi.kernel.convert import plain
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.web.tables.models import Evenement, ProgrammeVersion
from beffroi.web.tables.selectors.programme import contenu_version


def empreinte(contenu: Any) -> str:
    """sha256 of the canonical JSON text of a programme."""
    text = json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def charger(programme: Programme, auteur: Any = None) -> tuple[ProgrammeVersion, bool]:
    """Record a version of a programme. Loading the same content again changes nothing.

    Returns:
        The version, and whether it is new.

    Raises:
        InvalidInput: this version exists with another content; an adopted version is frozen.
    """
    contenu = plain(programme)
    mark = empreinte(contenu)
    versions = list(ProgrammeVersion.objects.filter(programme=programme.id))
    for existing in versions:
        if existing.version == programme.version:
            # Le modèle a pu gagner un champ depuis : le contenu relu tranche, pas seulement son empreinte.
            if existing.empreinte == mark or contenu_version(existing) == programme:
                return existing, False
            raise InvalidInput(
                Problem(
                    f"le programme « {programme.titre_court} » a déjà une version « {programme.version} » "
                    "avec un autre contenu, et une version chargée est figée.",
                    conseil="Donnez un autre nom de version (« version: modification n° 1 ») et rechargez.",
                )
            )
    version = ProgrammeVersion.objects.create(
        programme=programme.id,
        version=programme.version,
        rang=max((v.rang for v in versions), default=0) + 1,
        collectivite=programme.collectivites[0],
        collectivites=list(programme.collectivites),
        nature=programme.nature.value,
        titre=programme.titre,
        titre_court=programme.titre_court,
        contenu=contenu,
        empreinte=mark,
        fictif=programme.fictif,
        charge_par=auteur,
    )
    return version, True


NATURE_CREATION = "creation_programme"


@transaction.atomic
def creer(programme: Programme, auteur: Any) -> ProgrammeVersion:
    """Record the first version of a programme born here, and the event that says who created it.

    Raises:
        InvalidInput: a programme of this id exists already.
    """
    known = ProgrammeVersion.objects.filter(programme=programme.id).order_by("rang").first()
    if known is not None:
        raise InvalidInput(
            Problem(
                f"un programme de cette collectivité commence déjà cette année-là : « {known.titre} », "
                f"chargé le {timezone.localtime(known.charge_le):%d/%m/%Y}.",
                colonne="première année",
                conseil="Ouvrez-le, ou choisissez une autre première année.",
            )
        )
    version, _ = charger(programme, auteur)
    Evenement.objects.create(
        collectivite=version.collectivite,
        programme=programme.id,
        element=programme.id,
        nature=NATURE_CREATION,
        apres={"version": version.version, "titre": version.titre, "empreinte": version.empreinte},
        effet=timezone.localdate(),
        enregistrement=timezone.now(),
        auteur=auteur,
        auteur_nom=auteur.nom_affiche,
        fictif=auteur.fictif,
    )
    return version
