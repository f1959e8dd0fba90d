"""One section per orientation: official title, sentence, results against objectives, one chart, what is missing."""

from __future__ import annotations

from beffroi.domain.nomenclatures.avancement import LIBELLE_ETAT_ACTION, EtatAction
from beffroi.domain.nomenclatures.programme import Periodicite
from beffroi.domain.programme.modele import FicheAction, Jalon, ObjectifTerritorial, Orientation
from beffroi.domain.suivi.resultat import fiche_de_objectif
from beffroi.kernel.figure import Chiffre
from beffroi.reports.bilan_annuel import phrases
from beffroi.reports.bilan_annuel.actions import total_annuel
from beffroi.reports.bilan_annuel.attendus import (
    Attendu,
    attendus,
    constat,
    en_annees,
    ligne_attendu,
    resultat_saisi,
    suivi_ailleurs,
)
from beffroi.reports.bilan_annuel.contexte import (
    RIEN,
    Contexte,
    absent,
    avis,
    chiffre,
    colonnes,
    entetes,
    texte,
)
from beffroi.reports.bilan_annuel.production import graphique_annuel
from beffroi.reports.build import (
    Bloc,
    Cellule,
    Graphique,
    Intitule,
    Ligne,
    Manque,
    Morceau,
    Paragraphe,
    PhraseCle,
    Section,
    Source,
    Tableau,
    Texte,
    etat_saisi,
    phrase,
)
from beffroi.reports.typographie import en_lettres, enumeration, majuscule, typographier

LIGNES_MAXIMUM = 10
JALONS = 2


def section_orientation(ctx: Contexte, orientation: Orientation) -> Section:
    """The page of an orientation. It never disappears: without data it says what is missing and who can give it."""
    section = f"orientation:{orientation.id}"
    actions = ctx.actions_de(orientation)
    carries = ctx.action_production is not None and ctx.action_production in actions
    social = _objectif_social(ctx, actions)
    expected = [a for a in attendus(ctx, actions) if not suivi_ailleurs(ctx, a)]
    blocs: list[Bloc] = []
    title = typographier(orientation.titre)
    if orientation.libelle_court and title != ctx.libelle(orientation):
        blocs.append(Intitule(phrase("{t}", t=title)))
    blocs.append(PhraseCle(_phrase(ctx, actions, expected, social, carries)))
    rows = _lignes(ctx, expected, social, carries)
    if rows:
        blocs.append(_tableau(ctx, orientation, rows[:LIGNES_MAXIMUM]))
        blocs.append(_source(ctx, actions, carries, len(rows) - LIGNES_MAXIMUM))
    if carries:
        blocs += [graphique_annuel(ctx), _source_graphique(ctx)]
    if social is not None:
        from beffroi.reports.bilan_annuel.logement_social import graphique_secteurs

        chart = graphique_secteurs(ctx, social)
        if chart is not None:
            blocs += list(chart)
    if any(isinstance(b, Graphique) for b in blocs):
        states = etats(ctx, actions)
        blocs += [Paragraphe(states)] if states else []
    elif actions:
        blocs += tableau_actions(ctx, orientation, actions)
    missing = _manques(ctx, section, actions, expected, social, carries)
    if missing:
        blocs.append(Manque(missing))
    label = ctx.libelle(orientation)
    children = any(o.parente == orientation.id for o in ctx.programme.orientations)
    kind = "Orientation" if ctx.programme.nature == "plh" else "Volet" if children else "Axe"
    return Section(section, f"{kind} {orientation.numero} – {label}", tuple(blocs))


# --- links with the objectives ---------------------------------------------------------------------------------------


def _objectif_social(ctx: Contexte, actions: tuple[FicheAction, ...]) -> ObjectifTerritorial | None:
    social = ctx.objectif_social()
    if social is None or social is ctx.suivi.objectif:
        return None
    return social if fiche_de_objectif(ctx.programme, social) in actions else None


# --- sentence -----------------------------------------------------------------------------------------------------


