"""Vérité locale : la valeur corrigée compte, la valeur publiée reste à côté, le secret ne se lève pas."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from beffroi.domain.suivi.correction import corriger
from beffroi.kernel.errors import InvalidInput
from beffroi.kernel.figure import Chiffre, Etat
from beffroi.web.tables.models import Correction, Evenement
from beffroi.web.tables.selectors.correction import corrections
from beffroi.web.tables.services.correction import corriger_valeur, retirer

pytestmark = pytest.mark.django_db
SIREN = "200072460"


def _corriger(qui: Any, valeur: int, publie: Chiffre, motif: str = "Permis oublié") -> Correction:
    return corriger_valeur(
        SIREN, "sitadel_annuel", "logement_autorise", "commune:62035", 2021, Decimal(valeur), publie,
        millesime="2026-06", motif=motif, auteur=qui,
    )  # fmt: skip


def _en_vigueur() -> list[Any]:
    return corrections([SIREN], "sitadel_annuel", "logement_autorise")


def test_la_correction_survit_au_millesime_et_montre_les_deux(personne: Any) -> None:
    _corriger(personne("camille"), 17, Chiffre(5, "logement"))
    nouveau_millesime = {("62035", 2021): Chiffre(6, "logement", provenance=("sitadel_annuel@2027-06",))}
    corrige = corriger(nouveau_millesime, _en_vigueur())["62035", 2021]
    assert corrige.valeur == 17
    assert "publié : 6" in corrige.note
    assert corrige.provenance[0] == "sitadel_annuel@2027-06" and corrige.provenance[1].startswith("correction:")
    assert Correction.objects.get().valeur_publiee == 5


def test_une_seconde_correction_remplace_la_premiere_et_un_retrait_rend_la_valeur_publiee(personne: Any) -> None:
    qui = personne("camille")
    _corriger(qui, 17, Chiffre(5, "logement"))
    seconde = _corriger(qui, 18, Chiffre(5, "logement"))
    assert [c.valeur for c in _en_vigueur()] == [18]
    retirer(SIREN, seconde.pk, auteur=qui)
    assert _en_vigueur() == []
    assert Correction.objects.count() == 2
    assert list(Evenement.objects.order_by("enregistrement").values_list("nature", flat=True)) == [
        "correction",
        "correction",
        "retrait_correction",
    ]


@pytest.mark.parametrize(
    ("valeur", "publie", "motif", "phrase"),
    [
        (17, Chiffre(5, "logement"), " ", "motif"),
        (-1, Chiffre(5, "logement"), "x", "négative"),
        (17, Chiffre(None, "logement", Etat.SECRET), "x", "secrète"),
    ],
)
def test_refus(valeur: int, publie: Chiffre, motif: str, phrase: str, personne: Any) -> None:
    with pytest.raises(InvalidInput, match=phrase):
        _corriger(personne("camille"), valeur, publie, motif)
    assert Correction.objects.count() == 0


def test_une_valeur_devenue_secrete_le_reste(personne: Any) -> None:
    _corriger(personne("camille"), 17, Chiffre(5, "logement"))
    secret = {("62035", 2021): Chiffre(None, "logement", Etat.SECRET)}
    assert corriger(secret, _en_vigueur()) == secret
