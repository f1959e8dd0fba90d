"""Point mort: from the components a study publishes, or from two censuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest

from beffroi.domain.besoins.modele import PointMort
from beffroi.domain.besoins.regles import point_mort, point_mort_composante
from beffroi.kernel.errors import BeffroiError
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.rule import Constat
from beffroi.reports.chart import LigneBarre, barres_horizontales
from beffroi.web.observatoire.champs import ChampChoix, ChampDate, champ_de
from beffroi.web.observatoire.choix import Choix, choisir_epci
from beffroi.web.observatoire.formulaire import Formulaire, Groupe
from beffroi.web.observatoire.resultat import (
    Colonne,
    Dessin,
    Resultat,
    dit,
    fort,
    mot,
    phrase,
    raisonnement,
    tableau,
)
from beffroi.web.observatoire.territoires import Prerempli, d_epci
from beffroi.web.pilotage.contexte import Situation
from beffroi.web.pilotage.rendu import sur

MODES = (("composantes", "composantes publiées par une étude"), ("recensements", "deux recensements"))
STOCK = ("logement", "residence_principale", "residence_secondaire", "logement_vacant")
DEBUT = tuple(f"{n}_debut" for n in (*STOCK, "population_menage"))
FIN = tuple(f"{n}_fin" for n in (*STOCK, "population_menage"))
PERIODE = ("construction", "annees")
COMPOSANTES = ("renouvellement", "desserrement", "variation_residence_secondaire_vacant", "effet_demographique")


@dataclass(frozen=True, slots=True)
class PagePointMort:
    """What the page shows."""

    choix: Choix
    mode: str
    modes: forms.Form
    form: Formulaire
    resultat: Resultat | None


class ChoixMode(forms.Form):
    """Components or censuses."""

    use_required_attribute = False


def _formulaire(request: HttpRequest, situation: Situation, choice: Choix, mode: str) -> Formulaire:
    day = ChampDate("Date des règles", initial=date.today())
    if mode == "composantes":
        fields: dict[str, Any] = {n: champ_de(point_mort_composante, n) for n in COMPOSANTES}
        fields["le"] = day
        return Formulaire(request.GET, fields, (Groupe("Composantes, par an", COMPOSANTES), Groupe("Lecture", ("le",))))
    fields = {n: champ_de(point_mort, n) for n in (*DEBUT, *FIN, *PERIODE)}
    fields["le"] = day
    proposals: dict[str, Prerempli] = {}
    if choice.epci is not None:
        proposals = {
            f"{n}_fin": d_epci(situation.entrepot, choice.epci.siren, "recensement_logement", n) for n in STOCK
        }
    return Formulaire(
        request.GET,
        fields,
        (
            Groupe("Au début de la période", DEBUT),
            Groupe("À la fin de la période", FIN),
            Groupe("Période", (*PERIODE, "le")),
        ),
        proposals,
    )


def simuler(request: HttpRequest, situation: Situation) -> PagePointMort:
    """The calculation of ``?mode=``."""
    choice = choisir_epci(request, situation)
    mode = request.GET.get("mode", "composantes")
    if mode not in dict(MODES):
        mode = "composantes"
    modes = ChoixMode(initial={"mode": mode}, label_suffix="")
    modes.fields["mode"] = ChampChoix("Données connues", MODES, initial=mode)
    form = _formulaire(request, situation, choice, mode)
    result = None
    if form.demande and not choice.fautif and form.is_valid():
        data = dict(form.cleaned_data)
        le = data.pop("le")
        rule = point_mort_composante if mode == "composantes" else point_mort
        try:
            result = _repondre(rule(le=le, provenance=form.provenance(), **data), mode, choice.nom)
        except BeffroiError as e:
            form.refuser(e)
    return PagePointMort(choice, mode, modes, form, result)


def _repondre(constat: Constat, mode: str, nom: str) -> Resultat:
    annual: PointMort = constat.valeur if mode == "composantes" else constat.valeur.annuel
    head = f"{mot(nom)} : le" if nom and mode == "recensements" else "Le"
    terms = " + ".join(
        dit(v, "nombre")
        for v in (annual.renouvellement, annual.desserrement, annual.variation_residence_secondaire_vacant)
    ).replace("+ −", "− ")
    effect = annual.effet_demographique
    sign = "gagné" if effect > 0 else "perdu"
    told = (
        f"{head} point mort est de {fort(annual.point_mort, 'logement_par_an')} ({terms}) ; la construction de "
        f"{dit(annual.construction, 'logement_par_an')} donne un effet démographique de "
        f"{fort(effect, 'logement_par_an', signe=True)}."
    )
    note = (
        "La construction couvre exactement le point mort : population égale."
        if effect == 0
        else f"Construire {'au-dessus' if effect > 0 else 'en dessous'} du point mort : de la population a été {sign}e."
    )
    lines = (
        ("Renouvellement du parc", annual.renouvellement),
        ("Desserrement des ménages", annual.desserrement),
        ("Résidences secondaires et vacants", annual.variation_residence_secondaire_vacant),
        ("Effet démographique", effect),
    )
    title = "Ce que la construction annuelle a couvert"
    drawing = barres_horizontales(
        [
            LigneBarre(label, Chiffre(v, "logement_par_an"), "moins" if v < 0 else "plus" if v == effect else "barre")
            for label, v in lines
        ],
        titre=title,
        signe=True,
        identifiant="g-point-mort",
    )
    rows: list[tuple[str, list[Any]]] = []
    columns = [Colonne("Par an")]
    period: PointMort | None = None if mode == "composantes" else constat.valeur.periode
    if period is not None:
        columns.insert(0, Colonne("Période"))

    def row(label: str, name: str) -> None:
        cells: list[Any] = [Chiffre(getattr(annual, name), "logement_par_an")]
        if period is not None:
            cells.insert(0, Chiffre(getattr(period, name), "logement"))
        rows.append((label, cells))

    for label, name in (
        ("Renouvellement du parc", "renouvellement"),
        ("Desserrement des ménages", "desserrement"),
        ("Résidences secondaires et vacants", "variation_residence_secondaire_vacant"),
        ("Point mort", "point_mort"),
        ("Effet démographique", "effet_demographique"),
        ("Construction", "construction"),
    ):
        row(label, name)
    return Resultat(
        phrase(told),
        phrase(note),
        (),
        (Dessin("dessin-pm", title, sur(drawing), "En logements par an."),),
        (tableau("t-pm", "Point mort et effet démographique", "Composante", columns, rows, fortes=(3, 5)),),
        (),
        (raisonnement(constat, "Raisonnement"),),
    )
