"""Chaque formule du catalogue et des formules tirées au sort : l'entrepôt et un évaluateur naïf disent la même chose."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beffroi.catalogue import all_indicators
from beffroi.kernel.figure import Etat
from beffroi.kernel.formula import (
    Atom,
    Change,
    Count,
    Delta,
    Divided,
    Mean,
    Median,
    Published,
    Quantile,
    Ratio,
    Share,
    Sum,
    Term,
    atoms,
    text,
)  # fmt: skip
from beffroi.kernel.source import Grain
from beffroi.kernel.territory import Echelle
from beffroi.sources import source
from beffroi.warehouse.cells import name
from beffroi.warehouse.figures import Place, columns, compute, number
from beffroi.warehouse.folder import Folder
from beffroi.warehouse.query import Entrepot
from beffroi.warehouse.schema import schema
from beffroi.warehouse.tables import AJOUTEES, stored
from evaluateur_naif import SECRET, Donnees, evaluer

COMMUNES = {"E1": ["01001", "01002", "01004"], "E2": ["02001", "02002"]}
ANNEES = (2019, 2020, 2021, 2022, 2023)


def _petites_donnees(graine: int) -> dict[str, list[dict[str, Any]]]:
    """Deux EPCI, cinq communes : valeurs, blancs, secrets, lignes absentes."""
    hasard = random.Random(graine)
    donnees: dict[str, list[dict[str, Any]]] = {
        "sitadel_annuel": [],
        "lovac": [],
        "populations_legales": [],
        "vente_dvf": [],
    }
    for commune in (c for cs in COMMUNES.values() for c in cs):
        for annee in ANNEES:
            for genre in ("tous", "collectif"):
                if hasard.random() > 0.1:
                    donnees["sitadel_annuel"].append(
                        {"code_commune": commune, "annee": annee, "type_logement": genre,
                         "logement_autorise": hasard.choice([0, 3, 12, 40]),
                         "logement_commence": None if annee == 2023 else hasard.randint(0, 20)}
                    )  # fmt: skip
            if hasard.random() > 0.1:
                donnees["lovac"].append(
                    {"code_commune": commune, "annee": annee, "logement_vacant": hasard.choice([SECRET, 15, 40]),
                     "logement_vacant_plus_2_ans": hasard.choice([SECRET, None, 11]), "parc_prive": hasard.choice([SECRET, 300])}
                )  # fmt: skip
            for _ in range(hasard.choice([0, 12, 15])):
                prix = hasard.randint(900, 4000)
                donnees["vente_dvf"].append(
                    {"code_commune": commune, "annee": annee, "segment": "maison_ancienne", "prix_m2": prix}
                )
        for annee in (2018, 2021):
            donnees["populations_legales"].append(
                {"code_commune": commune, "annee": annee, "population_municipale": hasard.randint(100, 5000)}
            )
    return donnees


def _entrepot(dossier: Path, donnees: Donnees) -> Entrepot:
    """Un entrepôt minuscule, aux mêmes tables que le vrai."""
    import duckdb

    folder = Folder(dossier)
    maison = folder.warehouses / "essai"
    maison.mkdir(parents=True)
    con = duckdb.connect(str(maison / "entrepot.duckdb"))
    con.execute(
        "CREATE TABLE commune (code VARCHAR, siren_epci VARCHAR, code_departement VARCHAR, code_region VARCHAR);"
        "CREATE TABLE fichier (fichier SMALLINT, id VARCHAR, source VARCHAR, derniere_annee SMALLINT, qualite VARCHAR);"
        "CREATE TABLE perimetre (fichier SMALLINT, code_departement VARCHAR);"
        "CREATE TABLE remplissage (source VARCHAR, fichier SMALLINT, colonne VARCHAR, remplies BIGINT);"
        "CREATE TABLE etat_source (source VARCHAR, scinde BOOLEAN, partiel BOOLEAN, lignes BIGINT)"
    )
    for epci, communes in COMMUNES.items():
        for c in communes:
            con.execute("INSERT INTO commune VALUES (?, ?, ?, '84')", [c, epci, c[:2]])
    for numero, (nom, rangs) in enumerate(donnees.items(), 1):
        declaree = source(nom)
        colonnes = [*stored(declaree), *AJOUTEES]
        con.execute(f"CREATE TABLE {name(nom)} ({', '.join(f'{name(n)} {t}' for n, t in colonnes)})")
        base = "geo_dvf" if nom == "vente_dvf" else nom
        con.execute("INSERT INTO fichier VALUES (?, ?, ?, 2030, 'officiel')", [numero, f"{nom}@essai", base])
        con.execute("INSERT INTO perimetre VALUES (?, '*')", [numero])
        con.execute("INSERT INTO etat_source VALUES (?, false, false, ?)", [nom, len(rangs)])
        for rang in rangs:
            plein = {"fichier": numero, "scinde": 0, "partiel": False}
            for cle, v in rang.items():
                plein[cle] = None if v == SECRET else v
                if f"{cle}_secret" in dict(colonnes):
                    plein[f"{cle}_secret"] = v == SECRET
            con.execute(
                f"INSERT INTO {name(nom)} ({', '.join(map(name, plein))}) VALUES ({', '.join('?' * len(plein))})",
                list(plein.values()),
            )
    con.close()
    (maison / "manifeste.json").write_text(json.dumps({"schema": schema()}), encoding="utf-8")
    folder.pointer.write_text("essai", encoding="ascii")
    return Entrepot(folder)


@pytest.fixture(scope="module")
def essais(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Entrepot, Donnees]]:
    return [
        (_entrepot(tmp_path_factory.mktemp(f"formules{g}"), d), d)
        for g, d in ((g, _petites_donnees(g)) for g in (1, 2, 3))
    ]


AUTORISES = Sum("sitadel_annuel.logement_autorise")
COLLECTIFS = Sum("sitadel_annuel.logement_autorise_collectif")
POPULATION = Sum("populations_legales.population_municipale", last=True)
FORMULES: list[Term] = [
    AUTORISES,
    Share(COLLECTIFS, AUTORISES),
    Share(Sum("lovac.logement_vacant_plus_2_ans"), Sum("lovac.parc_prive")),
    Sum("lovac.logement_vacant"),
    Ratio(Sum("sitadel_annuel.logement_autorise", span=3), POPULATION, scale=1000),
    Delta(AUTORISES, 2, Change.ABSOLUE),
    Delta(Sum("sitadel_annuel.logement_commence", span=2), 1, Change.RELATIVE),
    Delta(Sum("lovac.logement_vacant"), 1, Change.ANNUELLE),
    Mean(Sum("lovac.logement_vacant"), POPULATION),
    Divided(Sum("sitadel_annuel.logement_autorise", span=2), 2),
    Divided(Sum("lovac.logement_vacant"), 10_000),
    Median("vente_dvf.prix_m2_maison_ancienne"),
    Count("vente_dvf", where=(("segment", "maison_ancienne"),)),
    Published("populations_legales.population_municipale"),
]


def _controler(entrepot: Entrepot, donnees: Donnees, formule: Term) -> int:
    vus = 0
    for echelle, lieux in (
        (Echelle.EPCI, COMMUNES),
        (Echelle.COMMUNE, {c: [c] for cs in COMMUNES.values() for c in cs}),
        (Echelle.SECTEUR, {"S": ["01001", "02001", "02002"]}),
    ):
        place = (
            Place(echelle, secteurs=tuple((n, tuple(c)) for n, c in lieux.items()))
            if echelle is Echelle.SECTEUR
            else Place(echelle, tuple(lieux))
        )
        calculees = compute(entrepot, formule, "nombre", place)
        for (code, periode, *_), chiffre in calculees.items():
            attendue, connues, secretes = evaluer(donnees, formule, lieux[code], int(periode))
            if isinstance(formule, Published) and echelle is not Echelle.COMMUNE:
                assert chiffre.etat is Etat.NON_APPLICABLE
                continue
            if chiffre.couverture and chiffre.couverture.membre == "commune" and not isinstance(formule, Count):
                assert (chiffre.couverture.renseignes, chiffre.couverture.secrets) == (connues, secretes)
            if isinstance(formule, Median) and chiffre.etat is Etat.SECRET:
                assert chiffre.couverture is not None and chiffre.couverture.renseignes < 11
                continue
            if chiffre.valeur is None or attendue is None:
                assert (chiffre.valeur is None) == (attendue is None), (code, periode, chiffre, attendue)
                continue
            assert float(chiffre.valeur) == pytest.approx(float(attendue), rel=1e-9), (code, periode)
            vus += 1
    return vus


@pytest.mark.parametrize("formule", FORMULES, ids=text)
def test_formule_contre_evaluateur_naif(formule: Term, essais: list[tuple[Entrepot, Donnees]]) -> None:
    assert sum(_controler(e, d, formule) for e, d in essais) > 5


@st.composite
def _formules(tirer: st.DrawFn) -> Term:
    atomes = st.builds(
        Sum,
        st.sampled_from(
            ["sitadel_annuel.logement_autorise", "sitadel_annuel.logement_autorise_collectif", "lovac.logement_vacant",
             "lovac.parc_prive"]
        ),
        lag=st.integers(0, 2),
    )  # fmt: skip
    haut = tirer(atomes)
    forme = tirer(st.sampled_from(["somme", "rapport", "evolution"]))
    if forme == "somme":
        return haut
    if forme == "rapport":
        return Ratio(haut, tirer(atomes), scale=tirer(st.sampled_from([1, 100, 1000])))
    return Delta(haut, tirer(st.integers(1, 2)), tirer(st.sampled_from([Change.ABSOLUE, Change.RELATIVE])))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(formule=_formules())
def test_formules_tirees_au_sort(formule: Term, essais: list[tuple[Entrepot, Donnees]]) -> None:
    for entrepot, donnees in essais[:1]:
        _controler(entrepot, donnees, formule)


def test_un_taux_d_epci_est_entre_ceux_de_ses_communes(essais: list[tuple[Entrepot, Donnees]]) -> None:
    formule = Share(Sum("lovac.logement_vacant"), Sum("lovac.parc_prive"))
    for entrepot, _ in essais:
        epci = compute(entrepot, formule, "part", Place(Echelle.EPCI, tuple(COMMUNES)))
        communes = compute(
            entrepot, formule, "part", Place(Echelle.COMMUNE, tuple(c for cs in COMMUNES.values() for c in cs))
        )
        for (code, annee), taux in epci.items():
            siens = [
                communes[c, annee].valeur
                for c in COMMUNES[code]
                if communes.get((c, annee)) and communes[c, annee].connu
            ]
            if taux.connu and siens:
                assert min(siens) <= taux.valeur <= max(siens)  # type: ignore[type-var,operator]


def test_une_somme_avec_secret_dit_au_moins(essais: list[tuple[Entrepot, Donnees]]) -> None:
    textes = {
        c.texte()
        for e, _ in essais
        for c in compute(e, Sum("lovac.logement_vacant"), "logement", Place(Echelle.EPCI, ("E1",))).values()
        if c.couverture and c.couverture.secrets and c.couverture.renseignes
    }
    assert textes
    assert all(t.startswith("au moins") for t in textes)


def test_une_mediane_de_moins_de_onze_ventes_est_tue(tmp_path: Path) -> None:
    dix = [
        {"code_commune": "01001", "annee": 2022, "segment": "maison_ancienne", "prix_m2": 1000 + i} for i in range(10)
    ]
    onze = [{**v, "code_commune": "01002"} for v in dix] + [{**dix[0], "code_commune": "01002"}]
    entrepot = _entrepot(tmp_path, {"vente_dvf": dix + onze})
    prix = compute(
        entrepot, Median("vente_dvf.prix_m2_maison_ancienne"), "euro_m2", Place(Echelle.COMMUNE, ("01001", "01002"))
    )
    assert prix["01001", "2022"].etat is Etat.SECRET
    assert prix["01002", "2022"].connu
    assert prix["01002", "2022"].couverture is not None and prix["01002", "2022"].couverture.renseignes == 11
    colonnes = columns(entrepot, Median("vente_dvf.prix_m2_maison_ancienne"), Echelle.COMMUNE).fetchall()
    assert {ligne[0]: ligne[2] for ligne in colonnes} == {"01001": None, "01002": 1004.0}


@pytest.mark.parametrize("formule", FORMULES, ids=text)
@pytest.mark.parametrize("echelle", [Echelle.COMMUNE, Echelle.EPCI, Echelle.DEPARTEMENT], ids=lambda e: e.value)
def test_les_colonnes_disent_ce_que_disent_les_chiffres(
    formule: Term, echelle: Echelle, essais: list[tuple[Entrepot, Donnees]]
) -> None:
    for entrepot, _ in essais:
        chiffres = compute(entrepot, formule, "nombre", Place(echelle))
        colonnes = columns(entrepot, formule, echelle)
        assert colonnes.columns[:4] == ["territoire", "periode", "valeur", "renseignes"]
        lues = {(r[0], str(r[1])): None if r[2] is None else number(r[2]) for r in colonnes.fetchall()}
        assert lues and lues == {cle: c.valeur for cle, c in chiffres.items()}


def test_les_chiffres_se_lisent_un_par_un_comme_tous_ensemble(essais: list[tuple[Entrepot, Donnees]]) -> None:
    chiffres = compute(essais[0][0], AUTORISES, "logement", Place(Echelle.COMMUNE))
    assert len(chiffres) == len(list(chiffres)) == len(chiffres.items()) > 10
    assert {cle: chiffres[cle] for cle in chiffres} == dict(chiffres.items())
    assert chiffres.get(("99999", "2020")) is None


def _calcules() -> Iterator[Any]:
    return (i for i in all_indicators().values() if i.formula is not None)


def test_tout_indicateur_calcule_se_compile_et_repond(demonstration: Entrepot) -> None:
    """Aucune formule du catalogue ne casse, à aucune échelle, sur l'entrepôt de la démonstration."""
    nombre = 0
    for i in _calcules():
        assert text(i.formula)
        for echelle, code in ((Echelle.EPCI, "200072460"), (Echelle.COMMUNE, "62119")):
            for chiffre in compute(demonstration, i.formula, i.unit, Place(echelle, (code,))).values():
                assert chiffre.unite == i.unit
        nombre += 1
    assert nombre >= 60


def test_les_termes_d_un_rapport_ont_des_unites_qui_se_divisent() -> None:
    """Compter des lignes n'est pas compter des logements, sauf là où le producteur publie une ligne par logement."""
    for i in _calcules():
        premier: Atom = next(iter(atoms(i.formula)))
        if isinstance(premier, Count) and not isinstance(i.formula, Ratio) and i.unit == "logement":
            assert source(premier.source).grain is Grain.LOGEMENT, i.id
        if isinstance(premier, Median | Quantile):
            assert source(premier.source).grain.value == "mutation", i.id