def _phrase(
    ctx: Contexte,
    actions: tuple[FicheAction, ...],
    expected: list[Attendu],
    social: ObjectifTerritorial | None,
    carries: bool,
) -> Texte:
    if carries:
        return phrases.production_orientation(ctx)
    name = ctx.nom_programme
    if social is not None and social.reference is not None:
        value = Chiffre(int(social.reference.valeur), "logement", provenance=(f"programme:{ctx.programme.id}",))
        known = [a for a in expected if constat(ctx, a)]
        also = phrase("")
        if known:
            also = phrase(
                " ; {x} étaient identifiés quand il a été écrit",
                x=ctx.place(f"attendu.{known[0].objectif.id}", known[0].valeur),
            )
        return phrase(
            "Le {p} demande au moins {o} logements locatifs sociaux {en}{aussi}. Les agréments obtenus depuis n'ont pas "
            "été transmis.",
            p=name, o=ctx.place(f"objectif.{social.id}", value), en=_duree(ctx, social.periodicite), aussi=also,
        )  # fmt: skip
    targets = [a for a in expected if not constat(ctx, a)]
    if targets:
        n = ctx.nombre(f"attendus.{actions[0].orientation}", len(targets))
        plural = len(targets) > 1
        given = sum(resultat_saisi(ctx, a) is not None for a in targets)
        if given:
            k = ctx.nombre(f"attendus.{actions[0].orientation}.resultats", given)
            verb = "ont un résultat transmis" if given > 1 else "a un résultat transmis"
            return phrase(
                "Le {p} y chiffre {n} {o} ; {k} {v}.",
                p=name, n=n, o="objectifs" if plural else "objectif", k=k, v=verb,
            )  # fmt: skip
        return phrase(
            "Le {p} y chiffre {n} {o} ; aucun résultat n'a été transmis.",
            p=name, n=n, o="objectifs" if plural else "objectif",
        )  # fmt: skip
    count = sum(len(a.indicateurs) for a in actions)
    filled = sum(i.id in ctx.complements.renseignes for a in actions for i in a.indicateurs)
    if not actions or not count:
        return phrase("Le {p} n'y chiffre aucun objectif et n'y écrit aucun indicateur.", p=name)
    n = ctx.nombre(f"indicateurs.{actions[0].orientation}", count, "indicateur", mot=True)
    if not filled:
        return phrase("Le {p} n'y chiffre aucun objectif ; aucun de ses {n} n'a de valeur.", p=name, n=n)
    with_value = ctx.nombre(f"indicateurs_renseignes.{actions[0].orientation}", filled)
    return phrase("Le {p} n'y chiffre aucun objectif ; {k} de ses {n} ont une valeur.", p=name, k=with_value, n=n)


def _duree(ctx: Contexte, periodicite: Periodicite) -> str:
    years = en_annees(ctx.suivi.nombre_exercices)
    return f"en {years}" if periodicite is Periodicite.PERIODE else "par an"


# --- results ------------------------------------------------------------------------------------------------------


def _lignes(ctx: Contexte, expected: list[Attendu], social: ObjectifTerritorial | None, carries: bool) -> list[Ligne]:
    rows = _lignes_production(ctx) if carries else []
    order = sorted(expected, key=lambda a: (_reference(social, a), constat(ctx, a))) if social else expected
    return rows + [ligne_attendu(ctx, a) for a in order]


def _reference(social: ObjectifTerritorial | None, a: Attendu) -> int:
    same = social is not None and social.reference is not None and social.reference.valeur == a.objectif.quantite
    return 0 if same else 1


def _lignes_production(ctx: Contexte) -> list[Ligne]:
    k = ctx.suivi.rang
    lines = [
        (f"Logements autorisés, {en_exercices(k)}", ctx.suivi.epci, True),
        (f"dont exercice {ctx.annee}", ctx.suivi.epci, False),
    ]
    pair = ctx.groupes_complementaires() or ()
    for g in pair:
        size = len(ctx.secteur(g.territoire.code).communes)
        lines.append((f"dont {typographier(g.territoire.nom)} ({size})", g, True))
    rows = []
    for label, line, cumul in lines if k > 1 else [lines[1], *lines[2:]]:
        p, r = ctx.ligne(line, cumul=cumul), line.cumul if cumul else line.exercice
        rows.append(
            Ligne(
                (
                    texte(label),
                    chiffre(p["objectif"]),
                    chiffre(p["autorises"]),
                    chiffre(p["taux"]),
                    avis(r.appreciation),
                )
            )
        )
    p = ctx.ligne(ctx.suivi.epci, cumul=True)
    rows.append(
        Ligne(
            (
                texte("Logements commencés, sans objectif propre"),
                RIEN,
                chiffre(p["commences"]),
                RIEN,
                texte("sans objectif"),
            )
        )
    )
    if ctx.complements.collectif is not None:
        share = phrases.part_des_autorises(ctx, ctx.complements.collectif)
        cell = chiffre(ctx.registre.placer("epci.cumul.part_collectif", share, decimales=0))
        rows.append(Ligne((texte("Part du collectif dans les autorisés"), RIEN, cell, RIEN, texte("sans objectif"))))
    return rows


