"""Actions: typed state, computed appreciation, pilot, indicators filled; budget announced by the programme."""

from __future__ import annotations

from collections.abc import Sequence

from beffroi.domain.nomenclatures.avancement import EtatAction
from beffroi.domain.nomenclatures.programme import BaseMontant
from beffroi.domain.programme.modele import FicheAction, LigneBudgetaire
from beffroi.domain.suivi.action import SituationAction
from beffroi.domain.suivi.budget import LIBELLE_PORTEE, Portee, cout, portee
from beffroi.kernel.figure import Chiffre
from beffroi.reports.bilan_annuel.contexte import RIEN, Contexte, absent, avis, bande, chiffre, colonnes, entetes, texte
from beffroi.reports.bilan_annuel.saisies import cellule_execution, phrase_execution, valeurs_transmises
from beffroi.reports.build import (
    Bloc,
    Cellule,
    Graphique,
    Ligne,
    Manque,
    Morceau,
    Paragraphe,
    PhraseCle,
    Section,
    Serie,
    Source,
    Tableau,
    Texte,
    Titre,
    etat_saisi,
    phrase,
)
from beffroi.reports.typographie import en_lettres, enumeration, typographier

SECTION = "actions"
LIGNES_BUDGET = 12


def section_actions(ctx: Contexte) -> Section:
    """Every action with its state, its appreciation and its indicators, then the means announced."""
    n = len(ctx.programme.actions)
    if n == 0:
        words = phrase("Aucune fiche-action n'est saisie : le service habitat peut charger le programme.")
        ctx.manque("actions", "Fiches-actions du programme", SECTION, "Service habitat")
        return Section(SECTION, "Avancement des actions", (PhraseCle(words),))
    blocs: list[Bloc] = [PhraseCle(_phrase(ctx)), _tableau(ctx), _source(ctx)]
    if any(a.indicateurs for a in ctx.programme.actions):
        blocs += [Titre("Indicateurs du programme"), _graphique(ctx), _note_indicateurs(ctx), *valeurs_transmises(ctx)]
    budget = lignes_annoncees(ctx.programme.actions)
    if budget:
        blocs += [Titre(f"Moyens annoncés au {ctx.nom_programme}"), *_budget(ctx, budget)]
    return Section(
        SECTION, f"Avancement des {en_lettres(n)} actions" if n > 1 else "Avancement de l'action", tuple(blocs)
    )


def _phrase(ctx: Contexte) -> Texte:
    n = len(ctx.situations)
    typed = [s for s in ctx.situations if s.etat is not None]
    total = ctx.nombre("actions.nombre", n, "action", mot=True)
    pilots = [a for a in ctx.programme.actions if a.pilotes and not a.pilote_implicite]
    if not typed:
        ctx.manque("etats", "État des actions", SECTION, "Service habitat, pilotes des actions")
        tail = "" if pilots else f" et le {ctx.nom_programme} ne nomme aucun pilote"
        return phrase("L'état des {n} n'est pas renseigné{t} : c'est la première collecte à faire.", n=total, t=tail)
    if len(typed) < n:
        ctx.manque("etats", "État des actions sans événement saisi", SECTION, "Service habitat, pilotes des actions")
    labels = {
        EtatAction.BLOQUEE: ("bloquée", "bloquées"),
        EtatAction.EN_PAUSE: ("en pause", "en pause"),
        EtatAction.EN_COURS: ("en cours", "en cours"),
        EtatAction.ACHEVEE: ("achevée", "achevées"),
        EtatAction.A_VENIR: ("à venir", "à venir"),
        EtatAction.ABANDONNEE: ("abandonnée", "abandonnées"),
    }
    parts: list[Texte] = []
    for state, words in labels.items():
        count = sum(s.etat is not None and s.etat.etat is state for s in typed)
        if count:
            number = ctx.nombre(f"actions.{state}", count, "action")
            parts.append(phrase("{n} {w}", n=number, w=words[count > 1]))
    if len(typed) < n:
        left = ctx.nombre("actions.sans_etat", n - len(typed), "action")
        parts.append(phrase("{n} sans état saisi", n=left))
    out = parts[0]
    for i, p in enumerate(parts[1:], 2):
        out = phrase("{a} et {b}" if i == len(parts) else "{a}, {b}", a=out, b=p)
    fictif = any(s.etat is not None and s.etat.fictif for s in typed)
    end = (Morceau(" (données fictives)", italique=True, fictif=True),) if fictif else ()
    return (*phrase("Sur {n} : {x}", n=total, x=out), *end, Morceau("."))


