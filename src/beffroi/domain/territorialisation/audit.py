"""Audit d'un tableau publié : chaque total face à ce qu'il totalise, et les valeurs qui ne vont pas ensemble.

Rien n'est corrigé : un tableau publié se garde tel qu'il est imprimé, ses écarts se montrent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from beffroi.domain.territorialisation.modele import (
    EcartPublie,
    Incoherence,
    LignePubliee,
    Niveau,
    RoleColonnes,
    TotalPublie,
)
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.rule import valeur_texte
from beffroi.kernel.unit import exact, half_up_int


def somme(lignes: Iterable[LignePubliee], colonne: str) -> Decimal | None:
    """Somme des cases renseignées ; ``None`` quand aucune ne l'est."""
    valeurs = [v for ligne in lignes if (v := ligne.valeurs.get(colonne)) is not None]
    return sum(valeurs, Decimal(0)) if valeurs else None


def regroupements(
    lignes: Sequence[LignePubliee], totaux: Sequence[TotalPublie], niveau: Niveau
) -> dict[str, dict[str, Any]]:
    """Pour chaque secteur ou groupe : nombre de communes, et par colonne la somme et le total imprimé."""

    def cle(ligne: LignePubliee) -> str:
        return ligne.secteur if niveau is Niveau.SECTEUR else ligne.groupe

    noms = list(dict.fromkeys(cle(ligne) for ligne in lignes if cle(ligne)))
    inconnus = [t.nom for t in totaux if t.niveau is niveau and t.nom not in noms]
    if inconnus:
        raise InvalidInput(Problem(f"le {niveau.value} « {inconnus[0]} » a un total mais aucune commune."))
    table: dict[str, dict[str, Any]] = {}
    for nom in noms:
        siennes = [ligne for ligne in lignes if cle(ligne) == nom]
        table[nom] = {"communes": len(siennes)}
        for t in totaux:
            if t.niveau is niveau and t.nom == nom:
                table[nom][t.colonne] = {"somme": somme(siennes, t.colonne), "publie": t.valeur}
    return table


def ensemble(lignes: Sequence[LignePubliee], totaux: Sequence[TotalPublie]) -> dict[str, dict[str, Any]]:
    """Par colonne : somme des communes, somme des secteurs imprimés, somme des groupes imprimés, total imprimé."""
    table: dict[str, dict[str, Any]] = {}
    for colonne in dict.fromkeys(t.colonne for t in totaux):
        siens = [t for t in totaux if t.colonne == colonne]
        par_niveau = {
            n: [t.valeur for t in siens if t.niveau is n] for n in (Niveau.SECTEUR, Niveau.GROUPE, Niveau.ENSEMBLE)
        }
        ligne: dict[str, Any] = {"communes": somme(lignes, colonne)}
        for n, nom in ((Niveau.SECTEUR, "secteurs"), (Niveau.GROUPE, "groupes")):
            ligne[nom] = sum(par_niveau[n], Decimal(0)) if par_niveau[n] else None
        ligne["publie"] = next(iter(par_niveau[Niveau.ENSEMBLE]), None)
        ligne["mentions"] = {t.nom: t.valeur for t in siens if t.niveau is Niveau.MENTION}
        table[colonne] = ligne
    return table