def en_exercices(nombre: int) -> str:
    """« quatre exercices »."""
    return f"{en_lettres(nombre)} exercices" if nombre > 1 else "un exercice"


def _tableau(ctx: Contexte, orientation: Orientation, rows: list[Ligne]) -> Tableau:
    cols = colonnes(7.0, (2.6, True), (2.6, True), (1.6, True), 2.8)
    return Tableau(
        f"orientation_{orientation.id}",
        typographier(f"Orientation {orientation.numero} : résultats et objectifs, {ctx.periode}"),
        cols,
        (entetes(cols, "Résultat attendu", "Objectif à date", "Réalisé", "Taux", "Appréciation"),),
        tuple(rows),
        typographier(f"{len(rows)} résultats attendus : objectif à date, réalisé, taux et appréciation."),
    )


def _source(ctx: Contexte, actions: tuple[FicheAction, ...], carries: bool, beyond: int) -> Source:
    numbers = [a.numero for a in actions]
    where = f"action {numbers[0]}" if len(numbers) == 1 else f"actions {enumeration(numbers)}" if numbers else ""
    more = ""
    if beyond > 0:
        more = f"{beyond} autres objectifs chiffrés sont dans les fiches-actions."
    if carries:
        epci = ctx.suivi.epci.cumul
        target = ctx.suivi.epci.objectif_annuel
        reference = f"Objectif de référence : {target.texte()}{' par an' if target.connu else ''}."
        return ctx.source(epci.autorises, epci.objectif, document=where, fin=f"{reference} {more}".strip())
    words = f"Source : {ctx.programme.titre_court}, {where}. Objectif à date : part des exercices écoulés."
    return Source(phrase("{a}", a=f"{words} {more}".strip()))


def _source_graphique(ctx: Contexte) -> Source:
    epci = ctx.suivi.epci.cumul
    return ctx.source(epci.autorises, epci.commences, fin="Unité : logements, en date réelle.")


# --- states and what is missing -----------------------------------------------------------------------------------


def etats(ctx: Contexte, actions: tuple[FicheAction, ...]) -> Texte:
    """Typed states of the actions of the orientation; nothing when none was typed (section « Avancement » says it)."""
    ids = {a.id for a in actions}
    typed = [s for s in ctx.situations if s.action.id in ids and s.etat is not None]
    if not typed:
        return ()
    parts: Texte = ()
    groups: dict[EtatAction, list[str]] = {}
    for s in typed:
        assert s.etat is not None
        groups.setdefault(s.etat.etat, []).append(s.action.numero)
    for state, numbers in groups.items():
        label = LIBELLE_ETAT_ACTION[state]
        word = "action" if len(numbers) == 1 else "actions"
        piece = phrase("{w} {n} {l}", w=word, n=enumeration(numbers), l=label)
        parts = phrase("{a} ; {b}", a=parts, b=piece) if parts else piece
    fictif = any(s.etat is not None and s.etat.fictif for s in typed)
    mark = (Morceau(" (données fictives)", italique=True, fictif=True),) if fictif else ()
    first = Morceau(majuscule(parts[0].texte))
    return (*phrase("**État saisi.** "), first, *parts[1:], *mark, Morceau("."))


