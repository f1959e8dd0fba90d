"""Recensement de la population, base communale du logement (INSEE)."""

from beffroi.kernel.source import Column, Csv, Expectation, Fixed, Frequency, Grain, Kind, Measure, Source

_COLONNES = (
    ("logement", "LOG", "Logements"),
    ("residence_principale", "RP", "Résidences principales"),
    ("residence_secondaire", "RSECOCC", "Résidences secondaires et logements occasionnels"),
    ("logement_vacant", "LOGVAC", "Logements vacants"),
)
_DETAIL = (
    ("maison", "MAISON", "Maisons"),
    ("appartement", "APPART", "Appartements"),
    ("rp_1_piece", "RP_1P", "Résidences principales d'une pièce"),
    ("rp_2_pieces", "RP_2P", "Résidences principales de deux pièces"),
    ("rp_3_pieces", "RP_3P", "Résidences principales de trois pièces"),
    ("rp_4_pieces", "RP_4P", "Résidences principales de quatre pièces"),
    ("rp_5_pieces_et_plus", "RP_5PP", "Résidences principales de cinq pièces et plus"),
    ("rp_achevee_avant_1919", "RP_ACH(?:19)?19", "Résidences principales achevées avant 1919"),
    ("rp_achevee_1919_1945", "RP_ACH(?:19)?45", "Résidences principales achevées de 1919 à 1945"),
    ("rp_achevee_1946_1970", "RP_ACH(?:19)?70", "Résidences principales achevées de 1946 à 1970"),
    ("rp_achevee_1971_1990", "RP_ACH(?:19)?90", "Résidences principales achevées de 1971 à 1990"),
    ("rp_achevee_1991_2005", "RP_ACH(?:20)?05", "Résidences principales achevées de 1991 à 2005"),
    ("rp_proprietaire", "RP_PROP", "Résidences principales occupées par leur propriétaire"),
    ("rp_locataire", "RP_LOC", "Résidences principales occupées par un locataire"),
    ("rp_locataire_hlm", "RP_LOCHLMV", "Résidences principales en HLM louées vides"),
    ("rp_gratuit", "RP_GRAT", "Résidences principales occupées à titre gratuit"),
)


def _colonne(nom: str, code: str, libelle: str, obligatoire: bool) -> Column:
    return Column(nom, Kind.DECIMAL, libelle, (rf"P\d\d_{code}",), "logement", required=obligatoire, minimum=0)


SOURCE = Source(
    id="recensement_logement",
    label="Recensement de la population, logements par commune",
    producer="INSEE",
    licence="Licence Ouverte 2.0",
    page="https://www.insee.fr/fr/statistiques/8202349",
    address="https://www.insee.fr/fr/statistiques/fichier/8202349/base-cc-logement-{millesime}_csv.zip",
    frequency=Frequency.ANNUELLE,
    grain=Grain.COMMUNE,
    key=("code_commune", "annee"),
    format=Csv(separators=(";",), encodings=("utf-8", "cp1252")),
    fixed=(
        Fixed(
            "annee",
            Kind.ANNEE,
            "Année du recensement (milieu du cycle de cinq ans)",
            "{annee}",
            r"P(?P<annee>\d\d)_LOG",
        ),
    ),
    columns=(
        Column("code_commune", Kind.CODE_COMMUNE, "Code de la commune", ("CODGEO",), filled=True),
        *(_colonne(n, c, lib, True) for n, c, lib in _COLONNES),
        *(_colonne(n, c, lib, False) for n, c, lib in _DETAIL),
    ),
    measures=tuple(Measure(n, lib, n, "logement") for n, _, lib in (*_COLONNES, *_DETAIL)),
    expectations=(
        Expectation("cle_unique", "Une ligne par commune", "unique"),
        Expectation(
            "total_egale_somme",
            "Les logements égalent principales, secondaires et vacants",
            "somme",
            columns=("logement",),
            parts=("residence_principale", "residence_secondaire", "logement_vacant"),
            tolerance=2,
            severity=1,
        ),
    ),
    cog="2024",
    notes="Moyenne de cinq enquêtes annuelles : ne comparer que des recensements séparés de cinq ans au moins.",
)
