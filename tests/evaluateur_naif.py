"""Évaluateur naïf des formules, en Python seul : commune par commune, sans SQL. Il sert de contrôle à l'entrepôt.

``donnees`` : source → liste de lignes (dictionnaires) ; une valeur absente est None, une valeur secrète ``SECRET``.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from statistics import median
from typing import Any

from beffroi.kernel.formula import (
    Atom,
    Change,
    Count,
    Delta,
    Divided,
    Mean,
    Median,
    Minus,
    Plus,
    Published,
    Ratio,
    Sum,
    Term,
    atoms,
    shifted,
)  # fmt: skip
from beffroi.sources import source

SECRET = "secret"
Donnees = Mapping[str, Sequence[Mapping[str, Any]]]


def lignes(donnees: Donnees, atome: Atom, commune: str) -> list[Mapping[str, Any]]:
    nom = atome.ref if "." not in atome.ref else atome.source
    ou = dict(atome.where) | ({} if isinstance(atome, Count) else dict(source(nom).measure(atome.measure).where))
    return [x for x in donnees[nom] if x["code_commune"] == commune and all(x[k] == v for k, v in ou.items())]


def valeur(donnees: Donnees, atome: Atom, commune: str, periode: int) -> Any:
    """Valeur d'un atome dans une commune : Fraction, None (inconnue) ou SECRET."""
    siennes = lignes(donnees, atome, commune)
    voulue = periode - atome.lag
    if atome.last:
        annees = [x["annee"] for x in siennes if x["annee"] <= voulue]
        if not annees:
            return None
        voulue = max(annees)
    if isinstance(atome, Count):
        return Fraction(sum(1 for x in siennes if x["annee"] == voulue))
    colonne = source(atome.source).measure(atome.measure).column
    total = Fraction(0)
    for annee in range(voulue - atome.span + 1, voulue + 1):
        ici = [x[colonne] for x in siennes if x["annee"] == annee]
        if not ici or None in ici:
            return None
        if SECRET in ici:
            return SECRET
        total += sum(Fraction(str(v)) for v in ici)
    return total


def evaluer(donnees: Donnees, formule: Term, communes: Sequence[str], periode: int) -> tuple[Fraction | None, int, int]:
    """Valeur, communes connues, communes secrètes."""
    tous = list(dict.fromkeys(atoms(formule)))
    par_commune = {c: {a: valeur(donnees, a, c, periode) for a in tous if not isinstance(a, Median)} for c in communes}
    connues = [c for c in communes if all(v is not None and v != SECRET for v in par_commune[c].values())]
    principal = min(tous, key=lambda a: (a.last, tous.index(a)))
    # Sans aucune ligne du terme principal, une commune est absente, et non secrète.
    presentes = {
        c for c in communes if any(x["annee"] == periode - principal.lag for x in lignes(donnees, principal, c))
    }
    secretes = [c for c in communes if c in presentes and c not in connues and SECRET in par_commune[c].values()]

    def calculer(t: Term) -> Fraction | None:
        if isinstance(t, Median):
            colonne = source(t.source).measure(t.measure).column
            rangs = [x[colonne] for c in communes for x in lignes(donnees, t, c) if x["annee"] == periode - t.lag]
            return Fraction(str(median(rangs))) if rangs else None
        if isinstance(t, Sum | Count | Published):
            return sum((par_commune[c][t] for c in connues), Fraction(0)) if connues else None
        if isinstance(t, Mean):
            poids = sum((par_commune[c][t.weight] for c in connues), Fraction(0))
            haut = sum((par_commune[c][t.value] * par_commune[c][t.weight] for c in connues), Fraction(0))
            return haut / poids if poids else None
        if isinstance(t, Plus):
            termes = [calculer(x) for x in t.terms]
            return None if None in termes else sum(termes, Fraction(0))  # type: ignore[arg-type]
        if isinstance(t, Minus):
            gauche, droite = calculer(t.left), calculer(t.right)
            return None if gauche is None or droite is None else gauche - droite
        if isinstance(t, Ratio):
            haut_, bas = calculer(t.numerator), calculer(t.denominator)
            return None if haut_ is None or not bas else haut_ * Fraction(str(t.scale)) / bas
        if isinstance(t, Divided):
            dessus = calculer(t.term)
            return None if dessus is None else dessus / t.by
        if isinstance(t, Delta):
            apres, avant = calculer(t.term), calculer(shifted(t.term, t.years))
            if apres is None or avant is None:
                return None
            if t.change is Change.ABSOLUE:
                return apres - avant
            if t.change is Change.ANNUELLE:
                return (apres - avant) / t.years
            return apres / avant - 1 if avant and t.change is Change.RELATIVE else None
        raise TypeError(t)

    return calculer(formule), len(connues), len(secretes)
