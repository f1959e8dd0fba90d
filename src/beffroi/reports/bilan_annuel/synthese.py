"""One page for the elected reader: sentence, tiles, messages, what blocks, orientations, communes to look at."""

from __future__ import annotations

from dataclasses import replace

from beffroi.domain.nomenclatures.avancement import Appreciation, EtatAction
from beffroi.domain.nomenclatures.programme import Periodicite
from beffroi.domain.programme.modele import FicheAction
from beffroi.domain.suivi.production import Resultat
from beffroi.domain.suivi.transmis import plus_defavorable
from beffroi.reports.bilan_annuel import phrases
from beffroi.reports.bilan_annuel.actions import lignes_annoncees, total_annuel
from beffroi.reports.bilan_annuel.contexte import Contexte, avis, colonnes, entetes, texte
from beffroi.reports.bilan_annuel.logement_social import a_date, total_publie
from beffroi.reports.bilan_annuel.production import tableau_extremes
from beffroi.reports.build import (
    Bloc,
    Cellule,
    Ligne,
    Liste,
    Morceau,
    Paragraphe,
    PhraseCle,
    Section,
    Source,
    Tableau,
    Texte,
    Titre,
    TuileChiffre,
    Tuiles,
    etat_saisi,
    phrase,
)
from beffroi.reports.typographie import en_lettres, enumeration, typographier

SECTION = "synthese"


def section_synthese(ctx: Contexte) -> Section:
    """The page that answers first."""
    blocs: list[Bloc] = [PhraseCle(phrases.synthese(ctx)), tuiles(ctx)]
    messages = [m for m in (phrases.exercice(ctx), phrases.chantiers(ctx), _repartition(ctx)) if m]
    if messages:
        title = "Un message" if len(messages) == 1 else f"{en_lettres(len(messages)).capitalize()} messages"
        blocs += [Titre(title), Liste(tuple(messages))]
    left = phrases.reste(ctx)
    if left:
        blocs.append(Paragraphe(left))
    blocs += [Titre("Ce qui bloque"), Liste(_blocages(ctx))]
    blocs.append(_orientations(ctx))
    table = tableau_extremes(ctx)
    if table is not None:
        epci = ctx.suivi.epci.cumul
        fin = f"« Attendus » : objectif annuel de la commune × {ctx.suivi.rang}. Classement par écart en logements."
        blocs.append(table)
        source = ctx.texte_source([epci.autorises, epci.objectif], fin=fin)
        if any(s.etat is not None and s.etat.fictif for s in ctx.situations):
            source = (*source, Morceau(" États des actions : données fictives.", gras=True, fictif=True))
        blocs.append(Source(source))
    return Section(SECTION, "Synthèse", tuple(blocs))


def _repartition(ctx: Contexte) -> Texte:
    groups, sectors = phrases.groupes(ctx), phrases.secteurs(ctx)
    if not groups and not sectors:
        return ()
    joined = (*groups, Morceau(" "), *sectors) if groups and sectors else groups or sectors
    return phrase("**Le résultat n'est pas réparti de la même façon partout.** {x}", x=joined)


def tuiles(ctx: Contexte) -> Tuiles:
    """Four tiles: production, social housing, existing stock, budget; a tile without data keeps its target."""
    items = [_tuile_production(ctx)]
    social = _tuile_sociale(ctx)
    items += [social] if social else []
    items += [_tuile_parc(ctx), _tuile_budget(ctx)]
    told = "Quatre chiffres : production, logement social, parc existant, budget." if social else "Trois chiffres."
    return Tuiles(tuple(items), typographier(told))


def _tuile_production(ctx: Contexte) -> TuileChiffre:
    c, e = ctx.ligne(ctx.suivi.epci, cumul=True), ctx.ligne(ctx.suivi.epci, cumul=False)
    epci = ctx.suivi.epci.cumul
    model = "logements autorisés en {periode} pour {o} attendus ; en {annee} : {a} pour {oa}"
    if not epci.objectif.connu:
        model = "logements autorisés en {periode} ; en {annee} : {a} ; aucun objectif renseigné"
    target = phrase(
        model, periode=ctx.periode, o=c["objectif"], annee=str(ctx.annee), a=e["autorises"], oa=e["objectif"]
    )
    cover = epci.autorises.couverture
    known = [ctx.provenances[p] for p in epci.autorises.provenance if p in ctx.provenances]
    words = ", ".join(x.jeu.split(",")[0] + (f" {x.millesime}" if x.millesime else "") for x in known)
    told = f"{words} ; {cover.texte()}" if cover else words
    return TuileChiffre(
        "Production",
        (replace(c["autorises"], gras=True),) if epci.autorises.connu else TIRET,
        target,
        epci.appreciation,
        phrase("{x}", x=told),
    )


