"""L'entrepôt répond : territoires de France, séries de Sitadel avec leur état et leur provenance."""

import threading

import pytest

from beffroi.kernel.errors import NotFound
from beffroi.kernel.figure import Etat, somme
from beffroi.warehouse.query import Commune, Entrepot

BETHUNE = "200072460"
ANNEES = list(range(2019, 2026))


def _totaux(entrepot: Entrepot, mesure: str) -> dict[int, int | None]:
    codes = [c.code for c in entrepot.communes_epci(BETHUNE)]
    serie = entrepot.serie_communale("sitadel_annuel", mesure, codes, ANNEES)
    totaux = {}
    for annee in ANNEES:
        total = somme(serie[c, annee] for c in codes)
        assert total.couverture is not None
        if total.connu:
            assert (total.couverture.renseignes, total.couverture.total) == (99, 100)
        totaux[annee] = total.valeur
    return totaux  # type: ignore[return-value]


@pytest.mark.parametrize("nom", ["demonstration", "complet"])
def test_autorises_et_commences_de_bethune_bruay(nom: str, request: pytest.FixtureRequest) -> None:
    entrepot: Entrepot = request.getfixturevalue(nom)
    autorises, commences = _totaux(entrepot, "logement_autorise"), _totaux(entrepot, "logement_commence")
    assert [autorises[a] for a in range(2019, 2023)] == [751, 613, 1073, 1034]
    assert [commences[a] for a in range(2019, 2023)] == [440, 467, 631, 488]
    assert commences[2025] is None, "une case vide n'est pas un zéro"


def test_une_commune_absente_du_fichier_est_non_renseignee(demonstration: Entrepot) -> None:
    serie = demonstration.serie_communale("sitadel_annuel", "logement_autorise", ["62720", "62119"], [2020, 2025])
    assert serie["62720", 2020].etat is Etat.NON_RENSEIGNE
    assert serie["62119", 2020].etat is Etat.CONNU
    assert serie["62119", 2025].etat is Etat.PROVISOIRE


def test_la_provenance_dit_demonstration(demonstration: Entrepot) -> None:
    (identifiant,) = demonstration.serie_communale("sitadel_annuel", "logement_autorise", ["62119"], [2020])[
        "62119", 2020
    ].provenance
    provenance = demonstration.provenance(identifiant)
    assert (provenance.producteur, provenance.millesime) == ("SDES", "2026-06")
    assert provenance.mention == "extrait de démonstration"
    assert "Licence Ouverte" in provenance.licence


def test_la_provenance_dit_fichier_derive(complet: Entrepot) -> None:
    serie = complet.serie_communale("sitadel_annuel", "logement_autorise", ["62119", "95018"], [2023])
    assert "dérivé" in complet.provenance(serie["62119", 2023].provenance[0]).mention
    assert complet.provenance(serie["95018", 2023].provenance[0]).mention == ""


def test_une_seule_requete_quel_que_soit_le_nombre(demonstration: Entrepot, monkeypatch: pytest.MonkeyPatch) -> None:
    compte = []
    vraie = Entrepot.lignes

    def compter(self: Entrepot, *args: object) -> object:
        compte.append(args)
        return vraie(self, *args)  # type: ignore[arg-type]

    codes = [c.code for c in demonstration.communes_epci(BETHUNE)]
    monkeypatch.setattr(Entrepot, "lignes", compter)
    demonstration.serie_communale("sitadel_annuel", "logement_autorise", codes[:1], [2020])
    une = len(compte)
    demonstration.serie_communale("sitadel_annuel", "logement_autorise", codes, ANNEES)
    assert (une, len(compte)) == (1, 2)


def test_secret_et_blanc_restent_distincts(demonstration: Entrepot) -> None:
    valeurs = demonstration.valeurs_communales("lovac", "logement_vacant_plus_2_ans", ["59002", "59019"])
    assert valeurs["59002"].valeur == 48
    assert valeurs["59019"].etat is Etat.SECRET
    assert valeurs["59019"].texte() == "secret"


def test_dernier_exercice_complet(demonstration: Entrepot) -> None:
    assert demonstration.dernier_exercice_complet("sitadel_annuel") == 2024


def test_territoires_de_france(demonstration: Entrepot) -> None:
    assert demonstration.lignes("SELECT count(*) FROM epci") == [(1255,)]
    assert demonstration.lignes("SELECT count(*) FROM commune") == [(34969,)]
    epci = demonstration.epci(BETHUNE)
    assert (epci.nature, epci.nombre_communes, epci.population_municipale) == ("CA", 100, 275736)
    assert len(demonstration.communes_epci(BETHUNE)) == 100
    assert demonstration.commune("62119").siren == "216209106"
    paris = demonstration.commune("75101")
    assert (paris.code, paris.nom) == ("75056", "Paris"), "un arrondissement mène à sa commune"


@pytest.mark.parametrize("texte", ["béthune", "BETHUNE", "Bethune ", "62119"])
def test_recherche_sans_accent_ni_casse(demonstration: Entrepot, texte: str) -> None:
    premier = demonstration.rechercher(texte)[0]
    assert isinstance(premier, Commune) and premier.code == "62119"


def test_recherche_saint_et_ligature(demonstration: Entrepot) -> None:
    assert "59526" in [t.territoire.code for t in demonstration.rechercher("St-Amand-les-Eaux")]
    assert demonstration.rechercher("noeux les mines")[0].territoire.code == "62617"
    assert demonstration.rechercher("'; drop table commune; --") == []
    assert demonstration.rechercher("  ") == []


def test_logements_du_recensement_par_iris(demonstration: Entrepot) -> None:
    """Le paquet et la base communale disent le même parc, à l'arrondi des IRIS près."""
    iris = demonstration.valeurs_communales("recensement_iris", "residence_principale", ["62119"])["62119"]
    base = demonstration.valeurs_communales("recensement_logement", "residence_principale", ["62119"])["62119"]
    assert iris.valeur is not None and base.valeur is not None
    assert abs(iris.valeur - base.valeur) <= 15


def test_un_territoire_inconnu_est_dit(demonstration: Entrepot) -> None:
    with pytest.raises(NotFound, match="chercher"):
        demonstration.commune("99999")
    with pytest.raises(NotFound, match="SIREN"):
        demonstration.epci("123456789")
    with pytest.raises(NotFound, match="logement_autorise"):
        demonstration.serie_communale("sitadel_annuel", "logement_livre", ["62119"], [2020])


def test_tuiles_des_quatre_epci(demonstration: Entrepot) -> None:
    for siren, nombre in ((BETHUNE, 100), ("245901160", 35), ("200042190", 47), ("246200364", 36)):
        tuiles = demonstration.tuiles(siren)
        assert len(tuiles) == nombre
        assert len(set(tuiles.values())) == nombre, "deux communes sur un hexagone"
        assert set(tuiles) == {c.code for c in demonstration.communes_epci(siren)}


def test_lectures_simultanees(demonstration: Entrepot) -> None:
    resultats: list[int] = []

    def lire() -> None:
        for _ in range(20):
            resultats.append(len(demonstration.communes_epci(BETHUNE)))

    fils = [threading.Thread(target=lire) for _ in range(4)]
    for f in fils:
        f.start()
    for f in fils:
        f.join()
    assert resultats == [100] * 80
