"""SRU block of the bilan: the communes that the official inventory lists, each with its reasoning unfolded.

Nothing is written when no inventory is loaded: the section then says what is missing and who can give it.
"""

from __future__ import annotations

from beffroi.kernel.figure import Chiffre
from beffroi.kernel.unit import Nombre
from beffroi.reports.bilan_annuel.contexte import RIEN, Contexte, chiffre, colonnes, entetes, texte
from beffroi.reports.build import Bloc, Cellule, Ligne, Liste, Morceau, Paragraphe, Tableau, phrase
from beffroi.reports.map import cle_nom
from beffroi.reports.typographie import typographier
from beffroi.warehouse.sru import SituationInventaire

TITRES = ("Commune", "Logements sociaux", "Taux", "Taux légal", "Manquants", "Objectif triennal", "État")


def blocs_sru(ctx: Contexte) -> list[Bloc]:
    """A table of the communes of the inventory, its source, then the numbered steps of each one."""
    found = sorted(ctx.complements.sru.items(), key=lambda x: cle_nom(ctx.nom_commune(x[0])))
    if not found:
        return []
    cols = colonnes(3.0, *[(1.8, True)] * 5, 2.6)
    rows = tuple(_ligne(ctx, code, s) for code, s in found)
    year = found[0][1].ligne.annee
    legend = typographier(f"Communes de l'inventaire SRU au 1er janvier {year} : manque et objectif triennal")
    table = Tableau(
        "sru_communes",
        legend,
        cols,
        (entetes(cols, *TITRES),),
        rows,
        typographier(f"{len(rows)} communes : taux, logements sociaux manquants, objectif triennal, état."),
    )
    note = (
        "Le fichier public donne le taux, pas les résidences principales : elles sont déduites du taux arrondi, à leur "
        "borne basse. Le régime de droit commun est appliqué ; retenir les nombres notifiés par le préfet."
    )
    blocs: list[Bloc] = [table, ctx.source(found[0][1].ligne.logement_social, fin=note)]
    for code, s in found:
        blocs += [
            Paragraphe(phrase("**{c}** : le calcul, étape par étape.", c=ctx.nom_commune(code))),
            Liste(tuple(_texte(e.texte()) for e in s.basse.etapes), numerotee=True),
        ]
        blocs += [Paragraphe(_texte(a)) for a in s.basse.avertissements]
    return blocs


def _texte(mots: str) -> tuple[Morceau, ...]:
    return (Morceau(typographier(mots)),)


def _ligne(ctx: Contexte, code: str, s: SituationInventaire) -> Ligne:
    low, source = s.situations[0], s.ligne.logement_social.provenance

    def cell(name: str, value: Nombre | None, unit: str) -> Cellule:
        if value is None:
            return RIEN
        figure = Chiffre(value, unit, periode=str(s.ligne.annee), provenance=source)
        return chiffre(ctx.place(f"commune:{code}.sru.{name}", figure))

    return Ligne(
        (
            texte(ctx.nom_commune(code)),
            chiffre(ctx.place(f"commune:{code}.sru.logement_social", s.ligne.logement_social)),
            chiffre(ctx.place(f"commune:{code}.sru.taux", s.ligne.taux)),
            cell("taux_legal", low.taux_legal, "part"),
            cell("manquant", low.manquant, "logement"),
            cell("objectif", low.objectif, "logement"),
            texte(low.etat.libelle),
        )
    )