def ecarts(
    secteurs: dict[str, dict[str, Any]],
    groupes: dict[str, dict[str, Any]],
    total: dict[str, dict[str, Any]],
    colonnes_additives: Sequence[str],
    colonne_part: str = "",
) -> list[EcartPublie]:
    """Totaux imprimés différents de la somme de leurs parties, et mentions différentes du total imprimé.

    Une colonne de parts s'additionne entre secteurs et entre groupes, pas entre communes (arrondis trop nombreux) ; un
    indice ne s'additionne pas.
    """
    trouves: list[EcartPublie] = []
    for niveau, table in ((Niveau.SECTEUR, secteurs), (Niveau.GROUPE, groupes)):
        for nom, colonnes in table.items():
            for colonne, v in colonnes.items():
                if colonne in colonnes_additives and v["somme"] is not None and v["somme"] != v["publie"]:
                    trouves.append(EcartPublie(niveau, nom, colonne, v["publie"], v["somme"], "communes"))
    for colonne, v in total.items():
        if v["publie"] is None or colonne not in (*colonnes_additives, colonne_part):
            continue
        for selon in ("secteurs", "groupes") if colonne == colonne_part else ("communes", "secteurs", "groupes"):
            if v[selon] not in (None, v["publie"]):
                trouves.append(EcartPublie(Niveau.ENSEMBLE, "", colonne, v["publie"], v[selon], selon))
        for ou, valeur in v["mentions"].items():
            if valeur != v["publie"]:
                trouves.append(EcartPublie(Niveau.MENTION, ou, colonne, valeur, v["publie"], "total imprimé"))
    return trouves


def incoherences(
    lignes: Sequence[LignePubliee],
    total: dict[str, dict[str, Any]],
    roles: RoleColonnes,
    *,
    habitants: int,
    ecart_population: Decimal,
    imprimable: Decimal,
) -> list[Incoherence]:
    """Valeurs d'une même ligne, ou parts et effectifs de l'ensemble, qui ne vont pas ensemble."""
    trouvees: list[Incoherence] = []
    for ligne in lignes:
        v = ligne.valeurs.get
        livraison, par_an, indice = v(roles.livraison), v(roles.livraison_an), v(roles.indice)
        objectif, indice_objectif = v(roles.objectif_an), v(roles.indice_objectif)
        if livraison is not None and par_an is not None and half_up_int(livraison / roles.annees) != par_an:
            trouvees.append(
                Incoherence(
                    ligne.nom,
                    "livraisons_par_an",
                    f"{valeur_texte(livraison)} sur {roles.annees} ans font "
                    f"{half_up_int(livraison / roles.annees)} par an, imprimé {valeur_texte(par_an)}",
                )
            )
        if objectif == 0 and indice_objectif:
            trouvees.append(
                Incoherence(
                    ligne.nom,
                    "objectif_nul_indice_positif",
                    f"objectif imprimé 0 et indice {valeur_texte(indice_objectif)} : l'objectif non arrondi est sous "
                    f"{valeur_texte(imprimable)}",
                )
            )
        if livraison and indice and objectif and indice_objectif:
            passee = livraison / roles.annees / indice * habitants
            future = objectif / indice_objectif * habitants
            if abs(future - passee) > passee * ecart_population:
                trouvees.append(
                    Incoherence(
                        ligne.nom,
                        "populations_implicites",
                        f"population de {valeur_texte(exact(half_up_int(passee)))} d'après les livraisons, de "
                        f"{valeur_texte(exact(half_up_int(future)))} d'après l'objectif : effet d'arrondi de petits nombres",
                    )
                )
    return trouvees + _parts(total, roles)


def _parts(total: dict[str, dict[str, Any]], roles: RoleColonnes) -> list[Incoherence]:
    """Une colonne de parts dont le total n'est pas 100 % se rapporte à un ensemble plus large que le tableau."""
    part, livraison = total.get(roles.part, {}), total.get(roles.livraison, {})
    publie, effectif = part.get("publie"), livraison.get("publie")
    if not publie or not effectif or publie == 1:
        return []
    sommes = [s for selon in ("secteurs", "groupes") if (s := part[selon]) is not None]
    detail = (
        f"la part totale imprimée est {valeur_texte(publie, 'part')} et non 100 % : elle se rapporte à environ "
        f"{valeur_texte(exact(half_up_int(effectif / publie)))} et non à {valeur_texte(effectif)}"
    )
    if sommes:
        detail += f" ; sommes des parts : {', '.join(valeur_texte(s, 'part') for s in sommes)}"
    return [Incoherence("", "part_hors_perimetre", detail)]
