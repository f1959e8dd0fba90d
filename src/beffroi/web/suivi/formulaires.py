"""Forms of the follow-up pages: a row of a grid, a scenario, a correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from beffroi.domain.nomenclatures.saisie import LIBELLE_STATUT
from beffroi.domain.suivi.valeur import ecrire_valeur
from beffroi.kernel.unit import exact
from beffroi.web.suivi.entrees import Faute
from beffroi.web.suivi.grille import Grille


def formulaire_ligne(
    g: Grille,
    cle: str,
    tapes: Mapping[str, str],
    fautes: Sequence[Faute],
    histoire: Callable[..., str] | None = None,
) -> dict[str, Any] | None:
    """Form of one row: every open cell with its text, its revision, its fault; ``histoire`` writes its address."""
    rang = g.rang(cle)
    if rang is None:
        return None
    wrong = {f.colonne: f.phrase for f in fautes if f.rang == cle}
    fields = []
    for c in g.ouvertes:
        x = g.cases.get((cle, c.cle))
        unite = g.unite(cle, c.cle)
        held = "" if x is None or x.chiffre.valeur is None else ecrire_valeur(exact(x.chiffre.valeur), unite)
        fields.append(
            {
                "nom": f"{cle}|{c.cle}",
                "ident": f"c{len(fields)}",
                "libelle": c.detail or c.libelle,
                "texte": tapes.get(c.cle, held),
                "tenu": held,
                "revision": str(x.revision if x else 0),
                "case": x,
                "statut": LIBELLE_STATUT[x.statut] if x and x.statut and held else "",
                "fermee": c.fermee,
                "faute": wrong.get(c.cle, ""),
                "histoire": histoire(ligne=cle, colonne=c.cle) if histoire else "",
                "unite": c.sous or rang.sous,
            }
        )
    return {"rang": rang, "champs": fields}
