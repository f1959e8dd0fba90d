"""Avancement d'un élément suivi par des valeurs saisies : ce qui est fait à date, face à ce que le programme demande."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from beffroi.domain.nomenclatures.programme import Periodicite
from beffroi.domain.programme.modele import ObjectifTerritorial, Programme
from beffroi.domain.suivi.production import Resultat, cumul_exercices, resultat
from beffroi.domain.suivi.valeur import CleValeur, Element, ValeurSuivie, en_unite
from beffroi.kernel.figure import Chiffre, produit, somme
from beffroi.kernel.period import Exercice
from beffroi.kernel.territory import Echelle, Territoire
from beffroi.kernel.unit import Nombre


def _entier(valeur: Decimal) -> Nombre:
    return int(valeur) if valeur == valeur.to_integral_value() else valeur


def demande(programme: Programme, element: Element, territoire: Territoire) -> Chiffre | None:
    """Ce que le programme demande à un territoire pour un élément, tel qu'écrit ; ``None`` s'il n'écrit rien.

    Un objectif territorial se lit à sa commune ou à son secteur, à défaut la somme des communes du secteur ; les
    autres éléments n'ont de cible que pour l'EPCI.
    """
    origine = (f"programme:{programme.id}",)

    def chiffre(valeur: Decimal) -> Chiffre:
        return Chiffre(
            _entier(valeur), element.unite, territoire=territoire, provenance=origine, fictif=programme.fictif
        )

    if territoire.echelle is Echelle.EPCI:
        return None if element.cible is None else chiffre(element.cible)
    objectif = programme.objectif(element.id) if element.fiche is None else None
    if objectif is None:
        return None
    if territoire.echelle is Echelle.COMMUNE:
        ecrite = next((v.valeur for v in objectif.valeurs if v.commune == territoire.code), None)
        return None if ecrite is None else chiffre(en_unite(ecrite, element.unite))
    imprime = next((t.valeur for t in objectif.totaux_publies if t.secteur == territoire.code), None)
    if imprime is not None:
        return chiffre(en_unite(imprime, element.unite))
    return None if not sommable(element) else _somme_secteur(programme, objectif, element, territoire)


def _somme_secteur(
    programme: Programme, objectif: ObjectifTerritorial, element: Element, territoire: Territoire
) -> Chiffre | None:
    membres = next((s.communes for s in programme.secteurs if s.id == territoire.code), ())
    ecrites = [v.valeur for v in objectif.valeurs if v.commune in membres and v.valeur is not None]
    if not ecrites:
        return None
    return Chiffre(_entier(sum(ecrites, Decimal(0))), element.unite, territoire=territoire)


def avancement(
    element: Element,
    attendu: Chiffre | None,
    annees: Sequence[Chiffre],
    passes: Sequence[Exercice],
    duree: int,
) -> Resultat | None:
    """Résultat d'un élément à la fin du dernier exercice de ``passes`` ; ``None`` sans cible ou sans périodicité.

    Une quantité se cumule, son objectif à date est proratisé par exercice ; une part ne se cumule pas : la dernière
    valeur se compare à la cible. ``annees`` : une valeur par exercice de ``passes``, manquante comprise.
    """
    if attendu is None or element.periodicite is None or not passes:
        return None
    le, seule = passes[-1].fin, len(passes) == 1
    periode = passes[-1].libelle if seule else f"{passes[0].annee}-{passes[-1].annee}"
    absent = Chiffre.manquant(element.unite, periode=periode)
    if element.unite == "part":
        return resultat(passes[-1].libelle, attendu, annees[-1], absent, le)
    par_an = attendu
    if element.periodicite is Periodicite.PERIODE and attendu.valeur is not None:
        par_an = Chiffre(
            _entier(Decimal(attendu.valeur) / duree), attendu.unite, attendu.etat, attendu.periode, attendu.territoire,
            provenance=attendu.provenance, fictif=attendu.fictif,
        )  # fmt: skip
    fait = cumul_exercices(list(annees), periode, attendu.territoire or Territoire(Echelle.EPCI, ""))
    return resultat(periode, produit(par_an, len(passes)), fait, absent, le)


def sommable(element: Element) -> bool:
    """Vrai quand les valeurs des communes s'additionnent : jamais une part ni un indice."""
    return element.unite not in ("part", "indice", "pour_mille_habitants")


def somme_communes(
    programme: Programme,
    element: Element,
    ventilation: str,
    valeurs: Mapping[CleValeur, ValeurSuivie],
    communes: Sequence[str],
    periode: str,
) -> Chiffre:
    """Somme des communes d'un regroupement : celles qui n'ont pas répondu restent en dehors, et la couverture le dit."""
    unite = element.unite_de(ventilation)
    membres = []
    for code in communes:
        territoire = Territoire(Echelle.COMMUNE, code)
        v = valeurs.get(CleValeur(element.id, territoire.id, periode, ventilation))
        membres.append(v.chiffre(programme.id) if v else Chiffre.manquant(unite, periode=periode))
    return somme(membres, unite=unite, periode=periode)