def _tableau(ctx: Contexte) -> Tableau:
    cols = colonnes(0.8, 6.6, 2.2, 2.6, 2.5, (1.7, True))
    by_id = {s.action.id: s for s in ctx.situations}
    rows: list[Ligne] = []
    for o in ctx.orientations():
        actions = ctx.actions_de(o)
        if actions:
            rows.append(bande(f"{o.numero}. {ctx.libelle(o)}", len(cols)))
            rows += [_ligne(ctx, a, by_id[a.id]) for a in actions if a.id in by_id]
    placed = {a.id for o in ctx.orientations() for a in ctx.actions_de(o)}
    alone = [a for a in ctx.programme.actions if a.id not in placed and a.id in by_id]
    if alone:
        rows.append(bande("Sans orientation", len(cols)))
        rows += [_ligne(ctx, a, by_id[a.id]) for a in alone]
    return Tableau(
        "actions",
        typographier("Actions : pilote, état saisi, appréciation calculée"),
        cols,
        (entetes(cols, "N°", "Action", "Pilote", "État (saisi)", "Appréciation", "Indicateurs"),),
        tuple(rows),
        typographier(f"{len(by_id)} actions par orientation : pilote, état, appréciation, indicateurs renseignés."),
    )


def _ligne(ctx: Contexte, action: FicheAction, s: SituationAction) -> Ligne:
    title = typographier(action.titre) if action.titre else "titre absent du document"
    if s.etat is None:
        state = absent("non renseigné")
    else:
        since: Texte = (Morceau(f" (depuis le {s.etat.effet:%d/%m/%Y})", fictif=s.etat.fictif),)
        state = Cellule((etat_saisi(s.etat.etat, fictif=s.etat.fictif), *since))
    filled = sum(i.id in ctx.complements.renseignes for i in action.indicateurs)
    count = RIEN
    if action.indicateurs:
        a = ctx.nombre(f"action.{action.id}.indicateurs_renseignes", filled, "indicateur")
        b = ctx.nombre(f"action.{action.id}.indicateurs", len(action.indicateurs), "indicateur")
        count = Cellule(phrase("{a} sur {b}", a=a, b=b), "chiffre")
    return Ligne((texte(action.numero), texte(title), _pilote(action), state, avis(s.appreciation), count))


def _pilote(action: FicheAction) -> Cellule:
    if not action.pilotes:
        return absent("non nommé")
    shown = list(action.pilotes)
    if len(shown) > 2:
        shown = [shown[0], f"{len(shown) - 1} autres"]
    words = phrase("{p}", p=enumeration(shown))
    return Cellule((*words, Morceau(" (à confirmer)", italique=True)) if action.pilote_implicite else words)


def _source(ctx: Contexte) -> Source:
    n = sum(len(a.indicateurs) for a in ctx.programme.actions)
    words = (
        f"Source : {ctx.programme.titre_court}, {len(ctx.programme.actions)} actions, {n} indicateurs. État : saisi par un "
        "événement daté, jamais calculé. Appréciation : calculée, jamais saisie."
    )
    if any(a.pilote_implicite for a in ctx.programme.actions):
        words += " « À confirmer » : le document ne nomme pas de pilote."
        ctx.manque("pilotes", "Pilote de chaque action", SECTION, "Service habitat")
    base = phrase("{a}", a=words)
    if any(s.etat is not None and s.etat.fictif for s in ctx.situations):
        base = (*base, Morceau(" États : données fictives.", gras=True, fictif=True))
    return Source(base)


def _graphique(ctx: Contexte) -> Graphique:
    names, filled, left, told = [], [], [], []
    for o in ctx.orientations():
        indicators = [i for a in ctx.actions_de(o) for i in a.indicateurs]
        known = sum(i.id in ctx.complements.renseignes for i in indicators)
        name = f"Orientation {o.numero}"
        names.append(name)
        note = ctx.registre.noter
        filled.append(note(f"indicateurs.{o.id}.renseignes", Chiffre(known, "indicateur")))
        left.append(note(f"indicateurs.{o.id}.a_collecter", Chiffre(len(indicators) - known, "indicateur")))
        told.append(f"{name} : {known} renseignés, {len(indicators) - known} à collecter")
    return Graphique(
        "indicateurs",
        typographier("Indicateurs renseignés et à collecter, par orientation"),
        "barres_empilees",
        tuple(names),
        (Serie("Renseignés", tuple(filled)), Serie("À collecter", tuple(left), "manque")),
        typographier(" ; ".join(told) + "."),
        "indicateur",
        hauteur=5.2,
    )


