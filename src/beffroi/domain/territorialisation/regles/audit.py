"""Audit d'un tableau publié."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from beffroi.domain.territorialisation.audit import ecarts, ensemble, incoherences, regroupements
from beffroi.domain.territorialisation.modele import Incoherence, LignePubliee, Niveau, RoleColonnes, TotalPublie
from beffroi.domain.territorialisation.parametres import PARAMETRES
from beffroi.domain.territorialisation.regles.repartition import TOUJOURS
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.legal import LegalRef
from beffroi.kernel.rule import Etapes, rule, valeur_texte

AUDIT = LegalRef("Méthode Beffroi", "audit d'un tableau publié", "docs/methodes/territorialisation.md")


@rule(id="territorialisation.audit_tableau", label="Audit d'un tableau publié", legal=AUDIT, since=TOUJOURS)
def audit_tableau(
    etapes: Etapes,
    *,
    le: date,
    lignes: Annotated[tuple[LignePubliee, ...], Entree("Lignes communales")],
    totaux: Annotated[tuple[TotalPublie, ...], Entree("Totaux imprimés")],
    roles: Annotated[RoleColonnes | None, Entree("Rôle des colonnes d'un tableau de production")] = None,
) -> dict[str, Any]:
    """Compare chaque total imprimé à la somme de ses parties et relève les valeurs qui ne vont pas ensemble.

    Les valeurs communales publiées sont des arrondis de valeurs qui ne le sont pas : un écart d'une unité est courant.
    Il se montre toujours, il ne se corrige jamais. Les indices et les parts ne s'additionnent pas entre communes.
    """
    if not lignes:
        raise InvalidInput(Problem("le champ « Lignes communales » (lignes) attend au moins une commune."))
    doubles = sorted({a.nom for i, a in enumerate(lignes) if any(a.nom == b.nom for b in lignes[:i])})
    if doubles:
        raise InvalidInput(Problem(f"commune présente deux fois : {', '.join(doubles)}."))
    non_additives = (roles.indice, roles.indice_objectif, roles.part) if roles else ()
    colonnes = [c for c in dict.fromkeys(t.colonne for t in totaux) if c not in non_additives]
    secteurs = regroupements(lignes, totaux, Niveau.SECTEUR)
    groupes = regroupements(lignes, totaux, Niveau.GROUPE)
    total = ensemble(lignes, totaux)
    trouves = ecarts(secteurs, groupes, total, colonnes, roles.part if roles else "")
    anomalies: list[Incoherence] = []
    if roles:
        population, seuil = PARAMETRES("ecart_population", le), PARAMETRES("objectif_imprimable", le)
        anomalies = incoherences(
            lignes,
            total,
            roles,
            habitants=PARAMETRES("habitants_indice", le).entier,
            ecart_population=population.decimal,
            imprimable=seuil.decimal,
        )
        etapes.ajouter("Valeurs qui ne vont pas ensemble", len(anomalies), "nombre", parametre=(population, seuil))
    etapes.ajouter("Communes lues", len(lignes), "commune")
    etapes.ajouter("Totaux qui ne tombent pas juste", len(trouves), "nombre", legal=AUDIT)
    for e in trouves:
        etapes.ajouter(
            f"{e.niveau.value.capitalize()} {e.nom}".strip() + f", {e.colonne}",
            e.ecart,
            note=f"imprimé {valeur_texte(e.publie)} ; {e.selon} {valeur_texte(e.somme)}",
        )
    for a in anomalies:
        etapes.ajouter(f"{a.nom or 'Ensemble'}, {a.nature.replace('_', ' ')}", note=a.detail, valeur=None)
    for colonne, v in total.items():
        nombres = {
            x
            for x in (v["communes"], v["secteurs"], v["groupes"], v["publie"], *v["mentions"].values())
            if x is not None
        }
        if colonne in colonnes and len(nombres) > 1:
            etapes.avertir(
                f"« {colonne} » a {len(nombres)} valeurs différentes pour le même total : {', '.join(valeur_texte(x) for x in sorted(nombres))}."
            )
    return {
        "secteurs": secteurs,
        "groupes": groupes,
        "ensemble": total,
        "ecarts": trouves,
        "incoherences": anomalies,
    }
