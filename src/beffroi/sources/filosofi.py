"""Filosofi : revenus et pauvreté des ménages, par commune (INSEE)."""

from beffroi.kernel.source import Column, Csv, Expectation, Fixed, Frequency, Grain, Kind, Measure, Source

_MONTANTS = (
    ("revenu_median", "MED", "Médiane du niveau de vie", "euro_an"),
    ("decile_1", "D1", "Premier décile du niveau de vie", "euro_an"),
    ("decile_9", "D9", "Neuvième décile du niveau de vie", "euro_an"),
)
_TAUX = (
    ("part_menage_impose", "PIMP", "Part des ménages fiscaux imposés"),
    ("taux_pauvrete", "TP60", "Taux de pauvreté (seuil de 60 % de la médiane)"),
    ("taux_pauvrete_moins_30_ans", "TP60AGE1", "Taux de pauvreté, référent fiscal de moins de 30 ans"),
    ("taux_pauvrete_75_ans_et_plus", "TP60AGE6", "Taux de pauvreté, référent fiscal de 75 ans et plus"),
    ("taux_pauvrete_proprietaire", "TP60TOL1", "Taux de pauvreté des propriétaires"),
    ("taux_pauvrete_locataire", "TP60TOL2", "Taux de pauvreté des locataires"),
    ("part_minima_sociaux", "PPMINI", "Part des minima sociaux dans le revenu"),
    ("part_prestation_logement", "PPLOGT", "Part des prestations logement dans le revenu"),
)

SOURCE = Source(
    id="filosofi",
    label="Filosofi, revenus et pauvreté des ménages par commune",
    producer="INSEE",
    licence="Licence Ouverte 2.0",
    page="https://www.insee.fr/fr/statistiques/7756729",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee"),
    format=Csv(separators=(";",), encodings=("utf-8", "cp1252")),
    fixed=(Fixed("annee", Kind.ANNEE, "Année des revenus", "{annee}", r"MED(?P<annee>\d\d)"),),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("CODGEO",), filled=True),
        Column("menage_fiscal", Kind.ENTIER, "Ménages fiscaux", (r"NBMENFISC\d\d",), "menage", minimum=0, secret=True),
        Column(
            "personne_fiscale",
            Kind.DECIMAL,
            "Personnes des ménages fiscaux",
            (r"NBPERSMENFISC\d\d",),
            "personne",
            minimum=0,
            secret=True,
        ),
        *(Column(n, Kind.DECIMAL, lib, (rf"{c}\d\d",), u, minimum=0, secret=True) for n, c, lib, u in _MONTANTS),
        Column("rapport_interdecile", Kind.DECIMAL, "Rapport D9/D1", (r"RD\d\d",), "indice", minimum=1, secret=True),
        *(
            Column(n, Kind.TAUX, lib, (rf"{c}\d\d",), "part", minimum=0, maximum=1, secret=True, required=False)
            for n, c, lib in _TAUX
        ),
    ),
    measures=(
        Measure("menage_fiscal", "Ménages fiscaux", "menage_fiscal", "menage"),
        Measure("personne_fiscale", "Personnes des ménages fiscaux", "personne_fiscale", "personne"),
        *(Measure(n, lib, n, u) for n, _, lib, u in _MONTANTS),
        Measure("rapport_interdecile", "Rapport interdécile D9/D1", "rapport_interdecile", "indice"),
        *(Measure(n, lib, n, "part") for n, _, lib in _TAUX),
    ),
    marks=("s", "ns", "nd"),
    threshold="filosofi",
    expectations=(Expectation("cle_unique", "Une ligne par commune", "unique"),),
    cog="2023",
    notes="Une médiane ou un taux de pauvreté publié par commune ne s'additionne pas : pas de valeur d'EPCI recalculée.",
)