def _note_indicateurs(ctx: Contexte) -> Source:
    total = sum(len(a.indicateurs) for a in ctx.programme.actions)
    known = len(ctx.complements.renseignes)
    if known < total:
        ctx.manque(
            "indicateurs",
            f"{total - known} indicateurs sur {total} sans valeur",
            SECTION,
            "Partenaires et pilotes des actions",
        )
    names = [i.libelle for a in ctx.programme.actions for i in a.indicateurs if i.id in ctx.complements.indicateurs]
    filled = (
        f" Renseignés par les données ouvertes : {enumeration(n[0].lower() + n[1:] for n in names)}." if names else ""
    )
    drafts = ctx.complements.saisies.brouillons
    if drafts:
        filled += (
            f" {drafts} valeurs encore en brouillon ne sont pas reprises."
            if drafts > 1
            else (" Une valeur encore en brouillon n'est pas reprise.")
        )
    return Source(
        phrase(
            "Source : {p}, rubriques d'évaluation des fiches-actions ; {k} sur {n}.{f}",
            p=ctx.programme.titre_court,
            k=ctx.nombre("indicateurs.renseignes", known),
            n=ctx.nombre("indicateurs.nombre", total, "indicateur", mot=True),
            f=filled,
        )
    )


# --- budget -------------------------------------------------------------------------------------------------------


def lignes_annoncees(actions: Sequence[FicheAction]) -> list[tuple[LigneBudgetaire, list[str]]]:
    """Budget lines counted once, with the numbers of the actions that repeat them; only lines with an amount."""
    numbers: dict[str, list[str]] = {}
    for a in actions:
        for b in a.budget:
            numbers.setdefault(b.identique_a or b.id, []).append(a.numero)
    silent = (Portee.REPETEE, Portee.SANS_MONTANT)
    return [(b, list(dict.fromkeys(numbers[b.id]))) for a in actions for b in a.budget if portee(b) not in silent]


def total_annuel(ctx: Contexte, lignes: Sequence[LigneBudgetaire]) -> Chiffre:
    """Sum of the lines that the document calls yearly; *sans objet* when there is none."""
    return cout(ctx.programme, lignes).annuel


def _budget(ctx: Contexte, lines: list[tuple[LigneBudgetaire, list[str]]]) -> list[Bloc]:
    cols = colonnes(6.7, 2.0, (2.3, True), 3.0, 3.2)
    yearly = [x for x in lines if portee(x[0]) is Portee.ANNUELLE]
    others = [x for x in lines if portee(x[0]) in (Portee.UNIQUE, Portee.SANS_PERIODE)]
    aids = sum(portee(b) is Portee.UNITAIRE for b, _ in lines)
    rows = [_ligne_budget(ctx, b, n) for b, n in yearly]
    if yearly:
        total = chiffre(ctx.place("budget.annuel", total_annuel(ctx, [b for b, _ in yearly])))
        rows.append(Ligne((texte("Lignes annuelles"), texte(""), total, texte("par an"), absent()), "total"))
    room = max(0, LIGNES_BUDGET - len(yearly))
    rows += [_ligne_budget(ctx, b, n) for b, n in others[:room]]
    done = ctx.complements.saisies.execution
    if done is None:
        ctx.manque("budget", "Budget engagé et payé par action", SECTION, "Direction des finances")
    note = f"Source : {ctx.programme.titre_court}, moyens financiers. Une ligne répétée dans plusieurs actions compte une fois."
    if aids:
        note += f" Non totalisées : {aids} aides par logement, par place ou par unité."
    if len(others) > room:
        note += f" {len(others) - room} autres lignes sont dans les fiches-actions."
    end: Bloc = Manque(phrase("**Donnée manquante.** Budget engagé et payé par action : direction des finances."))
    if done is not None:
        end = Paragraphe(phrase_execution(ctx, done))
    if not rows:
        return [Source(phrase("{a}", a=note)), end]
    return [
        Tableau(
            "budget",
            typographier("Moyens financiers annoncés"),
            cols,
            (entetes(cols, "Ligne", "Actions", "Annoncé (€)", "Période", "Engagé, payé"),),
            tuple(rows),
            typographier(f"{len(rows)} lignes : actions, montant annoncé en euros, période, exécution."),
        ),
        Source(phrase("{a}", a=note)),
        end,
    ]


def _ligne_budget(ctx: Contexte, b: LigneBudgetaire, numbers: list[str]) -> Ligne:
    known = cout(ctx.programme, [b])
    amount = next(c for c in (known.annuel, known.unique, known.sans_periode) if c.connu)
    ceiling = " (plafond)" if portee(b) is Portee.ANNUELLE and b.base is not BaseMontant.AN else ""
    value = chiffre(ctx.place(f"budget.{b.id}", amount))
    period = texte(LIBELLE_PORTEE[portee(b)] + ceiling)
    return Ligne((texte(b.libelle), texte(enumeration(numbers)), value, period, cellule_execution(ctx, b.id)))