TIRET: Texte = (Morceau("—"),)


def _tuile_sociale(ctx: Contexte) -> TuileChiffre | None:
    social = ctx.objectif_social()
    total = total_publie(ctx, social, None) if social else None
    if social is None or total is None:
        return None
    yearly = social.periodicite is Periodicite.ANNUELLE
    target = phrase(
        "agréments non transmis ; attendus à date : {a}, pour {t} {d}",
        a=ctx.place(f"objectif.{social.id}.a_date", a_date(ctx, social, total)),
        t=ctx.place(f"objectif.{social.id}", total),
        d="par an" if yearly else f"en {en_lettres(ctx.suivi.nombre_exercices)} ans",
    )
    return TuileChiffre(
        "Logement social", TIRET, target, Appreciation.SANS_DONNEE, phrase("{p}", p=ctx.programme.titre_court)
    )


def _tuile_parc(ctx: Contexte) -> TuileChiffre:
    whole = ctx.complements.parc_epci
    if whole is None or not whole.taux_vacance.connu:
        words = phrase("rénovations et vacance non transmises")
        return TuileChiffre("Parc existant", TIRET, words, Appreciation.SANS_DONNEE, phrase("—"))
    value = replace(ctx.registre.placer("parc.total.taux_vacance", whole.taux_vacance), gras=True)
    words = phrase(
        "de logements vacants en {a}, {v} sur {l} ; sans cible au {p}",
        a=whole.logements.periode, v=ctx.place("parc.total.vacants", whole.vacants),
        l=ctx.place("parc.total.logements", whole.logements), p=ctx.nom_programme,
    )  # fmt: skip
    known = [ctx.provenances[p] for p in whole.logements.provenance if p in ctx.provenances]
    told = ", ".join(f"{x.jeu.split(',')[0]} {x.millesime}".strip() for x in known)
    return TuileChiffre("Parc existant", (value,), words, Appreciation.SANS_OBJECTIF, phrase("{x}", x=told or "—"))


def _tuile_budget(ctx: Contexte) -> TuileChiffre:
    total = total_annuel(ctx, [b for b, _ in lignes_annoncees(ctx.programme.actions)])
    if not total.connu:
        words = phrase("aucune enveloppe annuelle n'est annoncée ; {e}", e=_execution(ctx))
        return TuileChiffre(
            "Budget", TIRET, words, Appreciation.SANS_DONNEE, phrase("{p}", p=ctx.programme.titre_court)
        )
    words = phrase(
        "{e} ; lignes annuelles annoncées : {x} par an",
        e=_execution(ctx),
        x=ctx.place("budget.annuel", total, mot=True),
    )
    return TuileChiffre("Budget", TIRET, words, Appreciation.SANS_DONNEE, phrase("{p}", p=ctx.programme.titre_court))


def _execution(ctx: Contexte) -> Texte:
    done = ctx.complements.saisies.execution
    known = done.paye if done is not None and done.paye.connu else done.engage if done is not None else None
    if done is None or known is None or not known.connu:
        return phrase("exécution non transmise")
    word = "payés" if known is done.paye else "engagés"
    return phrase("{x} {w} en {a}", x=ctx.place(f"execution.{word}", known, mot=True), w=word, a=str(ctx.annee))


