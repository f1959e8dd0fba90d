"""L'état d'une action : événements datés, immuables, annulés par d'autres événements."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from beffroi.domain.nomenclatures.avancement import EtatAction
from beffroi.domain.programme.modele import Programme
from beffroi.kernel.errors import InvalidInput, NotFound
from beffroi.web.tables.models import Evenement
from beffroi.web.tables.selectors.action import etats_en_vigueur, historique
from beffroi.web.tables.services.action import annuler, changer_etat

pytestmark = pytest.mark.django_db


def _etat(programme: Programme, au: date, connu_le: datetime | None = None) -> str | None:
    e = etats_en_vigueur(programme.id, au, connu_le).get("a01")
    return e.etat.value if e else None


def test_situation_au_suit_la_date_d_effet(programme: Programme, personne: Any) -> None:
    qui = personne("camille")
    changer_etat(programme, "a01", EtatAction.EN_COURS, date(2019, 3, 1), auteur=qui)
    changer_etat(programme, "a01", EtatAction.BLOQUEE, date(2022, 3, 14), auteur=qui, motif="Terrain non acquis")
    assert _etat(programme, date(2019, 2, 28)) is None
    assert _etat(programme, date(2022, 3, 13)) == "en_cours"
    assert _etat(programme, date(2022, 3, 14)) == "bloquee"


def test_tel_que_connu_le_suit_l_enregistrement(programme: Programme, personne: Any) -> None:
    qui = personne("camille")
    hier = datetime.now(UTC) - timedelta(days=1)
    changer_etat(programme, "a01", EtatAction.EN_COURS, date(2019, 3, 1), auteur=qui, enregistrement=hier)
    changer_etat(programme, "a01", EtatAction.ACHEVEE, date(2020, 3, 1), auteur=qui)
    assert _etat(programme, date(2021, 1, 1)) == "achevee"
    assert _etat(programme, date(2021, 1, 1), hier + timedelta(minutes=1)) == "en_cours"


def test_une_annulation_rend_l_etat_d_avant_et_garde_tout(programme: Programme, personne: Any) -> None:
    qui = personne("camille")
    changer_etat(programme, "a01", EtatAction.EN_COURS, date(2019, 3, 1), auteur=qui)
    faute = changer_etat(programme, "a01", EtatAction.ACHEVEE, date(2020, 3, 1), auteur=qui)
    avant_annulation = datetime.now(UTC)
    annuler(programme, str(faute.pk), auteur=qui)
    assert _etat(programme, date(2021, 1, 1)) == "en_cours"
    assert _etat(programme, date(2021, 1, 1), avant_annulation) == "achevee"
    assert len(historique(programme.id, "a01")) == 3
    with pytest.raises(InvalidInput, match="déjà annulé"):
        annuler(programme, str(faute.pk), auteur=qui)


def test_un_evenement_ne_se_modifie_ni_ne_s_efface(programme: Programme, personne: Any) -> None:
    e = changer_etat(programme, "a01", EtatAction.EN_COURS, date(2019, 3, 1), auteur=personne("camille"))
    with pytest.raises(TypeError):
        e.save()
    with pytest.raises(TypeError):
        e.delete()


@pytest.mark.parametrize(
    ("action", "etat", "effet", "motif", "erreur", "phrase"),
    [
        ("a09", EtatAction.EN_COURS, date(2020, 1, 1), "", NotFound, "pas dans le programme"),
        ("a01", EtatAction.EN_COURS, date(2999, 1, 1), "", InvalidInput, "ne se prévoit pas"),
        ("a01", EtatAction.BLOQUEE, date(2020, 1, 1), "", InvalidInput, "demande un motif"),
    ],
)
def test_refus(
    programme: Programme, action: str, etat: EtatAction, effet: date, motif: str, erreur: type[Exception], phrase: str
) -> None:
    with pytest.raises(erreur, match=phrase):
        changer_etat(programme, action, etat, effet, motif=motif)
    assert Evenement.objects.count() == 0


def test_le_meme_etat_deux_fois_est_refuse(programme: Programme) -> None:
    changer_etat(programme, "a01", EtatAction.EN_COURS, date(2019, 3, 1))
    with pytest.raises(InvalidInput, match="déjà"):
        changer_etat(programme, "a01", EtatAction.EN_COURS, date(2020, 3, 1))


def test_la_saisie_d_un_compte_fictif_est_fictive(programme: Programme, personne: Any) -> None:
    qui = personne("demo")
    qui.fictif = True
    assert changer_etat(programme, "a01", EtatAction.EN_COURS, date(2019, 3, 1), auteur=qui).fictif
