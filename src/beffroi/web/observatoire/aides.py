"""Aid estimator: a règlement, an operation, and each aid with its state, amount, level, envelope and conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.safestring import SafeString

from beffroi.domain.aides.lecture import reglement as charger
from beffroi.domain.aides.lecture import reglements
from beffroi.domain.aides.modele import Aide, Champ, EtatAide, Nature, Periode, Reglement
from beffroi.domain.aides.regles import enveloppe, estimation
from beffroi.kernel.convert import Entree
from beffroi.kernel.errors import BeffroiError, NotFound
from beffroi.kernel.figure import Chiffre, Etat
from beffroi.kernel.rule import Constat
from beffroi.reports.typographie import typographier
from beffroi.web.observatoire.champs import ChampChoix, ChampDate, ChampNombre, oui_non
from beffroi.web.observatoire.formulaire import Formulaire, Groupe
from beffroi.web.observatoire.resultat import (
    Colonne,
    Resultat,
    dit,
    fort,
    mot,
    phrase,
    raisonnement,
    tableau,
)
from beffroi.web.pilotage.contexte import Situation

PERIODES = {Periode.ANNEE: "par an", Periode.PROGRAMME: "sur le programme", Periode.UNE_FOIS: "une fois"}


@dataclass(frozen=True, slots=True)
class PageAides:
    """What the page shows."""

    choix: forms.Form
    reglement: Reglement | None
    form: Formulaire | None
    resultat: Resultat | None


class ChoixReglement(forms.Form):
    """Which règlement."""

    use_required_attribute = False


def _choix(asked: str) -> forms.Form:
    known = reglements()
    options = [(i, typographier(f"{versions[-1].label} ({_periode(versions)})")) for i, versions in known.items()]
    form = ChoixReglement(
        {"reglement": asked} if asked and asked not in known else None,
        initial={"reglement": asked},
        label_suffix="",
    )
    form.fields["reglement"] = ChampChoix("Règlement d’aides", options)
    return form


def _periode(versions: tuple[Reglement, ...]) -> str:
    first, last = versions[0], versions[-1]
    if last.au is None:
        return f"depuis {first.du.year}"
    return str(first.du.year) if first.du.year == last.au.year else f"{first.du.year}-{last.au.year}"


def _champ(champ: Champ) -> forms.Field:
    label = typographier(champ.label)
    if champ.nature is Nature.CHOIX:
        return ChampChoix(label, [(c, typographier(champ.mot(c))) for c in champ.choix], required=False)
    if champ.nature is Nature.BOOLEEN:
        return oui_non(label, required=False)
    entree = Entree(label, champ.unite, champ.minimum, champ.maximum)
    return ChampNombre(entree, entier=champ.nature is Nature.ENTIER, required=False)


def _formulaire(request: HttpRequest, r: Reglement) -> Formulaire:
    today = date.today()
    in_force = r.du <= today and (r.au is None or today <= r.au)
    fields: dict[str, forms.Field] = {n: _champ(c) for n, c in r.champ.items()}
    fields["aide"] = ChampChoix(
        "Une seule aide", [(a.id, typographier(a.label)) for a in r.aide if a.niveau], required=False, vide="toutes"
    )
    if r.enveloppe:
        fields["deja_accorde"] = ChampNombre(
            Entree("Déjà accordé sur l’enveloppe", "euro", minimum=0),
            entier=False,
            required=False,
            aide="Avec une seule aide choisie : dit si l’enveloppe peut encore payer ce dossier.",
        )
    fields["le"] = ChampDate(
        "Date du dossier",
        initial=today if in_force else r.au,
        aide="Le règlement de ce jour-là s’applique."
        if in_force
        else "Le règlement n’est plus en vigueur aujourd’hui.",
    )
    groups = (
        Groupe(
            "Opération", tuple(r.champ), "Un champ vide reste inconnu : la réponse le dira, elle ne vaudra pas zéro."
        ),
        Groupe("Lecture", ("aide", "deja_accorde", "le")),
    )
    return Formulaire(request.GET, fields, groups)


def simuler(request: HttpRequest, situation: Situation) -> PageAides:
    """The estimator of ``?reglement=``."""
    asked = request.GET.get("reglement", "")
    choice = _choix(asked)
    versions = reglements().get(asked)
    if versions is None:
        return PageAides(choice, None, None, None)
    latest = versions[-1]
    form = _formulaire(request, latest)
    result = None
    if form.demande and form.is_valid():
        le = form.cleaned_data["le"]
        operation = {n: form.cleaned_data[n] for n in latest.champ if form.cleaned_data[n] is not None}
        if not operation:
            form.add_error(None, "Aucun champ de l’opération n’est rempli : décrire au moins sa nature.")
        else:
            try:
                constat = estimation(le=le, reglement=asked, operation=operation, aide=form.cleaned_data["aide"])
                box = _caisse(form, constat, asked, le)
                if not form.errors:
                    result = _repondre(constat, box, charger(asked, le))
            except BeffroiError as e:
                form.refuser(e)
    return PageAides(choice, latest, form, result)


def _caisse(form: Formulaire, constat: Constat, reglement: str, le: date) -> Constat | None:
    """What the envelope grants to this file, when the reader tells what it already granted."""
    granted, aide = form.cleaned_data.get("deja_accorde"), form.cleaned_data["aide"]
    if granted is None:
        return None
    answer = constat.valeur["aides"].get(aide) if aide else None
    if answer is None or answer["montant"] is None:
        form.add_error(
            "deja_accorde",
            "Choisir « Une seule aide », dont le montant est connu pour cette opération ; ou effacer cette somme.",
        )
        return None
    try:
        return enveloppe(le=le, reglement=reglement, aide=aide, deja_accorde=granted, demande=answer["montant"])
    except NotFound:
        form.add_error("deja_accorde", "Cette aide ne puise dans aucune enveloppe : effacer cette somme.")
        return None


def _niveau(aide: Aide, rang: int | None) -> str:
    if rang is None:
        return ""
    if len(aide.niveau) < 2:
        return "niveau unique"
    by_number = [n for n in aide.niveau if n.numero == rang]
    if by_number:
        return by_number[0].label
    return aide.niveau[rang - 1].label if rang <= len(aide.niveau) else ""


def _enveloppe(r: Reglement, aide: Aide) -> str:
    box = r.enveloppe.get(aide.enveloppe) if aide.enveloppe else None
    return f"{dit(box.montant, 'euro')} {PERIODES[box.periode]}" if box else "aucune"


def _montant(answer: Mapping[str, Any]) -> Any:
    if answer["montant"] is not None:
        return Chiffre(answer["montant"], "euro")
    if answer["montant_maximum"] is not None:
        return f"au plus {dit(answer['montant_maximum'], 'euro')}"
    return Chiffre(None, "euro", Etat.NON_RENSEIGNE)


def _repondre(constat: Constat, box: Constat | None, r: Reglement) -> Resultat:
    answers: dict[str, Mapping[str, Any]] = constat.valeur["aides"]
    rows = []
    for identifier, answer in answers.items():
        aide = r.une(identifier)
        if aide is None:
            continue
        state: EtatAide = answer["etat"]
        rows.append(
            (
                aide.label,
                [
                    state.libelle,
                    _montant(answer),
                    _niveau(aide, answer["niveau"]),
                    aide.beneficiaire,
                    _enveloppe(r, aide),
                ],
            )
        )
    columns = (
        Colonne("État", num=False),
        Colonne("Montant"),
        Colonne("Niveau", num=False),
        Colonne("Bénéficiaire", num=False),
        Colonne("Enveloppe", num=False),
    )
    others = sum(1 for a in r.aide if a.niveau) - sum(1 for i in answers if (r.une(i) or r.aide[0]).niveau)
    note = (
        f"Autres aides du règlement, sans objet pour cette opération : {dit(others, 'nombre')}." if others > 0 else ""
    )
    tables = (tableau("t-aides", "Aides du règlement", "Aide", columns, rows, note=note),) if rows else ()
    notices = list(constat.avertissements)
    if box is None and any(a.enveloppe for a in r.aide if a.id in answers):
        notices.append("Les enveloppes ne sont pas consommées ici : une aide accordable peut manquer de crédits.")
    return Resultat(
        _phrase(constat, r, answers),
        phrase(f"{_face_a(box)}{mot(r.label)}, {_periode((r,))}. Financeur : {mot(r.financeur)}."),
        tuple(notices),
        (),
        tables,
        (),
        (
            replace(raisonnement(constat, "Aide par aide"), avertissements=SafeString("")),
            *([raisonnement(box, "Face à l’enveloppe")] if box else []),
        ),
    )


def _face_a(box: Constat | None) -> str:
    if box is None:
        return ""
    v = box.valeur
    if v["etat"] is EtatAide.ENVELOPPE_EPUISEE:
        return f"L’enveloppe ne peut plus payer ce dossier : <strong>{mot(v['etat'].libelle)}</strong>. "
    return f"L’enveloppe paie ce dossier ; il restera {dit(v['reste'], 'euro')}. "


def _phrase(constat: Constat, r: Reglement, answers: Mapping[str, Mapping[str, Any]]) -> Any:
    head = f"Au {constat.le:%d/%m/%Y}, "
    amount, whole = constat.valeur["montant"], constat.valeur["complet"]
    unknown = sum(1 for a in answers.values() if a["montant"] is None)
    if not answers:
        return phrase(f"{head}aucune aide de ce règlement ne concerne cette opération.")
    if amount is None:
        return phrase(f"{head}aucun montant ne peut être dit : une information manque, ou le texte ne le donne pas.")
    if not whole:
        return phrase(
            f"{head}cette opération peut recevoir au moins {fort(amount, 'euro')} ; "
            f"{dit(unknown, 'nombre')} {'aide reste' if unknown < 2 else 'aides restent'} à préciser."
        )
    if amount == 0:
        return phrase(
            f"{head}cette opération reçoit {fort(amount, 'euro')} : le règlement la concerne, mais à un niveau sans aide."
        )
    return phrase(f"{head}cette opération peut recevoir {fort(amount, 'euro')}.")
