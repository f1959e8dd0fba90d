"""Secret statistique d'un tableau publié."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from beffroi.domain.diffusion.parametres import PARAMETRES
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.figure import Etat
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.rule import Etapes, rule
from beffroi.kernel.secrecy import Cell, Suppression, dominated, protect

SECRET = LegalRef("Convention Beffroi", "secret statistique", "docs/methodes/diffusion.md")
TOUJOURS = date(1900, 1, 1)
TOTAL = "total"


def _raconter(etapes: Etapes, cellules: Mapping[str, Cell]) -> None:
    for raison, libelle in (
        (Suppression.SEUIL, "Cellules cachées, effectif trop petit"),
        (Suppression.PROTECTION, "Cellules cachées pour protéger les premières"),
    ):
        noms = [nom for nom, c in cellules.items() if c.suppression is raison]
        etapes.ajouter(libelle, len(noms), "nombre", legal=SECRET)
    if any(c.etat is Etat.NON_RENSEIGNE for c in cellules.values()):
        etapes.avertir("Une cellule non renseignée n'est ni zéro ni secrète ; elle ne protège pas les autres.")


@rule(id="diffusion.secret_tableau", label="Secret statistique d'un tableau", legal=SECRET, since=TOUJOURS)
def secret_tableau(
    etapes: Etapes,
    *,
    le: date,
    cellules: Annotated[Mapping[str, int | None], Entree("Cellules du tableau")],
    total: Annotated[int | None, Entree("Total publié", minimum=0)] = None,
) -> dict[str, Any]:
    """Cellules publiables d'un tableau d'effectifs : secret primaire, puis secret secondaire.

    Une cellule de 1 à 10 est cachée, zéro est publié. Si le total l'est aussi, d'autres cellules sont cachées, les plus
    petites d'abord, tant qu'une soustraction retrouverait une cellule cachée. Ne pas publier la raison d'un secret.
    """
    if not cellules:
        raise InvalidInput(Problem("le champ « Cellules du tableau » (cellules) attend au moins une cellule."))
    if TOTAL in cellules:
        raise InvalidInput(Problem("donner le total dans le champ « Total publié » (total), pas parmi les cellules."))
    seuil = PARAMETRES("seuil_secret", le)
    etapes.ajouter("Seuil de secret", seuil.entier, "nombre", parametre=seuil)
    tout = dict(cellules) if total is None else {**cellules, TOTAL: total}
    publiables = protect(tout, {} if total is None else {TOTAL: list(cellules)}, seuil.entier)
    _raconter(etapes, publiables)
    return {
        "cellules": {nom: publiables[nom].valeur for nom in cellules},
        "total": publiables[TOTAL].valeur if total is not None else None,
        "etats": {nom: c.etat.value for nom, c in publiables.items()},
    }


@rule(
    id="diffusion.secret_tableau_croise",
    label="Secret statistique d'un tableau croisé",
    legal=SECRET,
    since=TOUJOURS,
)
def secret_tableau_croise(
    etapes: Etapes,
    *,
    le: date,
    lignes: Annotated[Mapping[str, Mapping[str, int | None]], Entree("Lignes : colonne et effectif")],
) -> dict[str, Any]:
    """Le même secret pour un tableau croisé dont les marges et le total général sont publiés.

    Aucune combinaison des marges ne rend une cellule cachée. Les marges sont calculées ; une marge dont une cellule n'est
    pas renseignée ne l'est pas non plus.
    """
    colonnes = list(dict.fromkeys(c for ligne in lignes.values() for c in ligne))
    if not lignes or not colonnes:
        raise InvalidInput(Problem("le champ « Lignes » (lignes) attend au moins une ligne et une colonne."))
    seuil = PARAMETRES("seuil_secret", le)
    etapes.ajouter("Seuil de secret", seuil.entier, "nombre", parametre=seuil)
    tout: dict[str, int | None] = {}
    sommes: dict[str, list[str]] = {}
    for nom, ligne in lignes.items():
        for colonne in colonnes:
            tout[f"{nom}\n{colonne}"] = ligne.get(colonne)
        sommes[f"{nom}\n"] = [f"{nom}\n{colonne}" for colonne in colonnes]
    for colonne in colonnes:
        sommes[f"\n{colonne}"] = [f"{nom}\n{colonne}" for nom in lignes]
    sommes["\n"] = [f"{nom}\n" for nom in lignes]
    for marge, membres in sommes.items():
        valeurs = [tout[m] for m in membres]
        connues = [v for v in valeurs if v is not None]
        tout[marge] = sum(connues) if len(connues) == len(valeurs) else None
    publiables = protect(tout, sommes, seuil.entier)
    _raconter(etapes, publiables)
    return {
        "lignes": {n: {c: publiables[f"{n}\n{c}"].valeur for c in colonnes} for n in lignes},
        "marges_lignes": {n: publiables[f"{n}\n"].valeur for n in lignes},
        "marges_colonnes": {c: publiables[f"\n{c}"].valeur for c in colonnes},
        "total": publiables["\n"].valeur,
    }


@rule(id="diffusion.secret_entreprise", label="Secret d'un total d'entreprises", legal=SECRET, since=TOUJOURS)
def secret_entreprise(
    etapes: Etapes,
    *,
    le: date,
    valeurs: Annotated[tuple[int, ...], Entree("Valeur de chaque entreprise")],
) -> bool:
    """Vrai si le total est secret : moins de trois entreprises, ou une seule qui en fait plus de 85 %."""
    if any(v < 0 for v in valeurs):
        raise InvalidInput(
            Problem("le champ « Valeur de chaque entreprise » (valeurs) attend des nombres de 0 ou plus.")
        )
    minimum, part = PARAMETRES("entreprises_minimum", le), PARAMETRES("part_dominante", le)
    etapes.ajouter("Entreprises qui contribuent", sum(1 for v in valeurs if v), "nombre", parametre=(minimum, part))
    return etapes.ajouter("Total secret", dominated(valeurs, minimum.entier, Fraction(part.decimal)))
