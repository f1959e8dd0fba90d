"""Needs of an EPCI: one or two scenarios, year by year, compared, with the weight of each parameter."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import HttpRequest

from beffroi.domain.besoins.modele import Hypothese
from beffroi.domain.besoins.regles import besoin_flux
from beffroi.domain.besoins.scenarios import (
    LigneSensibilite,
    Scenario,
    calculer,
    comparer,
    sensibilite,
)
from beffroi.domain.besoins.scenarios import (
    Resultat as ResultatScenario,
)
from beffroi.kernel.convert import Entree, field_types
from beffroi.kernel.errors import BeffroiError
from beffroi.kernel.figure import Chiffre, Etat, ratio
from beffroi.kernel.unit import half_up, half_up_int
from beffroi.reports.chart import Barre, barres
from beffroi.web.observatoire.champs import Champ, ChampDate, ChampNombre, ChampTexte, champ_de, lire_nombre, oui_non
from beffroi.web.observatoire.choix import Choix, choisir_epci
from beffroi.web.observatoire.formulaire import Formulaire, Groupe
from beffroi.web.observatoire.resultat import (
    Colonne,
    Dessin,
    Resultat,
    Tableau,
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

NOMBRES = ("parc", "besoin_stock", "duree_resorption", "hors_logement_a_loger")
TAUX = tuple(f.name for f in dataclasses.fields(Hypothese))
NOMS = ("nom", "menage", *NOMBRES, *TAUX)
A, B = "a_", "b_"


class ChampMenages(Champ, forms.CharField):
    """Households by year, one year per line, as pasted from a spreadsheet."""

    suffixe = ""

    def __init__(self, label: str, *, required: bool):
        super().__init__(
            label=label,
            required=required,
            widget=forms.Textarea(attrs={"rows": 5, "cols": 20}),
            help_text="Une ligne par année : « 2021 ; 112 300 ». La première est l’année de base.",
        )
        self.error_messages["required"] = "Champ vide : écrire une ligne par année, comme « 2021 ; 112 300 »."

    def clean(self, value: Any) -> Any:
        """Year → households, or none when blank and optional."""
        text = super().clean(value)
        found: dict[int, Decimal] = {}
        for i, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            year, _, count = line.strip().replace("\t", ";").partition(";")
            try:
                if not (year.strip().isdigit() and len(year.strip()) == 4):
                    raise ValueError(line)
                number = lire_nombre(count)
            except ValueError:
                raise ValidationError(
                    f"Ligne {i} : écrire une année, un point-virgule et un nombre de ménages, comme « 2021 ; 112 300 » ; "
                    f"reçu : «\u00a0{line.strip()}\u00a0»."
                ) from None
            if number < 0:
                raise ValidationError(
                    f"Ligne {i} : le nombre de ménages est 0 ou plus ; reçu : «\u00a0{count.strip()}\u00a0»."
                )
            if int(year) in found:
                raise ValidationError(f"Ligne {i} : l’année {year.strip()} est écrite deux fois.")
            found[int(year)] = number
        if len(found) == 1:
            raise ValidationError("Écrire au moins deux années : celle de base, puis la fin de la projection.")
        return found or None


@dataclass(frozen=True, slots=True)
class Rangee:
    """A row of the form: the same field in both scenarios."""

    libelle: str
    premier: BoundField
    second: BoundField


@dataclass(frozen=True, slots=True)
class PageBesoins:
    """What the page shows."""

    choix: Choix
    form: Formulaire
    rangees: list[Rangee]
    resultat: Resultat | None


def en_ligne_droite(menage: dict[int, Decimal]) -> tuple[dict[int, Decimal], list[int]]:
    """Households of every year, the missing ones on a straight line between their neighbours, and those years."""
    years = sorted(menage)
    out, added = dict(menage), []
    for before, after in pairwise(years):
        step = (menage[after] - menage[before]) / (after - before)
        for year in range(before + 1, after):
            out[year] = menage[before] + step * (year - before)
            added.append(year)
    return dict(sorted(out.items())), added


def _entree(nom: str) -> Entree:
    meta: Any = field_types(Hypothese)[nom]
    return next(x for x in meta.__metadata__ if isinstance(x, Entree))


def _champ(nom: str, scenario: str) -> forms.Field:
    second = scenario == B
    if nom == "nom":
        initial = None if second else "Scénario A"
        return ChampTexte(label="Nom du scénario", required=not second, initial=initial, max_length=40)
    if nom == "menage":
        return ChampMenages("Ménages projetés", required=not second)
    if nom in NOMBRES:
        champ = champ_de(besoin_flux, nom)
        assert isinstance(champ, ChampNombre)
        if second:
            champ = ChampNombre(champ.entree, entier=True, required=False)
        return champ
    target = nom.endswith("_cible")
    aide = "Vide : le taux de l’année de base est gardé." if target and not second else ""
    return ChampNombre(_entree(nom), entier=False, required=not (second or target), aide=aide)


def _formulaire(request: HttpRequest, situation: Situation, choice: Choix) -> Formulaire:
    fields: dict[str, forms.Field] = {}
    for scenario in (A, B):
        for nom in NOMS:
            champ = _champ(nom, scenario)
            champ.label = f"{champ.label}, scénario {scenario[0].upper()}"
            fields[scenario + nom] = champ
    fields["completer"] = oui_non(
        "Compléter en ligne droite les années qui manquent", initial=True,
        aide="Non : chaque année doit être écrite.",
    )  # fmt: skip
    fields["le"] = ChampDate("Date des règles", initial=date.today())
    form = Formulaire(request.GET, fields, (Groupe("Lecture", ("completer", "le")),), _proposer(situation, choice))
    origine = getattr(form.fields["a_menage"], "origine", None)
    if origine is not None and origine.valeur is not None:
        form.fields["a_menage"].initial = f"{origine.chiffre.periode} ; {half_up_int(origine.valeur)}"
    return form


def _proposer(situation: Situation, choice: Choix) -> dict[str, Prerempli]:
    if choice.epci is None:
        return {}

    def census(mesure: str, note: str = "") -> Prerempli:
        return d_epci(situation.entrepot, choice.epci.siren, "recensement_logement", mesure, note=note)  # type: ignore[union-attr]

    stock = census("logement")
    homes = census("residence_principale", "Résidences principales : une par ménage, au recensement")
    out = {"a_parc": stock, "a_menage": homes}
    for field, mesure, propose, note in (
        ("a_residence_secondaire", "residence_secondaire", True, ""),
        ("a_vacance_courte", "logement_vacant", False, "Vacance totale : la source ne sépare pas courte et longue"),
    ):
        part = census(mesure)
        if stock.chiffre is not None and part.chiffre is not None:
            figure = ratio(part.chiffre, stock.chiffre)
            if figure.valeur is not None:
                figure = dataclasses.replace(figure, valeur=half_up(figure.valeur, 4))
            out[field] = Prerempli(part.source, part.libelle, figure, propose, note)
        else:
            out[field] = part
    return out


def simuler(request: HttpRequest, situation: Situation) -> PageBesoins:
    """The simulator."""
    choice = choisir_epci(request, situation)
    form = _formulaire(request, situation, choice)
    rows = [Rangee(str(form.fields[A + n].label).removesuffix(", scénario A"), form[A + n], form[B + n]) for n in NOMS]
    result = None
    if form.demande and not choice.fautif and form.is_valid():
        result = _resultat(form, choice)
    return PageBesoins(choice, form, rows, result)


def _scenario(data: dict[str, Any], prefixe: str, provenance: dict[str, str]) -> tuple[Scenario, list[int]]:
    def lu(nom: str) -> Any:
        own = data[prefixe + nom]
        return data[A + nom] if own in (None, "") and prefixe == B else own

    menage, added = (lu("menage"), []) if not data["completer"] else en_ligne_droite(lu("menage"))
    name = lu("nom") if prefixe == A else data["b_nom"] or "Scénario B"
    return (
        Scenario(
            nom=name,
            menage=menage,
            hypothese=Hypothese(**{n: lu(n) for n in TAUX}),
            provenance={n.removeprefix(A): v for n, v in provenance.items() if n.startswith(A) and prefixe == A},
            **{n: lu(n) for n in NOMBRES},
        ),
        added,
    )


def _resultat(form: Formulaire, choice: Choix) -> Resultat | None:
    data, le = form.cleaned_data, form.cleaned_data["le"]
    filled = any(data[B + n] not in (None, "") for n in NOMS if n != "nom")
    done: list[ResultatScenario] = []
    completed: list[int] = []
    for prefixe in (A, B) if filled else (A,):
        try:
            scenario, added = _scenario(data, prefixe, form.provenance())
            done.append(calculer(scenario, le))
            completed += added
        except BeffroiError as e:
            form.refuser(e, prefixe)
    if form.errors:
        return None
    if len(done) == 2 and done[0].scenario.nom == done[1].scenario.nom:
        form.add_error("b_nom", "Les deux scénarios portent le même nom : en donner un autre à celui-ci.")
        return None
    first, second = done[0], done[1] if len(done) == 2 else None
    tables = [_annees(first, second)]
    if second is not None:
        tables.append(_postes(first, second))
    tables.append(_sensibilite(sensibilite(first.scenario, le), first))
    reasons = [raisonnement(first.constat, f"Calcul de « {first.scenario.nom} »", suffixe="-a")]
    if second is not None:
        reasons.append(raisonnement(second.constat, f"Calcul de « {second.scenario.nom} »", replie=True, suffixe="-b"))
    return Resultat(
        _phrase(first, second, choice),
        _precision(first),
        _avis(completed),
        (_dessin(first, second),),
        tuple(tables),
        (),
        tuple(reasons),
    )


def _moyenne(r: ResultatScenario) -> int:
    return half_up_int(Decimal(r.flux.besoin_total) / len(r.flux.annees))


def _phrase(first: ResultatScenario, second: ResultatScenario | None, choice: Choix) -> Any:
    years = first.flux.annees
    first_year, last_year = years[0].annee, years[-1].annee
    when = f"en {first_year}" if first_year == last_year else f"de {first_year} à {last_year}"
    where = f"{mot(choice.nom)}, {when}" if choice.nom else when.capitalize()
    head = f"{where} : {fort(_moyenne(first), 'logement_par_an')} en moyenne dans « {mot(first.scenario.nom)} »"
    if second is None:
        return phrase(f"{head}, soit {dit(first.flux.besoin_total, 'logement')}.")
    return phrase(f"{head}, {fort(_moyenne(second), 'logement_par_an')} dans « {mot(second.scenario.nom)} ».")


def _precision(first: ResultatScenario) -> Any:
    flux = first.flux
    told = f"Année du pic : {flux.annee_pic} ; besoin jusqu’au pic : {dit(flux.besoin_jusqu_au_pic, 'logement')}."
    if flux.excedent_total:
        told += f" Excédent certaines années : {dit(flux.excedent_total, 'logement')}."
    return phrase(told)


def _avis(completed: list[int]) -> tuple[str, ...]:
    if not completed:
        return ()
    years = sorted(set(completed))
    told = str(years[0]) if len(years) == 1 else f"de {years[0]} à {years[-1]}"
    return (
        f"Ménages complétés en ligne droite entre les années écrites ({told}) : c’est une hypothèse, pas une projection.",
    )


def _dessin(first: ResultatScenario, second: ResultatScenario | None) -> Dessin:
    other = {a.annee: a.besoin for a in second.flux.annees} if second else {}
    bars = [
        Barre(
            str(a.annee),
            Chiffre(a.besoin, "logement"),
            ici=a.annee == first.flux.annee_pic,
            courbe=Chiffre(other[a.annee], "logement") if a.annee in other else None,
        )
        for a in first.flux.annees
    ]
    title = "Besoin en logements par an"
    key = f"Barres : {first.scenario.nom}" + (f" ; ligne : {second.scenario.nom}" if second else "")
    return Dessin(
        "dessin-besoins",
        title,
        sur(barres(bars, titre=title, nombres_au_pied=True, identifiant="g-besoins")),
        f"{key}.",
    )


def _n(value: int | None) -> Chiffre:
    return Chiffre(None, "logement", Etat.NON_APPLICABLE) if value is None else Chiffre(value, "logement")


def _annees(first: ResultatScenario, second: ResultatScenario | None) -> Tableau:
    name = first.scenario.nom
    if second is None:
        columns = [
            Colonne("Ménages en plus"),
            Colonne("Résorption du stock"),
            Colonne("Remplacement"),
            Colonne("Besoin"),
        ]
        rows: list[tuple[str, list[Any]]] = [
            (
                str(a.annee),
                [Chiffre(a.delta_menage, "menage"), _n(a.resorption), _n(a.remplacement), _n(a.besoin)],
            )
            for a in first.flux.annees
        ]
        total = first.flux.besoin_total
        empty = Chiffre(None, "logement", Etat.NON_APPLICABLE)
        rows.append(("Total", [empty, empty, empty, _n(total)]))
        return tableau("t-annees", "Besoin par an", "Année", columns, rows, fortes=(len(rows) - 1,))
    columns = [Colonne(name), Colonne(second.scenario.nom), Colonne("Écart", signe=True)]
    lines = comparer(first, second).annees
    rows = [(str(x.annee), [_n(x.premier), _n(x.second), _n(x.ecart)]) for x in lines]
    totals = (first.flux.besoin_total, second.flux.besoin_total)
    rows.append(("Total", [_n(totals[0]), _n(totals[1]), _n(totals[1] - totals[0])]))
    return tableau("t-annees", "Besoin par an", "Année", columns, rows, fortes=(len(rows) - 1,))


def _postes(first: ResultatScenario, second: ResultatScenario) -> Tableau:
    columns = [Colonne(first.scenario.nom), Colonne(second.scenario.nom), Colonne("Écart", signe=True)]
    rows = [
        (x.libelle, [Chiffre(x.premier, "logement"), Chiffre(x.second, "logement"), Chiffre(x.ecart, "logement")])
        for x in comparer(first, second).postes
    ]
    note = "Cumul des années communes aux deux scénarios, en logements."
    return tableau("t-postes", "D’où vient l’écart", "Poste", columns, rows, note=note)


def _sensibilite(lines: tuple[LigneSensibilite, ...], first: ResultatScenario) -> Tableau:
    def gap(value: int | None) -> Chiffre:
        return _n(None if value is None else value - first.flux.besoin_total)

    columns = [Colonne("Pas", num=False), Colonne("S’il baisse", signe=True), Colonne("S’il monte", signe=True)]
    rows = [(x.libelle.partition(" (")[0], [_pas(x), gap(x.bas), gap(x.haut)]) for x in lines]
    note = (
        f"Écart au besoin de « {first.scenario.nom} » sur la projection ({dit(first.flux.besoin_total, 'logement')}) quand "
        "un seul paramètre change ; du plus au moins sensible."
    )
    return tableau("t-sensibilite", "De quoi le besoin dépend", "Paramètre", columns, rows, note=note)


def _pas(x: LigneSensibilite) -> str:
    if "années" in x.libelle:
        return f"± {dit(x.pas, 'annee')}"
    if "part" in x.libelle:
        return f"± {dit(x.pas, 'part', 0)}"
    return f"± {dit(x.pas * 100, 'point', 2)}"