def _blocages(ctx: Contexte) -> tuple[Texte, ...]:
    """Actions that are blocked or paused, then results nobody gave. Fictitious entries say so."""
    out: list[Texte] = []
    stuck = [s for s in ctx.situations if s.etat and s.etat.etat in (EtatAction.BLOQUEE, EtatAction.EN_PAUSE)]
    for i, s in enumerate(stuck):
        assert s.etat is not None
        pilots = enumeration(s.action.pilotes) or "non nommé"
        why = f" : {s.etat.motif[0].lower()}{s.etat.motif[1:]}" if s.etat.motif else ""
        words = phrase(
            "{e} depuis le {d}{w} (pilote : {p})",
            e=etat_saisi(s.etat.etat), d=f"{s.etat.effet:%d/%m/%Y}", w=why, p=pilots,
        )  # fmt: skip
        last = i + 1 == len(stuck) or not any(x.etat and x.etat.fictif for x in stuck[i + 1 :])
        mark = (Morceau(" – données fictives", italique=True, fictif=True),) if s.etat.fictif and last else ()
        told = tuple(replace(m, fictif=s.etat.fictif) for m in words)
        out.append((*phrase("**Action {n}** ", n=s.action.numero), *told, *mark, Morceau(".")))
    if ctx.objectif_social() is not None:
        out.append(
            phrase(
                "**Logement social** : les agréments par produit n'ont pas été transmis ; le service gestionnaire des aides à la "
                "pierre et la DDT(M) les détiennent."
            )
        )
    if not any(s.etat is not None for s in ctx.situations):
        out.append(phrase("**Actions** : aucun état n'est saisi ; le service habitat et les pilotes le connaissent."))
    if ctx.programme.actions and ctx.complements.saisies.execution is None:
        out.append(phrase("**Budget** : l'exécution n'a pas été transmise ; la direction des finances la détient."))
    return tuple(out) or (phrase("Rien n'est signalé comme bloqué."),)


def _orientations(ctx: Contexte) -> Tableau:
    cols = colonnes(5.0, 8.4, 2.8)
    rows = []
    for o in ctx.orientations():
        actions = ctx.actions_de(o)
        carries = ctx.action_production is not None and ctx.action_production in actions
        words: Texte
        grade = Appreciation.SANS_DONNEE
        if carries:
            c = ctx.ligne(ctx.suivi.epci, cumul=True)
            model = "{a} logements autorisés pour {o} attendus ({t})"
            if not ctx.suivi.epci.cumul.objectif.connu:
                model = "{a} logements autorisés, aucun objectif renseigné"
            words = phrase(model, a=c["autorises"], o=c["objectif"], t=c["taux"])
            grade = ctx.suivi.epci.cumul.appreciation
        else:
            words = _connu(ctx, actions, o.id)
            given = _resultats(ctx, actions)
            if given:
                grade = plus_defavorable(r.appreciation for r in given)
        rows.append(
            Ligne((Cellule((Morceau(f"{o.numero}. {ctx.libelle(o)}", gras=True),)), Cellule(words), avis(grade)))
        )
    if not rows:
        rows.append(Ligne((texte("Aucune orientation n'est saisie."), texte(""), texte(""))))
    how_many = len(ctx.orientations())
    what = {0: "Les orientations", 1: "L'orientation"}.get(how_many, f"Les {en_lettres(how_many)} orientations")
    return Tableau(
        "orientations",
        typographier(f"{what} en un coup d'œil"),
        cols,
        (entetes(cols, "Orientation", f"Ce que l'on sait fin {ctx.annee}", "Appréciation"),),
        tuple(rows),
        typographier("Orientations : ce que l'on sait et l'appréciation."),
        dense=True,
    )


def _connu(ctx: Contexte, actions: tuple[FicheAction, ...], identifiant: str) -> Texte:
    ids = {a.id for a in actions}
    typed = [s for s in ctx.situations if s.action.id in ids and s.etat is not None]
    n = ctx.nombre(f"orientation.{identifiant}.actions", len(ids), "action", mot=True)
    given = len(_resultats(ctx, actions))
    results: Texte = phrase("aucun résultat transmis")
    if given:
        k = ctx.nombre(f"orientation.{identifiant}.resultats", given)
        results = phrase("{k} {w}", k=k, w="résultats transmis" if given > 1 else "résultat transmis")
    if not typed:
        return phrase("{n} ; {r}, aucun état saisi", n=n, r=results)
    blocked = sum(s.etat is not None and s.etat.etat is EtatAction.BLOQUEE for s in typed)
    fictif = any(s.etat is not None and s.etat.fictif for s in typed)
    b = phrase(
        ", dont {b} {w}",
        b=ctx.nombre(f"orientation.{identifiant}.bloquees", blocked),
        w="bloquée" if blocked < 2 else "bloquées",
    ) if blocked else ""  # fmt: skip
    told = phrase("{n} avec un état saisi{b}", n=n, b=b)
    return (*phrase("{r} ; ", r=results), *(replace(m, fictif=fictif) for m in told))


def _resultats(ctx: Contexte, actions: tuple[FicheAction, ...]) -> list[Resultat]:
    """Results that typed values give to the objectives of the actions."""
    known = ctx.complements.saisies.resultats
    return [known[o.id] for a in actions for o in a.objectifs if o.id in known]
