"""Le bilan gagne ce qui est saisi : résultats des fiches, indicateurs, exécution du budget ; les brouillons restent dehors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.nomenclatures.saisie import StatutValeur
from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.valeur import CleValeur, ValeurSuivie
from beffroi.kernel.figure import Etat
from beffroi.reports.build import Document, Tableau, texte_brut, textes_bloc
from beffroi.reports.docx import ecrire_docx
from beffroi.reports.editer import editer
from beffroi.warehouse.query import Entrepot

EPCI = "epci:200072460"
CONNU_LE = datetime(2026, 6, 30, tzinfo=UTC)
SAISI_LE = datetime(2023, 2, 1, tzinfo=UTC)


def valeur(
    element: str, annee: int, nombre: str | None, statut: str = "valide", ventilation: str = "", unite: str = ""
) -> ValeurSuivie:
    return ValeurSuivie(
        CleValeur(element, EPCI, str(annee), ventilation),
        None if nombre is None else Decimal(nombre),
        unite or UNITES.get(element, "nombre"),
        StatutValeur(statut),
        "bilan OPAH",
        "",
        "Camille Essai",
        SAISI_LE,
    )


def texte(document: Document, section: str) -> str:
    trouvee = next(s for s in document.sections if s.id == section)
    return (
        "\n".join(texte_brut(t) for b in trouvee.blocs for t in textes_bloc(b))
        .replace("\u202f", " ")
        .replace("\u00a0", " ")
    )


@pytest.fixture(scope="module")
def avec(entrepot: Entrepot, cabbalr: Programme) -> Callable[..., Document]:
    """Bilan 2022 avec des valeurs."""
    return lambda *valeurs: editer(cabbalr, 2022, valeurs=valeurs, entrepot=entrepot, connu_le=CONNU_LE)


UNITES = {"a03-indicateur-3": "logement", "a11-objectif-6": "place"}
OBJECTIF, INDICATEUR, LIGNE = "a03-objectif-3", "a03-indicateur-3", "a03-budget-1"


def test_un_resultat_saisi_entre_dans_la_fiche_et_l_appreciation(
    avec: Callable[..., Document], bilan: Document
) -> None:
    assert "résultat transmis" not in texte(bilan, "orientation:orientation-2").replace("aucun résultat", "")
    # 4 demandés sur six ans : 2,7 à date après quatre exercices ; 3 faits, dont un vrai zéro en 2021
    faits = [valeur(OBJECTIF, a, n) for a, n in ((2019, "1"), (2020, "1"), (2021, "0"), (2022, "1"))]
    document = avec(*faits)
    c = document.chiffres
    assert c[f"attendu.{OBJECTIF}.resultat"].valeur == 3
    assert c[f"attendu.{OBJECTIF}.taux"].texte() == "112,5\u202f%"


def test_les_brouillons_sont_comptes_et_laisses(avec: Callable[..., Document], bilan: Document) -> None:
    document = avec(valeur(INDICATEUR, 2022, "12", "brouillon"))
    assert document.chiffres["indicateurs.renseignes"].valeur == bilan.chiffres["indicateurs.renseignes"].valeur
    assert "Une valeur encore en brouillon n'est pas reprise" in texte(document, "actions").replace("’", "'")


def test_un_indicateur_saisi_compte_et_se_lit_avec_sa_source(avec: Callable[..., Document]) -> None:
    document = avec(valeur(INDICATEUR, 2022, "12", "propose"), valeur(INDICATEUR, 2021, "7"))
    lu = texte(document, "actions")
    assert document.chiffres["indicateurs.renseignes"].valeur == 4
    assert "bilan OPAH" in lu and "12 logements" in lu and "7 logements" in lu


def test_une_valeur_enregistree_apres_la_date_connue_n_y_est_pas(
    entrepot: Entrepot, cabbalr: Programme, bilan: Document
) -> None:
    document = editer(
        cabbalr, 2022, valeurs=[valeur(INDICATEUR, 2022, "12")], entrepot=entrepot,
        connu_le=datetime(2023, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    assert document.chiffres["indicateurs.renseignes"].valeur == bilan.chiffres["indicateurs.renseignes"].valeur


def test_l_execution_du_budget_remplace_la_donnee_manquante(avec: Callable[..., Document], bilan: Document) -> None:
    assert "Budget engagé et payé par action : direction des finances" in texte(bilan, "actions")
    document = avec(
        valeur(LIGNE, 2022, "55000", ventilation="stade=engage", unite="euro"),
        valeur(LIGNE, 2022, "0", ventilation="stade=paye", unite="euro"),
        valeur(LIGNE, 2021, "99999", ventilation="stade=engage", unite="euro"),
    )
    lu = texte(document, "actions")
    assert "Exécution 2022. voté non renseigné, 55 000 € engagés, 0 € payés." in lu
    assert "Budget engagé et payé par action : direction des finances" not in lu and "99 999" not in lu
    assert "0 € payés en 2022" in texte(document, "synthese")


def test_le_docx_s_ecrit_avec_les_valeurs(avec: Callable[..., Document], tmp_path: Path) -> None:
    document = avec(
        valeur(INDICATEUR, 2022, "12"), valeur(OBJECTIF, 2022, "1"),
        valeur(LIGNE, 2022, "1", ventilation="stade=paye", unite="euro"),
    )  # fmt: skip
    ecrire_docx(document, tmp_path / "b.docx")
    assert (tmp_path / "b.docx").stat().st_size > 10_000


def test_l_orientation_prend_la_plus_defavorable(avec: Callable[..., Document], bilan: Document) -> None:
    def avis(document: Document) -> Appreciation | None:
        synthese = next(s for s in document.sections if s.id == "synthese")
        tableau = next(b for b in synthese.blocs if isinstance(b, Tableau) and b.id == "orientations")
        return (
            next(x for x in tableau.lignes if texte_brut(x.cellules[0].texte).startswith("3"))
            .cellules[2]
            .texte[0]
            .appreciation
        )

    # 2 aires et 200 places en six ans ; fin 2022, une aire sur 1,3 attendue à date, et aucune place.
    aire, places = "a11-objectif-3", "a11-objectif-6"
    une = [valeur(aire, a, n) for a, n in ((2019, "0"), (2020, "1"), (2021, "0"), (2022, "1"))]
    zero = [valeur(places, a, "0") for a in range(2019, 2023)]
    assert avis(bilan) is Appreciation.SANS_DONNEE
    assert avis(avec(*une)) is Appreciation.ATTEINT
    deux = avec(*une, *zero)
    assert avis(deux) is Appreciation.EN_RETARD
    assert "2 résultats transmis" in texte(deux, "synthese")
    assert "2 ont un résultat transmis" in texte(deux, "orientation:orientation-3")


def test_une_valeur_dans_une_unite_que_l_element_n_a_plus_ne_se_compare_pas(
    avec: Callable[..., Document], bilan: Document
) -> None:
    document = avec(valeur(INDICATEUR, 2022, "12", unite="euro"))
    assert document.chiffres["indicateurs.renseignes"].valeur == bilan.chiffres["indicateurs.renseignes"].valeur


SOCIAL = "logement_locatif_social"


def agree(commune: str, annee: int, nombre: str) -> ValeurSuivie:
    return replace(
        valeur(SOCIAL, annee, nombre, unite="logement"), cle=CleValeur(SOCIAL, f"commune:{commune}", str(annee))
    )


def test_les_agrements_saisis_par_commune_remplacent_non_transmis(
    avec: Callable[..., Document], bilan: Document, cabbalr: Programme
) -> None:
    assert "social.agrees" not in bilan.chiffres
    quatre = [agree("62516", a, n) for a, n in ((2019, "10"), (2020, "0"), (2021, "25"), (2022, "5"))]
    document = avec(*quatre, agree("62126", 2022, "8"), agree("62516", 2023, "1000"))
    c = document.chiffres
    assert c["commune:62516.social.agrees"].valeur == 40
    assert c["commune:62516.social.agrees"].etat is Etat.PROVISOIRE or c["commune:62516.social.agrees"].connu
    assert c["commune:62126.social.agrees"].etat is Etat.PARTIEL  # trois exercices sans réponse : au moins 8
    assert c["social.agrees"].valeur == 48
    couverture = c["social.agrees"].couverture
    assert couverture is not None and (couverture.renseignes, couverture.total) == (2, 100)
    assert "2 communes sur 100" in texte(document, "logement_social")
