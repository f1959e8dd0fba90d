"""Les programmes livrés disent ce que le document dit : chaque valeur se relit à sa ligne."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from beffroi import demo
from beffroi.domain.nomenclatures.programme import NatureNote
from beffroi.domain.programme.modele import Programme
from beffroi.domain.programme.totaux import ComparaisonTotal, NatureLecture, ecarts
from beffroi.exchange import lire
from beffroi.exchange.territoires import decoupage
from greffon_sauts import exiger
from relecture import ecarts as relire

LIVRES = {chemin.stem: chemin for chemin in demo.programmes()}
# Nombre de valeurs relues au moins : une relecture qui ne trouverait rien à relire échouerait.
RELUES = {"plh-cabbalr-2019": 3600, "plh-call-2023": 2000, "plh-cavm-2023": 1700, "crte-valenciennois-2021": 380}


@pytest.fixture(scope="session")
def cabbalr() -> Programme:
    return lire(LIVRES["plh-cabbalr-2019"])


def documents(programme: Programme, shared: Path) -> dict[str, list[str]]:
    """Lignes de chaque document cité par le programme et présent dans le dossier partagé."""
    return {
        d.id: (shared / "documents" / d.fichier).read_text(encoding="utf-8").split("\n")
        for d in programme.documents
        if d.fichier is not None
    }


@pytest.mark.shared
@pytest.mark.parametrize("ident", LIVRES)
def test_chaque_valeur_se_relit_a_sa_ligne(ident: str, shared: Path) -> None:
    programme = lire(LIVRES[ident])
    relues, fautes = relire(programme, documents(programme, shared))
    assert fautes == []
    assert relues >= RELUES[ident]


def _remplacer(programme: Programme, champ: str, rang: int, **valeurs: Any) -> Programme:
    liste = list(getattr(programme, champ))
    liste[rang] = dataclasses.replace(liste[rang], **valeurs)
    return dataclasses.replace(programme, **{champ: tuple(liste)})


FAUSSER: list[tuple[str, Callable[[Programme], Programme]]] = [
    ("valeur", lambda p: _remplacer(p, "objectifs", 0, reference=dataclasses.replace(p.objectifs[0].reference, valeur=Decimal(1071)))),
    ("commune", lambda p: _remplacer(p, "objectifs", 0, valeurs=(dataclasses.replace(p.objectifs[0].valeurs[0], commune="62119"),))),
    ("taux", lambda p: _remplacer(p, "objectifs", 1, valeurs=(dataclasses.replace(p.objectifs[1].valeurs[1], taux=Decimal("0.3")),))),
    ("titre", lambda p: _remplacer(p, "actions", 2, titre="Reconquérir le parc ancien et résorber le bâti très dégradé")),
    ("libellé", lambda p: _remplacer(p, "regles_financement", 1, libelle="Primes vertes")),
]  # fmt: skip


@pytest.mark.shared
@pytest.mark.parametrize("fausser", [f for _, f in FAUSSER], ids=[n for n, _ in FAUSSER])
def test_une_valeur_faussee_est_vue(
    cabbalr: Programme, shared: Path, fausser: Callable[[Programme], Programme]
) -> None:
    assert relire(fausser(cabbalr), documents(cabbalr, shared))[1]


@pytest.mark.parametrize("ident", LIVRES)
def test_les_communes_sont_celles_de_la_collectivite(ident: str) -> None:
    exiger("modules")
    territoires = decoupage()
    assert territoires is not None
    programme = lire(LIVRES[ident], territoires=territoires)
    attendues = set().union(*(territoires.communes_de(s) or set() for s in programme.collectivites))
    if programme.communes():
        assert set(programme.communes()) == attendues


def test_bethune_bruay_a_les_comptes_du_document(cabbalr: Programme) -> None:
    assert [o.numero for o in cabbalr.orientations] == ["1", "2", "3", "4"]
    assert [a.numero for a in cabbalr.actions] == [str(n) for n in range(1, 14)]
    par_orientation = [sum(a.orientation == o.id for a in cabbalr.actions) for o in cabbalr.orientations]
    assert par_orientation == [4, 3, 4, 2]
    assert [len(a.indicateurs) for a in cabbalr.actions] == [6, 4, 5, 5, 4, 2, 4, 4, 2, 4, 2, 3, 4]
    assert sum(len(a.mesures) for a in cabbalr.actions) == 52
    assert len(cabbalr.regles_financement) == 16
    assert len(cabbalr.matrice_mixite) == 12
    assert sum(c.communes or 0 for c in cabbalr.matrice_mixite) == 93
    secteurs = {s.id: len(s.communes) for s in cabbalr.secteurs}
    assert len(cabbalr.communes()) == 100
    assert secteurs["pole_scot"] == 10 and secteurs["autres_communes"] == 90 and secteurs["communes_sru"] == 7
    assert [e.annee for e in cabbalr.exercices()] == [2019, 2020, 2021, 2022, 2023, 2024]
    assert all(a.pilote_implicite for a in cabbalr.actions)


def test_bethune_bruay_un_bloc_imprime_trois_fois_compte_une_fois(cabbalr: Programme) -> None:
    lignes = {b.id: b for a in cabbalr.actions for b in a.budget}
    for action in ("a04", "a08"):
        assert [lignes[f"{action}-budget-{n}"].identique_a for n in range(1, 5)] == [
            f"a03-budget-{n}" for n in range(1, 5)
        ]
    assert sum(b.montant or 0 for b in lignes.values() if b.montant == 950000 and b.identique_a is None) == 950000


def _lectures(comparaison: ComparaisonTotal) -> dict[NatureLecture, set[int]]:
    resultat: dict[NatureLecture, set[int]] = {}
    for lecture in comparaison.lectures:
        resultat.setdefault(lecture.nature, set()).add(int(lecture.valeur))
    return resultat


def test_bethune_bruay_les_totaux_qui_ne_concordent_pas(cabbalr: Programme) -> None:
    vus = {(c.element, c.secteur.id if c.secteur else None): c for c in ecarts(cabbalr)}
    n = NatureLecture
    production = vus["production_logement", None]
    assert _lectures(production) == {
        n.REFERENCE: {1070}, n.PUBLIE: {1068, 1050}, n.SOMME_SECTEURS: {1070}, n.SOMME_GROUPES: {1069}, n.SOMME_COMMUNES: {1073}
    }  # fmt: skip
    assert {lecture.valeur: lecture.texte_lignes for lecture in production.lectures} == {
        1070: "488 à 842", 1068: "896", 1050: "474", 1069: "892 et 894", 1073: "490 à 890"
    }  # fmt: skip
    lls = vus["logement_locatif_social", None]
    assert _lectures(lls) == {n.REFERENCE: {1874}, n.SOMME_SECTEURS: {1873}, n.SOMME_COMMUNES: {1874}}
    livraisons = vus["livraison_2006_2016", None]
    assert _lectures(livraisons) == {
        n.PUBLIE: {11624},
        n.SOMME_SECTEURS: {11624},
        n.SOMME_GROUPES: {11625},
        n.SOMME_COMMUNES: {11622},
    }
    assert ("logement_locatif_social_dap", None) not in vus
    ecarts_secteur = {
        (e, s): tuple(int(lecture.valeur) for lecture in c.lectures)
        for (e, s), c in vus.items()
        if s and e == "production_logement"
    }
    assert ecarts_secteur == {
        ("production_logement", "bruaysis"): (162, 161),
        ("production_logement", "est"): (229, 230),
        ("production_logement", "flandres_bas_pays"): (95, 96),
        ("production_logement", "noeuxois"): (112, 113),
        ("production_logement", "ouest"): (87, 88),
        ("production_logement", "autres_communes"): (632, 636),
    }


def test_un_indice_ne_s_additionne_pas(cabbalr: Programme) -> None:
    assert not any(c.element.startswith("indice") or c.element.startswith("part") for c in ecarts(cabbalr))


def test_les_contradictions_du_document_sont_des_notes(cabbalr: Programme) -> None:
    contradictions = [n for n in cabbalr.notes if n.nature is NatureNote.CONTRADICTION]
    assert all(n.lieux for n in contradictions)
    concernes = {c for n in contradictions for c in n.concerne}
    # Tout total discordant est expliqué par une note.
    assert {c.element for c in ecarts(cabbalr)} <= concernes
    assert any("Rombly" in n.texte for n in contradictions)


@pytest.mark.shared
def test_bethune_bruay_suit_l_extraction_lue_a_la_main(cabbalr: Programme, shared: Path) -> None:
    """Seconde source, indépendante de notre écriture : les deux tables relues de `domaine/`."""
    table = json.loads((shared / "domaine/cabbalr_table.json").read_text(encoding="utf-8"))
    noms = {nom: code for code, nom in cabbalr.noms_communes.items()}
    objectif = {v.commune: v.valeur for v in cabbalr.objectifs[0].valeurs}
    livraison = {v.commune: v.valeur for v in cabbalr.series[0].valeurs}
    secteur = {
        c: s.nom.replace("’", "'").replace("œ", "oe") for s in cabbalr.secteurs if not s.groupe for c in s.communes
    }
    for ligne in table:
        code = noms[ligne["commune"]]
        assert objectif[code] == Decimal(str(ligne["obj"])) and livraison[code] == ligne["liv"]
        assert secteur[code] == ligne["secteur"]
    lls = {v.commune: (v.valeur, v.taux) for v in cabbalr.objectifs[1].valeurs}
    for ligne in json.loads((shared / "domaine/cabbalr_lls.json").read_text(encoding="utf-8")):
        taux = None if ligne["rate_pct"] is None else Decimal(ligne["rate_pct"]) / 100
        attendu = ligne["programme_lls_6y"]
        assert lls[noms[ligne["commune"]]] == (None if attendu is None else Decimal(attendu), taux), ligne
