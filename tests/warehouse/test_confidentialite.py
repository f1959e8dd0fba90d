"""Secret statistique : un attaquant qui résout tout ce qui est publié ne retrouve aucune valeur cachée."""

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beffroi.kernel.errors import InvalidInput
from beffroi.kernel.figure import Etat
from beffroi.kernel.formula import Share, Sum
from beffroi.kernel.territory import Echelle
from beffroi.warehouse.confidentiality import TOTAL, ProtectedTable, protect_table
from beffroi.warehouse.figures import Place, compute
from beffroi.warehouse.query import Entrepot

Cle = tuple[str, str]
SEUIL = 11


def attaquer(publiees: Mapping[Cle, int], equations: Sequence[tuple[Cle, Sequence[Cle]]]) -> dict[Cle, Fraction]:
    """Toutes les valeurs cachées que l'on déduit : élimination de Gauss, puis encadrement par des effectifs positifs."""
    inconnues = sorted({x for t, ms in equations for x in (t, *ms) if x not in publiees})
    lignes: list[list[Fraction]] = []
    for total, membres in equations:
        ligne = [Fraction(0)] * (len(inconnues) + 1)
        for cle, signe in ((total, -1), *((m, 1) for m in membres)):
            if cle in publiees:
                ligne[-1] -= signe * publiees[cle]
            else:
                ligne[inconnues.index(cle)] += signe
        lignes.append(ligne)
    trouvees: dict[Cle, Fraction] = {}
    rang = 0
    for colonne in range(len(inconnues)):
        pivot = next((i for i in range(rang, len(lignes)) if lignes[i][colonne]), None)
        if pivot is None:
            continue
        lignes[rang], lignes[pivot] = lignes[pivot], lignes[rang]
        lignes[rang] = [v / lignes[rang][colonne] for v in lignes[rang]]
        for i, ligne in enumerate(lignes):
            if i != rang and ligne[colonne]:
                lignes[i] = [a - ligne[colonne] * b for a, b in zip(ligne, lignes[rang], strict=True)]
        rang += 1
    for ligne in lignes[:rang]:
        utiles = [i for i, v in enumerate(ligne[:-1]) if v]
        if len(utiles) == 1:
            trouvees[inconnues[utiles[0]]] = ligne[-1] / ligne[utiles[0]]
    for total, membres in equations:  # une somme cachée nulle trahirait chacun de ses membres
        caches = [m for m in membres if m not in publiees]
        if caches and total in publiees and publiees[total] == sum(publiees[m] for m in membres if m in publiees):
            trouvees |= {m: Fraction(0) for m in caches}
    return trouvees


def _equations(table: ProtectedTable, parents: Mapping[str, Sequence[str]]) -> list[tuple[Cle, Sequence[Cle]]]:
    """Tout ce qu'un lecteur sait : le tableau, ses marges, les territoires parents, et les marges des parents."""
    equations = list(table.sums.items())
    equations += [((p, TOTAL), [(m, TOTAL) for m in membres]) for p, membres in parents.items()]
    return equations


def _verifier(effectifs: dict[Cle, int], parents: dict[str, list[str]]) -> ProtectedTable:
    table = protect_table(effectifs, parents, SEUIL)
    publiees = {k: c.valeur for k, c in table.cells.items() if c.valeur is not None}
    assert attaquer(publiees, _equations(table, parents)) == {}
    for cle, cellule in table.cells.items():
        vraie = effectifs.get(cle)
        if vraie is not None:
            assert cellule.valeur in (None, vraie), "une valeur publiée est exacte, jamais brouillée"
            assert not (0 < vraie < SEUIL and cellule.valeur is not None)
    return table


@settings(max_examples=30, deadline=None)
@given(graine=st.integers(0, 10_000), communes=st.integers(3, 9), modalites=st.integers(2, 4))
def test_aucune_valeur_cachee_n_est_retrouvee(graine: int, communes: int, modalites: int) -> None:
    hasard = random.Random(graine)
    noms = [f"c{i}" for i in range(communes)]
    effectifs = {(c, f"m{m}"): hasard.choice([0, 0, 1, 4, 10, 11, 25, 60, 300]) for c in noms for m in range(modalites)}
    coupe = hasard.randint(1, communes - 1)
    _verifier(effectifs, {"E1": noms[:coupe], "E2": noms[coupe:], "D": ["E1", "E2"]})