def tableau_actions(ctx: Contexte, orientation: Orientation, actions: tuple[FicheAction, ...]) -> list[Bloc]:
    """Actions of an orientation without a chart: typed state, dates written in the document, means announced."""
    cols = colonnes(0.8, 6.0, 2.3, 5.2, 2.8)
    by_id = {s.action.id: s for s in ctx.situations}
    rows, fictif = [], False
    for a in actions:
        found = by_id.get(a.id)
        state = absent("non renseigné")
        if found is not None and found.etat is not None:
            fictif = fictif or found.etat.fictif
            state = Cellule((etat_saisi(found.etat.etat, fictif=found.etat.fictif),))
        known = " ; ".join(_jalon(j) for j in a.calendrier[:JALONS])
        if len(a.calendrier) > JALONS:
            known += f" ; et {len(a.calendrier) - JALONS} autres"
        title = a.titre or "titre absent du document"
        when = texte(known) if known else absent("aucune au document")
        rows.append(Ligne((texte(a.numero), texte(title), state, when, _moyens(ctx, a))))
    table = Tableau(
        f"actions_{orientation.id}",
        typographier(f"Orientation {orientation.numero} : état, échéances et moyens des actions"),
        cols,
        (entetes(cols, "N°", "Action", "État (saisi)", "Échéances", "Moyens annuels annoncés"),),
        tuple(rows),
        typographier(f"{len(rows)} actions : état saisi, échéances écrites, moyens annuels annoncés."),
    )
    base: Texte = phrase("Source : {p}. Moyens : lignes que le document dit annuelles.", p=ctx.programme.titre_court)
    mark = (Morceau(" États : données fictives.", gras=True, fictif=True),) if fictif else ()
    return [table, Source((*base, *mark))]


def _jalon(j: Jalon) -> str:
    """A milestone in one line: its words, cut at fifty characters, then its date."""
    words = j.libelle if len(j.libelle) <= 50 else j.libelle[:50].rsplit(" ", 1)[0] + "…"
    when = _quand(j)
    return f"{words} ({when})" if when and len(when) <= 30 else words


def _quand(j: Jalon) -> str:
    return j.texte or (f"{j.date:%d/%m/%Y}" if j.date else str(j.annee) if j.annee else "")


def _moyens(ctx: Contexte, action: FicheAction) -> Cellule:
    total = total_annuel(ctx, action.budget)
    if not total.connu:
        return RIEN
    return Cellule((ctx.registre.placer(f"action.{action.id}.moyens_annuels", total, unite=True),))


def _manques(
    ctx: Contexte,
    section: str,
    actions: tuple[FicheAction, ...],
    expected: list[Attendu],
    social: ObjectifTerritorial | None,
    carries: bool,
) -> Texte:
    parts: list[str] = []
    if carries:
        who = "service instructeur des autorisations d'urbanisme, communes"
        parts.append(f"logements livrés : {who}")
        ctx.manque("livraisons", "Logements livrés (déclarations d'achèvement)", section, majuscule(who))
        who = "agence d'urbanisme ou observatoire de l'habitat et du foncier, service planification"
        parts.append(f"logements produits en tissu déjà urbanisé et en zones ouvertes à l'urbanisation : {who}")
        ctx.manque(
            "tissu_urbanise",
            "Logements construits en tissu déjà urbanisé et en zones ouvertes à l'urbanisation",
            section,
            majuscule(who),
            exigee=True,
        )
    if social is not None:
        who = "collectivité délégataire ou service gestionnaire des aides à la pierre, DDT(M), bailleurs"
        parts.append(f"agréments et mises en service par produit (PLAI, PLUS, PLS) et par bailleur : {who}")
        ctx.manque("agrements", "Agréments et mises en service par produit et par bailleur", section, majuscule(who))
    for action in actions:
        owed = [
            a
            for a in expected
            if a.action is action
            and not constat(ctx, a)
            and not _agrement(social, a)
            and resultat_saisi(ctx, a) is None
        ]
        if not owed:
            continue
        who = enumeration([*action.partenaires[:4]] or ["pilote de l'action"])
        what = f"résultats chiffrés de l'action {action.numero}"
        parts.append(f"{what} : {who}")
        titles = enumeration(f"« {majuscule(a.objectif.texte)} »" for a in owed[:2])
        beyond = f" et {len(owed) - 2} autres" if len(owed) > 2 else ""
        ctx.manque(f"action:{action.id}", f"Action {action.numero} : {titles}{beyond}", section, majuscule(who))
    indicators = [i for a in actions for i in a.indicateurs if i.id not in ctx.complements.renseignes]
    if not expected and not carries and indicators:
        who = enumeration(dict.fromkeys(p for a in actions for p in a.partenaires[:3])) or "pilotes des actions"
        parts.append(f"valeurs des indicateurs : {who}")
    if not parts:
        return ()
    return phrase("**Donnée manquante.** {x}.", x=majuscule(" ; ".join(parts)))


def _agrement(social: ObjectifTerritorial | None, a: Attendu) -> bool:
    return social is not None and _reference(social, a) == 0
