"""Passage des codes de communes : fusion additionnée, scission refusée, arrondissements, communes nouvelles réelles."""

import pytest

from beffroi.kernel.figure import Etat
from beffroi.kernel.formula import Change, Delta, Sum
from beffroi.kernel.territory import Echelle
from beffroi.warehouse.cog import Cog, Event, Statut
from beffroi.warehouse.figures import Place, compute
from beffroi.warehouse.query import NOTE_SCISSION, Entrepot

FUSIONS = [
    Event(2016, "A", "A"),
    Event(2016, "B", "A"),
    Event(2018, "X", "Y"),
    Event(2019, "C", "A"),
    Event(2019, "A", "A"),
]
SCISSIONS = [Event(2020, "D", "D"), Event(2020, "D", "E")]
COURANTES = ["A", "D", "E", "Y", "Z"]


@pytest.fixture
def cog() -> Cog:
    return Cog(FUSIONS, SCISSIONS, COURANTES, {"75101": "Z"})


@pytest.mark.parametrize(
    ("code", "annee", "courant", "statut"),
    [
        ("Z", 2010, "Z", Statut.INCHANGE),
        ("B", 2015, "A", Statut.FUSION),
        ("A", 2015, "A", Statut.FUSION),
        ("A", 2019, "A", Statut.INCHANGE),
        ("C", 2017, "A", Statut.FUSION),
        ("B", 2017, "A", Statut.FUSION),  # une ligne tardive d'une commune déjà absorbée suit sa commune
        ("X", 2010, "Y", Statut.CHANGEMENT_DE_CODE),
        ("D", 2019, None, Statut.SCISSION),
        ("D", 2020, "D", Statut.INCHANGE),
        ("E", 2021, "E", Statut.INCHANGE),
        ("75101", 2020, "Z", Statut.FUSION),
        ("Q", 2020, None, Statut.INCONNU),
    ],
)
def test_passage(cog: Cog, code: str, annee: int, courant: str | None, statut: Statut) -> None:
    passage = cog.passage(code, annee)
    assert (passage.current, passage.status) == (courant, statut)


def test_une_scission_donne_toutes_ses_suites(cog: Cog) -> None:
    assert cog.passage("D", 2010).successors == ("D", "E")


def test_existence_a_une_date(cog: Cog) -> None:
    assert cog.alive("B", 2015) and not cog.alive("B", 2016)
    assert not cog.alive("E", 2019) and cog.alive("E", 2020)
    assert not cog.alive("Y", 2017) and cog.alive("Y", 2018)


def test_composantes_attendues(cog: Cog) -> None:
    _, attendues = cog.table([2015, 2017, 2020])
    assert ("A", 2015, 3) in attendues
    assert ("A", 2017, 2) in attendues
    assert not [a for a in attendues if a[1] == 2020]


# Valserhône (01033) : Bellegarde (01033), Châtillon-en-Michaille (01091) et Lancrans (01205) réunies au 1er janvier 2019.
VALSERHONE = ("01033", "01091", "01205")


def test_une_commune_fusionnee_avant_et_apres(complet: Entrepot, shared: object) -> None:
    """La série de la commune nouvelle est la somme des anciennes, lues dans le fichier du producteur."""
    import duckdb

    fichier = f"{shared}/donnees/national/sitadel_annuel_communal_france_2013-2025_derive.csv"
    brut = dict(
        duckdb.execute(
            f"""SELECT ANNEE::INT, sum(LOG_AUT::INT) FROM read_csv('{fichier}', delim=';', all_varchar=true)
            WHERE TYPE_LGT = 'Tous Logements' AND COMM IN {VALSERHONE} GROUP BY 1"""
        ).fetchall()
    )
    serie = complet.serie_communale("sitadel_annuel", "logement_autorise", ["01033"], sorted(brut))
    assert {a: serie["01033", a].valeur for a in brut} == brut
    assert serie["01033", 2016].etat is Etat.CONNU
    anciennes = complet.serie_communale("sitadel_annuel", "logement_autorise", ["01091"], [2016])
    assert anciennes["01091", 2016].etat is Etat.NON_RENSEIGNE, "l'ancienne commune ne compte pas deux fois"


def test_les_totaux_nationaux_sont_gardes(complet: Entrepot, shared: object) -> None:
    import duckdb

    fichier = f"{shared}/donnees/national/sitadel_annuel_communal_france_2013-2025_derive.csv"
    brut = duckdb.execute(
        f"""SELECT ANNEE::INT, sum(LOG_AUT::INT) FROM read_csv('{fichier}', delim=';', all_varchar=true)
        WHERE TYPE_LGT = 'Tous Logements' AND COMM NOT LIKE '95%' GROUP BY 1 ORDER BY 1"""
    ).fetchall()
    notre = complet.lignes(
        "SELECT annee, sum(logement_autorise)::BIGINT FROM sitadel_annuel WHERE type_logement = 'tous' "
        "AND code_commune NOT LIKE '95%' GROUP BY 1 ORDER BY 1"
    )
    assert notre == brut


def test_une_commune_scindee_est_refusee_et_non_partagee(complet: Entrepot) -> None:
    """Les Hauts-Talican (60054), scindée au 1er janvier 2024 : rien n'est deviné pour ses deux suites."""
    serie = complet.serie_communale("sitadel_annuel", "logement_autorise", ["60054", "60694"], [2015, 2025])
    assert serie["60054", 2015].etat is Etat.NON_APPLICABLE
    assert serie["60054", 2015].note == NOTE_SCISSION
    assert serie["60694", 2015].etat is Etat.NON_RENSEIGNE
    assert serie["60054", 2025].etat in (Etat.PROVISOIRE, Etat.NON_RENSEIGNE)


def test_un_epci_garde_sa_commune_scindee(complet: Entrepot) -> None:
    siren = complet.commune("60054").siren_epci
    assert siren == complet.commune("60694").siren_epci
    codes = [c.code for c in complet.communes_epci(siren or "")]
    formule = Sum("sitadel_annuel.logement_autorise")
    avec = compute(complet, formule, "logement", Place(Echelle.EPCI, (siren or "",)), [2015])[siren or "", "2015"]
    direct = complet.lignes(
        "SELECT sum(logement_autorise)::BIGINT FROM sitadel_annuel WHERE annee = 2015 AND type_logement = 'tous' "
        "AND code_commune IN (SELECT unnest(?::VARCHAR[]))",
        [codes],
    )[0][0]
    assert avec.valeur == direct


def test_evolution_a_travers_une_fusion(complet: Entrepot) -> None:
    formule = Delta(Sum("sitadel_annuel.logement_autorise"), 4, Change.ABSOLUE)
    chiffre = compute(complet, formule, "logement", Place(Echelle.COMMUNE, ("01033",)), [2020])["01033", "2020"]
    serie = complet.serie_communale("sitadel_annuel", "logement_autorise", ["01033"], [2016, 2020])
    assert chiffre.valeur == serie["01033", 2020].valeur - serie["01033", 2016].valeur  # type: ignore[operator]


def test_paris_lyon_marseille(complet: Entrepot) -> None:
    """Une source par arrondissement (carte des loyers) est ramenée à la commune : un loyer ne s'additionne pas."""
    codes = {
        r[0] for r in complet.lignes("SELECT DISTINCT code_commune FROM carte_loyers WHERE code_commune LIKE '75%'")
    }
    assert codes <= {"75056"}
    logements = complet.valeurs_communales("recensement_iris", "logement", ["75056", "13055", "69123"])
    assert all((c.valeur or 0) > 250_000 for c in logements.values())