def test_l_attaquant_trouve_sans_la_suppression_complementaire() -> None:
    """Le même attaquant réussit quand on ne cache que les petites cellules : il n'est pas aveugle."""
    effectifs = {("A", "m"): 8, ("B", "m"): 25, ("C", "m"): 40}
    publiees: dict[Cle, int] = {("B", "m"): 25, ("C", "m"): 40, ("E", "m"): 73}
    assert attaquer(publiees, [(("E", "m"), list(effectifs))]) == {("A", "m"): Fraction(8)}


@pytest.mark.parametrize(
    ("valeurs", "caches"),
    [((8, 25, 40), {"A", "B"}), ((12, 25, 40), set()), ((0, 4, 7, 50), {"B", "C"})],
)
def test_vecteurs_publies(valeurs: tuple[int, ...], caches: set[str]) -> None:
    """T16-01 à T16-03."""
    communes = "ABCD"[: len(valeurs)]
    table = protect_table({(c, "m"): v for c, v in zip(communes, valeurs, strict=True)}, {"E": list(communes)}, SEUIL)
    assert {c for c in communes if table.cells[c, "m"].etat is Etat.SECRET} == caches
    assert table.chiffre("E", TOTAL, "logement").valeur == sum(valeurs)


def test_une_valeur_non_donnee_reste_non_renseignee() -> None:
    table = protect_table({("A", "m"): None, ("B", "m"): 30}, {"E": ["A", "B"]}, SEUIL)
    assert table.chiffre("A", "m", "logement").etat is Etat.NON_RENSEIGNE
    assert table.chiffre("E", "m", "logement").etat is Etat.NON_RENSEIGNE


def test_un_effectif_negatif_est_refuse() -> None:
    with pytest.raises(InvalidInput):
        protect_table({("A", "m"): -1}, {}, SEUIL)


def test_attaque_de_lovac_sur_de_vraies_communes(complet: Entrepot) -> None:
    """Commune, EPCI, département et région : les sommes publiées ne contiennent aucune commune secrète.

    L'attaquant tient chaque total pour celui de toutes les communes et résout le système ; il ne doit jamais tomber
    sur une valeur cachée que le producteur confirmerait. Ici on le prouve en refaisant chaque total : il est exactement
    la somme des seules communes publiées, à toutes les échelles, et il est dit « au moins ».
    """
    for mesure in ("logement_vacant", "logement_vacant_plus_2_ans", "parc_prive"):
        connues = dict(
            complet.lignes(f"SELECT code_commune, {mesure} FROM lovac WHERE annee = 2025 AND {mesure} IS NOT NULL")
        )
        membres = complet.lignes("SELECT code, siren_epci, code_departement, code_region FROM commune")
        for rang, echelle in enumerate((Echelle.EPCI, Echelle.DEPARTEMENT, Echelle.REGION), 1):
            totaux = compute(complet, Sum(f"lovac.{mesure}"), "logement", Place(echelle), [2025])
            attendus: dict[str, int] = {}
            for membre in membres:
                if membre[rang] and membre[0] in connues:
                    attendus[membre[rang]] = attendus.get(membre[rang], 0) + connues[membre[0]]
            assert {k[0]: c.valeur for k, c in totaux.items() if c.connu} == attendus
            for chiffre in totaux.values():
                if chiffre.connu and chiffre.couverture is not None and chiffre.couverture.secrets:
                    assert chiffre.etat is Etat.PARTIEL


def test_un_taux_ne_trahit_pas_la_commune_secrete(complet: Entrepot) -> None:
    """Les deux termes d'un taux quittent la commune secrète ensemble : taux × parc ne rend pas ce qui manque."""
    epci = "200072460"
    taux = compute(
        complet,
        Share(Sum("lovac.logement_vacant"), Sum("lovac.parc_prive")),
        "part",
        Place(Echelle.EPCI, (epci,)),
        [2025],
    )[epci, "2025"]
    haut, bas = complet.lignes(
        "SELECT sum(logement_vacant), sum(parc_prive) FROM lovac l JOIN commune c ON c.code = l.code_commune "
        "WHERE siren_epci = ? AND annee = 2025 AND logement_vacant IS NOT NULL AND parc_prive IS NOT NULL",
        [epci],
    )[0]
    assert float(taux.valeur or 0) == pytest.approx(haut / bas)
    assert taux.couverture is not None and taux.couverture.secrets > 0
