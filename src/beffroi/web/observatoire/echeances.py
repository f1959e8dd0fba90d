"""Deadline calculator: known dates in, a dated timeline out, each date with its delay and text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.safestring import SafeString

from beffroi.catalogue import all_rules
from beffroi.kernel.errors import BeffroiError
from beffroi.kernel.rule import Constat, Rule, resolve
from beffroi.reports.constat import lien_html, texte_html, valeur_affichee
from beffroi.reports.typographie import typographier
from beffroi.web.observatoire.champs import ChampChoix, ChampDate, champ_de
from beffroi.web.observatoire.formulaire import Formulaire, Groupe
from beffroi.web.observatoire.resultat import Echeance, Resultat, dit, mot, phrase, raisonnement
from beffroi.web.pilotage.contexte import Situation
from beffroi.web.pilotage.rendu import sur

# Family → rules whose steps are dates.
HORLOGES: dict[str, tuple[str, ...]] = {
    "Programme": (
        "programme.delais_elaboration",
        "programme.caractere_executoire",
        "programme.echeances_plh",
        "programme.rapport_artificialisation",
        "programme.echeances_contrat",
    ),
    "Permis de louer et de diviser": (
        "habitat_indigne.entree_en_vigueur_permis_louer",
        "habitat_indigne.autorisation_prealable",
        "habitat_indigne.declaration_mise_en_location",
        "habitat_indigne.permis_diviser",
    ),
    "Habitat indigne": ("habitat_indigne.contradictoire", "habitat_indigne.echeance_arrete"),
    "Biens abandonnés": ("habitat_indigne.abandon_manifeste", "habitat_indigne.bien_sans_maitre"),
    "Logement social et accueil": (
        "sru.calendrier_inventaire",
        "sru.delais_carence",
        "attributions.calendrier",
        "accueil.echeance_schema",
    ),
}


@dataclass(frozen=True, slots=True)
class PageEcheances:
    """What the page shows."""

    choix: forms.Form
    horloge: str
    form: Formulaire | None
    resultat: Resultat | None


class ChoixHorloge(forms.Form):
    """Which clock."""

    use_required_attribute = False


def _choix(demande: str) -> forms.Form:
    known = {i for group in HORLOGES.values() for i in group}
    options: list[Any] = [
        (family, [(i, typographier(all_rules()[i][-1].label)) for i in ids]) for family, ids in HORLOGES.items()
    ]
    field = ChampChoix("Procédure ou document", [], required=True)
    field.choices = [("", "Choisir…"), *options]
    field.error_messages["invalid_choice"] = "Choisir une procédure de la liste ; reçu : «\u00a0%(value)s\u00a0»."
    form = ChoixHorloge(
        {"horloge": demande} if demande and demande not in known else None,
        initial={"horloge": demande},
        label_suffix="",
    )
    form.fields["horloge"] = field
    return form


def _formulaire(request: HttpRequest, regle: Rule) -> Formulaire:
    fields: dict[str, forms.Field] = {n: champ_de(regle, n) for n in regle.entrees}
    names = tuple(fields)
    fields["le"] = ChampDate("Lire les échéances au", initial=date.today(), aide="Ce qui est passé, ce qui vient.")
    return Formulaire(request.GET, fields, (Groupe("Dates et faits connus", names), Groupe("Lecture", ("le",))))


def simuler(request: HttpRequest, situation: Situation) -> PageEcheances:
    """The calculator of ``?horloge=``."""
    asked = request.GET.get("horloge", "")
    choice = _choix(asked)
    if not any(asked in ids for ids in HORLOGES.values()):
        return PageEcheances(choice, "", None, None)
    latest = all_rules()[asked][-1]
    form = _formulaire(request, latest)
    result = None
    if form.demande and form.is_valid():
        given = {n: v for n, v in form.cleaned_data.items() if n != "le" and v is not None}
        le = form.cleaned_data["le"]
        try:
            result = _repondre(resolve(asked, le)(le=le, **given), given)
        except BeffroiError as e:
            form.refuser(e)
    return PageEcheances(choice, asked, form, result)


def ecart_jours(jour: date, le: date) -> str:
    """« dans 30 jours », « il y a 12 jours », « ce jour »."""
    days = (jour - le).days
    if days == 0:
        return "ce jour"
    told = dit(abs(days), "jour")
    return f"dans {told}" if days > 0 else f"il y a {told}"


def echeances(constat: Constat, donnees: dict[str, Any]) -> list[Echeance]:
    """The timeline: dates typed, dates calculated with their delay, and the day of reading, in order."""
    regle, le = constat.regle, constat.le
    out = [Echeance(le, "Jour de la lecture", "", "jour", sur(""))]
    for name, value in donnees.items():
        days = value if isinstance(value, tuple) else (value,)
        out += [
            Echeance(d, regle.entree(name).label, ecart_jours(d, le), "saisie", sur("saisie"))
            for d in days
            if isinstance(d, date)
        ]
    seen: set[date] = set()
    for step in constat.etapes:
        if not isinstance(step.valeur, date):
            continue
        if step.valeur in seen and not step.parametres and step.legal is None:
            continue  # une étape sans texte à une date déjà dite la répète avec d'autres mots
        seen.add(step.valeur)
        notes = [
            f"{texte_html(p.label)} : {escape(valeur_affichee(p.valeur, p.unite))} ({lien_html(p.legal)})"
            + (' <span class="bf-qual">à vérifier</span>' if p.a_verifier else "")
            for p in step.parametres
        ]
        if step.legal is not None and str(step.legal) not in {str(p.legal) for p in step.parametres}:
            notes.append(lien_html(step.legal))
        if step.note:
            notes.append(texte_html(step.note))
        passed = "passee" if step.valeur < le else "calculee"
        out.append(Echeance(step.valeur, step.libelle, ecart_jours(step.valeur, le), passed, sur(" ; ".join(notes))))
    if isinstance(constat.valeur, date) and constat.valeur not in seen:
        passed = "passee" if constat.valeur < le else "calculee"
        out.append(Echeance(constat.valeur, regle.label, ecart_jours(constat.valeur, le), passed, sur("")))
    return sorted(out, key=lambda e: (e.jour, e.nature == "jour"))


def _repondre(constat: Constat, donnees: dict[str, Any]) -> Resultat:
    line = echeances(constat, donnees)
    computed = [e for e in line if e.nature in ("calculee", "passee")]
    coming = [e for e in computed if e.jour >= constat.le]
    return Resultat(
        _phrase(constat, computed, coming),
        phrase(f"Dates calculées : {dit(len(computed), 'nombre')}, lues au {constat.le:%d/%m/%Y}."),
        (),
        (),
        (),
        tuple(line),
        (raisonnement(constat, "Raisonnement"),),
    )


def _phrase(constat: Constat, computed: list[Echeance], coming: list[Echeance]) -> SafeString:
    state = constat.valeur.get("etat") if isinstance(constat.valeur, dict) else None
    head = ""
    if state is not None:
        head = f"État au {constat.le:%d/%m/%Y} : <strong>{mot(valeur_affichee(state))}</strong>. "
    if coming:
        e = coming[0]
        label = e.libelle[:1].lower() + e.libelle[1:] if e.libelle[1:2].islower() else e.libelle
        return phrase(f"{head}Prochaine échéance : {mot(label)}, le <strong>{e.jour:%d/%m/%Y}</strong> ({e.delai}).")
    if computed:
        e = computed[-1]
        return phrase(
            f"{head}Toutes les échéances sont passées ; la dernière, « {mot(e.libelle)} », était le "
            f"<strong>{e.jour:%d/%m/%Y}</strong>."
        )
    return phrase(f"{head}Ces faits ne font courir aucun délai calculable.")
