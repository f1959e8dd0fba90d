"""Solvency: what a household can pay, the share of the sales it opens, the weight of a rent; the same by decile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest

from beffroi.domain.marches.modele import MOIS_PAR_AN, Segment
from beffroi.domain.marches.regles import (
    part_vente_accessible,
    prix_accessible,
    taux_effort_locatif,
    unite_consommation,
)
from beffroi.domain.marches.solvabilite import Financement, LigneDecile, table_deciles
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import BeffroiError
from beffroi.kernel.figure import Chiffre, Etat
from beffroi.kernel.rule import Constat
from beffroi.kernel.unit import half_up
from beffroi.reports.chart import LigneBarre, barres_horizontales
from beffroi.warehouse.query import Entrepot
from beffroi.warehouse.ventes import Ventes, prix_ventes
from beffroi.web.observatoire.champs import ChampChoix, ChampDate, ChampNombre, champ_de, enumeration
from beffroi.web.observatoire.choix import Choix, choisir_commune
from beffroi.web.observatoire.formulaire import Formulaire, Groupe
from beffroi.web.observatoire.resultat import (
    Colonne,
    Dessin,
    Raisonnement,
    Resultat,
    dit,
    fort,
    mot,
    phrase,
    raisonnement,
    tableau,
)
from beffroi.web.observatoire.territoires import Prerempli, de_commune
from beffroi.web.pilotage.contexte import Situation
from beffroi.web.pilotage.rendu import sur

DECILES = (("D1", "decile_1"), ("Médiane", "revenu_median"), ("D9", "decile_9"))
NATURES = (("par_uc", "par unité de consommation (niveau de vie, Filosofi)"), ("menage", "du ménage entier"))
MENAGE = ("nature_revenu", "revenu", "personne_14_ans", "enfant")
PRET = ("taux_annuel", "duree_annees", "taux_effort", "apport", "pret_taux_zero", "neuf")
LOCATION = ("surface", "loyer_m2", "charge", "aide")


@dataclass(frozen=True, slots=True)
class PageSolvabilite:
    """What the page shows."""

    choix: Choix
    form: Formulaire
    resultat: Resultat | None


def _formulaire(request: HttpRequest, entrepot: Entrepot, code: str | None) -> Formulaire:
    fields: dict[str, forms.Field] = {
        "nature_revenu": ChampChoix("Revenu disponible annuel", NATURES, initial="par_uc"),
        "revenu": ChampNombre(Entree("Montant du revenu", "euro_an", minimum=0), entier=False),
        "personne_14_ans": champ_de(unite_consommation, "personne_14_ans"),
        "enfant": champ_de(unite_consommation, "enfant"),
    }
    fields |= {n: champ_de(prix_accessible, n) for n in PRET}
    fields["taux_effort"] = ChampNombre(
        Entree("Taux d’effort", "part", minimum=Decimal("0.01"), maximum=1),
        entier=False,
        required=False,
        aide="Vide : le plafond du Haut Conseil de stabilité financière, montré dans le calcul.",
    )
    fields["segment"] = enumeration(Segment, "Ventes comparées", initial=Segment.MAISON_ANCIENNE)
    rent = Entree("Loyer au m², charges comprises", "euro_m2_mois", minimum=0)
    fields["surface"] = ChampNombre(
        Entree("Surface du logement loué", "m2", minimum=1), entier=False, required=False,
        aide="Vide : le taux d’effort d’un loyer n’est pas calculé.",
    )  # fmt: skip
    fields["loyer_m2"] = ChampNombre(rent, entier=False, required=False)
    fields["charge"] = ChampNombre(
        Entree("Charges en plus", "euro_mois", minimum=0), entier=False, initial=0,
        aide="Zéro quand le loyer les comprend.",
    )  # fmt: skip
    fields["aide"] = ChampNombre(Entree("Aide au logement", "euro_mois", minimum=0), entier=False, initial=0)
    fields["le"] = ChampDate("Date des règles", initial=date.today())
    proposals: dict[str, Prerempli] = {}
    if code is not None:
        proposals = {
            "revenu": de_commune(
                entrepot, code, "filosofi", "revenu_median", note="Médiane, par unité de consommation"
            ),
            "loyer_m2": de_commune(
                entrepot, code, "carte_loyers", "loyer_appartement", note="Loyer d’annonce d’un appartement"
            ),
        }
    groups = (
        Groupe("Ménage", MENAGE),
        Groupe("Achat", (*PRET, "segment")),
        Groupe("Location", LOCATION),
        Groupe("Lecture", ("le",)),
    )
    return Formulaire(request.GET, fields, groups, proposals)


def simuler(request: HttpRequest, situation: Situation) -> PageSolvabilite:
    """The simulator."""
    choice = choisir_commune(request, situation)
    code = choice.commune.code if choice.commune else None
    form = _formulaire(request, situation.entrepot, code)
    result = None
    if form.demande and not choice.fautif and form.is_valid():
        data = form.cleaned_data
        if data["surface"] is not None and data["loyer_m2"] is None:
            form.add_error(
                "loyer_m2", "Champ vide : écrire un loyer en euros par m² et par mois, ou effacer la surface."
            )
        else:
            try:
                result = _repondre(form, choice, situation.entrepot)
            except BeffroiError as e:
                form.refuser(e)
    return PageSolvabilite(choice, form, result)


def _repondre(form: Formulaire, choice: Choix, entrepot: Entrepot) -> Resultat:
    data, le, origin = form.cleaned_data, form.cleaned_data["le"], form.provenance()
    units = unite_consommation(le=le, personne_14_ans=data["personne_14_ans"], enfant=data["enfant"])
    uc: Decimal = units.valeur
    per_unit = data["revenu"] if data["nature_revenu"] == "par_uc" else data["revenu"] / uc
    loan = {n: data[n] for n in PRET}
    source = {"revenu_par_uc": origin["revenu"]} if "revenu" in origin else {}
    price = prix_accessible(le=le, provenance=source, revenu_par_uc=per_unit, unite_consommation=uc, **loan)
    sales = Ventes((), None, "", False)
    if choice.commune is not None:
        sales = prix_ventes(entrepot, choice.commune.code, data["segment"])
    share = None
    if sales.prix:
        share = part_vente_accessible(
            le=le,
            provenance={"prix": sales.provenance},
            prix=list(sales.prix),
            prix_accessible=price.valeur.prix_accessible,
        )
    rent = _loyer(data, price.valeur.revenu_annuel, origin, le)
    lines = _deciles(entrepot, choice, uc, loan, sales, le)
    reasons: list[Raisonnement] = [
        raisonnement(units, "Unités de consommation du ménage"),
        raisonnement(price, "Du revenu au prix"),
    ]
    if share is not None:
        reasons.append(raisonnement(share, "Ventes accessibles"))
    if rent is not None:
        reasons.append(raisonnement(rent, "Taux d’effort du loyer"))
    return Resultat(
        _phrase(price, uc, choice),
        _precision(share, sales, rent, data["segment"]),
        _avis(choice, sales, lines),
        (_dessin(price, lines),),
        tuple([_table(lines, sales, entrepot)] if lines else []),
        (),
        tuple(reasons),
    )


def _loyer(data: dict[str, Any], income: Decimal, origin: dict[str, str], le: date) -> Constat | None:
    if data["surface"] is None:
        return None
    source = {"loyer": origin["loyer_m2"]} if "loyer_m2" in origin else {}
    return taux_effort_locatif(
        le=le,
        provenance=source,
        loyer=half_up(data["surface"] * data["loyer_m2"], 2),
        charge=data["charge"],
        aide=data["aide"],
        revenu=half_up(income / MOIS_PAR_AN, 2),
    )


def _deciles(
    entrepot: Entrepot, choice: Choix, uc: Decimal, loan: dict[str, Any], sales: Ventes, le: date
) -> tuple[LigneDecile, ...]:
    if choice.commune is None:
        return ()
    known: dict[str, Decimal | None] = {}
    sources: list[str] = []
    for label, mesure in DECILES:
        found = de_commune(entrepot, choice.commune.code, "filosofi", mesure)
        known[label] = None if found.valeur is None else Decimal(found.valeur)
        if found.chiffre is not None:
            sources += found.chiffre.provenance
    if not any(v is not None for v in known.values()):
        return ()
    financing = Financement(
        taux_annuel=loan["taux_annuel"],
        duree_annees=loan["duree_annees"],
        neuf=loan["neuf"],
        taux_effort=loan["taux_effort"],
        apport=loan["apport"],
        pret_taux_zero=loan["pret_taux_zero"],
    )
    provenance = {"revenu_par_uc": ", ".join(dict.fromkeys(sources))}
    return table_deciles(known, uc, financing, le, prix=sales.prix or None, provenance=provenance)


def _phrase(price: Constat, uc: Decimal, choice: Choix) -> Any:
    v = price.valeur
    where = f" à {mot(choice.nom)}" if choice.nom else ""
    return phrase(
        f"Au {price.le:%d/%m/%Y}, ce ménage peut acheter{where} un logement de "
        f"{fort(v.prix_accessible, 'euro')}, avec un revenu de {dit(v.revenu_annuel, 'euro_an')}."
    )


def _precision(share: Constat | None, sales: Ventes, rent: Constat | None, segment: Segment) -> Any:
    told = []
    if share is not None:
        s = share.valeur
        kind = f"{segment.libelle}, {sales.annee}"
        if s.part is None:
            told.append(f"Ventes ({kind}) : {dit(s.vente, 'vente')}, trop peu pour une part.")
        else:
            told.append(
                f"Ventes à ce prix ou moins : {dit(s.vente_accessible, 'nombre')} sur {dit(s.vente, 'nombre')}, "
                f"soit {fort(s.part, 'part', 0)} ({kind})."
            )
    if rent is not None:
        r = rent.valeur
        limit = ", au-delà du seuil" if r.depasse_seuil else ""
        told.append(f"Loyer : taux d’effort net de {fort(r.net, 'part')}{limit}.")
    return phrase(" ".join(told) or "Prix hors frais d’acquisition, assurance comprise dans le taux d’effort.")


def _avis(choice: Choix, sales: Ventes, lines: tuple[LigneDecile, ...]) -> tuple[str, ...]:
    out = []
    if choice.commune is None:
        out.append("Aucune commune choisie : ni déciles, ni ventes comparées.")
    elif not sales.chargee:
        out.append(
            "Demandes de valeurs foncières (DVF) : source non chargée. La part des ventes accessibles n’est pas dite."
        )
    elif not sales.prix:
        out.append(f"DVF ne donne aucune vente de ce type dans la commune en {sales.annee} : pas de part accessible.")
    if choice.commune is not None and not lines:
        out.append(
            "Filosofi : aucun décile publié ou chargé pour cette commune (source absente ou secret statistique)."
        )
    return tuple(out)


def _dessin(price: Constat, lines: tuple[LigneDecile, ...]) -> Dessin:
    bars = [LigneBarre("Ce ménage", Chiffre(price.valeur.prix_accessible, "euro"), "plus")]
    bars += [
        LigneBarre(f"{x.decile}, même ménage", Chiffre(x.solvabilite.prix_accessible, "euro"), "barre") for x in lines
    ]
    title = "Prix accessible"
    key = "Déciles de niveau de vie de la commune, appliqués au même ménage." if lines else ""
    return Dessin(
        "dessin-solvabilite", title, sur(barres_horizontales(bars, titre=title, identifiant="g-solvabilite")), key
    )


def _table(lines: tuple[LigneDecile, ...], sales: Ventes, entrepot: Entrepot) -> Any:
    columns = [
        Colonne("Niveau de vie (€/an)"),
        Colonne("Revenu du ménage (€/an)"),
        Colonne("Mensualité (€/mois)"),
        Colonne("Prix accessible (€)"),
    ]
    if sales.prix:
        columns.append(Colonne("Ventes accessibles"))
    rows = []
    for x in lines:
        v = x.solvabilite
        cells: list[Any] = [
            Chiffre(x.revenu_par_uc, "euro_an"),
            Chiffre(v.revenu_annuel, "euro_an"),
            Chiffre(v.mensualite, "euro_mois"),
            Chiffre(v.prix_accessible, "euro"),
        ]
        if sales.prix:
            part = None if x.vente is None else x.vente.part
            cells.append(Chiffre(part, "part") if part is not None else Chiffre(None, "part", Etat.NON_APPLICABLE))
        rows.append((x.decile, cells))
    found = [entrepot.provenance(i) for i in lines[0].constat.provenance.get("revenu_par_uc", "").split(", ") if i]
    told = " ; ".join(dict.fromkeys(p.texte() for p in found))
    return tableau(
        "t-deciles",
        "Le même ménage à chaque décile",
        "Décile",
        columns,
        rows,
        note=f"Déciles : {told}.",
    )
