"""Logement social: targets of the programme by sector and for the communes it designates, matrix; results missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from beffroi.domain.nomenclatures.programme import Periodicite, Produit
from beffroi.domain.programme.modele import CaseMatrice, ObjectifTerritorial, SeriePubliee, ValeurTerritoire
from beffroi.kernel.figure import Chiffre, somme
from beffroi.kernel.unit import exact
from beffroi.reports.bilan_annuel import phrases
from beffroi.reports.bilan_annuel.contexte import RIEN, Contexte, chiffre, colonnes, entetes, texte
from beffroi.reports.bilan_annuel.saisies import cellule_agrees, phrase_agrees
from beffroi.reports.bilan_annuel.sru import blocs_sru
from beffroi.reports.build import (
    Bloc,
    Cellule,
    Graphique,
    Ligne,
    Manque,
    Morceau,
    PhraseCle,
    Section,
    Serie,
    Source,
    Tableau,
    Texte,
    phrase,
)
from beffroi.reports.map import cle_nom
from beffroi.reports.typographie import en_lettres, typographier

SECTION = "logement_social"
DDT = "direction départementale des territoires (et de la mer)"


def section_sociale(ctx: Contexte) -> Section:
    """Targets, communes designated, matrix, sectors; what is missing and who can give it."""
    social = ctx.objectif_social()
    title = "Logement social et communes SRU"
    if social is None:
        return Section(SECTION, title, (PhraseCle(_sans_objectif(ctx)), *blocs_sru(ctx)))
    blocs: list[Bloc] = [PhraseCle(_phrase(ctx, social))]
    designated = communes_designees(ctx, social)
    if designated:
        blocs += [_tableau_designees(ctx, social, designated), _source_designees(ctx)]
    if ctx.programme.matrice_mixite:
        blocs += [
            _tableau_matrice(ctx),
            ctx.source(_origine(ctx), fin="Part minimale de logement social dans la production."),
        ]
    blocs += [_tableau_secteurs(ctx, social), _source_secteurs(ctx, social)]
    blocs += blocs_sru(ctx)
    blocs.append(Manque(_manques(ctx)))
    return Section(SECTION, title, tuple(blocs))


def _sans_objectif(ctx: Contexte) -> Texte:
    waiting = (
        o for o in ctx.programme.objectifs if o.produit is Produit.LOGEMENT_LOCATIF_SOCIAL and phrases.a_renseigner(o)
    )
    if next(waiting, None) is None:
        words = "Le {p} ne décline aucun objectif de logement social par commune : rien n'est comparé ici."
        return phrase(words, p=ctx.nom_programme)
    who = "Collectivité, à partir des objectifs du programme"
    ctx.manque("objectif_social_commune", "Objectif de logement social de chaque commune", SECTION, who)
    return phrase("Les objectifs de logement social des communes ne sont pas renseignés : rien n'est comparé ici.")


def _origine(ctx: Contexte) -> Chiffre:
    return Chiffre(0, "nombre", provenance=(f"programme:{ctx.programme.id}",))


def _du_programme(ctx: Contexte, valeur: object, unite: str = "logement", ligne: int | None = None) -> Chiffre:
    number = exact(valeur)  # type: ignore[arg-type]
    whole = int(number) if number == number.to_integral_value() else number
    mark = f"#L{ligne}" if ligne else ""
    return Chiffre(whole, unite, provenance=(f"programme:{ctx.programme.id}{mark}",), fictif=ctx.programme.fictif)


def _valeur(ctx: Contexte, v: ValeurTerritoire | None) -> Chiffre:
    if v is None or v.valeur is None:
        return Chiffre.manquant("logement", provenance=(f"programme:{ctx.programme.id}",))
    return _du_programme(ctx, v.valeur, ligne=v.lieu.ligne if v.lieu else None)


def total_publie(ctx: Contexte, objectif: ObjectifTerritorial, secteur: str | None) -> Chiffre | None:
    """Printed total of a sector, or the reference for the whole."""
    if secteur is None:
        return _du_programme(ctx, objectif.reference.valeur) if objectif.reference else None
    found = next((t for t in objectif.totaux_publies if t.secteur == secteur), None)
    return _du_programme(ctx, found.valeur, ligne=found.lieu.ligne if found.lieu else None) if found else None


def somme_communes(ctx: Contexte, objectif: ObjectifTerritorial, codes: Iterable[str]) -> Chiffre:
    """Sum of the communal values printed; free communes stay outside."""
    by_code = {v.commune: v for v in objectif.valeurs}
    return somme([_valeur(ctx, by_code.get(c)) for c in codes], unite="logement", couverture=False)


def a_date(ctx: Contexte, objectif: ObjectifTerritorial, total: Chiffre) -> Chiffre:
    """A target of social housing brought to date, whether the document gives it by year or for the period."""
    if objectif.periodicite is Periodicite.ANNUELLE:
        return replace(total, valeur=total.valeur * ctx.suivi.rang) if total.valeur is not None else total
    return phrases.objectif_a_date(total, ctx.suivi.rang, ctx.suivi.nombre_exercices)


def series_sociales(ctx: Contexte) -> list[SeriePubliee]:
    """Series of the document about social housing, by their id."""
    return [s for s in ctx.programme.series if s.id.startswith("logement_locatif_social") and s.unite == "logement"]


def communes_designees(ctx: Contexte, social: ObjectifTerritorial) -> tuple[str, ...]:
    """Communes to which another objective gives its own share of social housing (SRU communes), in that order."""
    others = [o for o in ctx.programme.objectifs if o is not social and o.produit is Produit.LOGEMENT_LOCATIF_SOCIAL]
    codes = [v.commune for o in others for v in o.valeurs if v.commune and v.taux is not None]
    return tuple(sorted(dict.fromkeys(codes), key=lambda c: cle_nom(ctx.nom_commune(c))))


def _phrase(ctx: Contexte, social: ObjectifTerritorial) -> Texte:
    total = total_publie(ctx, social, None)
    designated = communes_designees(ctx, social)
    if total is None:
        return phrase(
            "Le {p} décline un objectif de logement social par commune ; aucun résultat n'a été transmis.",
            p=ctx.nom_programme,
        )
    if ctx.complements.saisies.communes.get(social.id):
        return phrase_agrees(ctx, social, total, a_date(ctx, social, total))
    o = ctx.place(f"objectif.{social.id}", total)
    a = ctx.place(f"objectif.{social.id}.a_date", a_date(ctx, social, total))
    if not designated:
        return phrase(
            "{o} logements sociaux demandés sur la durée du {p}, {a} à date ; aucun résultat n'a été transmis.",
            o=o, p=ctx.nom_programme, a=a,
        )  # fmt: skip
    part = somme_communes(ctx, social, designated)
    return phrase(
        "{n} concentrent {x} des {o} logements sociaux demandés ({a} à date) ; leurs résultats, leur taux légal et leur "
        "objectif triennal n'ont pas été transmis.",
        n=ctx.nombre("social.designees", len(designated), "commune", mot=True),
        x=ctx.place("social.designees.objectif", part), o=o, a=a,
    )  # fmt: skip


def _tableau_designees(ctx: Contexte, social: ObjectifTerritorial, codes: Sequence[str]) -> Tableau:
    known = {v.commune: v for v in social.valeurs}
    share = {
        v.commune: v.taux
        for o in ctx.programme.objectifs
        if o is not social and o.produit is Produit.LOGEMENT_LOCATIF_SOCIAL
        for v in o.valeurs
        if v.taux is not None
    }
    series = [s for s in series_sociales(ctx) if any(v.commune in codes for v in s.valeurs)]
    with_rate = any(c in ctx.complements.taux_sociaux for c in codes)
    widths: list[float | tuple[float, bool]] = [3.0]
    titles = ["Commune"]
    if with_rate:
        year = next(iter(ctx.complements.taux_sociaux.values())).periode
        titles.append(f"Taux LLS {year}")
    titles += ["Part de la production", _titre_total(ctx, social), "À date"]
    titles += [_titre_serie(s) for s in series]
    titles.append(f"Agréés {ctx.periode}")
    widths += [(1.8, True)] * (len(titles) - 1)
    cols = colonnes(*widths)
    rows = []
    for c in codes:
        target = _valeur(ctx, known.get(c))
        cells = [texte(ctx.nom_commune(c))]
        if with_rate:
            rate = ctx.complements.taux_sociaux.get(c)
            cells.append(chiffre(ctx.registre.placer(f"commune:{c}.taux_social", rate, decimales=0)) if rate else RIEN)
        portion = share.get(c)
        cells.append(_part(ctx, f"commune:{c}.part_sociale", portion))
        cells += _objectif_et_date(ctx, social, f"commune:{c}.social", target)
        for s in series:
            v = next((x for x in s.valeurs if x.commune == c), None)
            cells.append(_serie(ctx, s, f"commune:{c}.{s.id}", v))
        rows.append(Ligne((*cells, cellule_agrees(ctx, social, [c], f"commune:{c}.social.agrees"))))
    total = somme_communes(ctx, social, codes)
    n = len(titles)
    cells = [texte(f"{len(codes)} communes")]
    cells += [texte("")] * (2 if with_rate else 1)
    cells += _objectif_et_date(ctx, social, "social.designees", total)
    for s in series:
        values = [_valeur(ctx, v) for v in s.valeurs if v.commune in codes]
        cells.append(chiffre(ctx.place(f"social.designees.{s.id}", somme(values, unite="logement", couverture=False))))
    rows.append(Ligne((*cells, cellule_agrees(ctx, social, codes, "social.designees.agrees", total=True)), "total"))
    assert all(sum(x.colonnes for x in r.cellules) == n for r in rows)
    return Tableau(
        "social_designees",
        typographier(f"Les {len(codes)} communes auxquelles le {ctx.nom_programme} fixe une part de logement social"),
        cols,
        (entetes(cols, *titles),),
        tuple(rows),
        typographier(f"{len(codes)} communes : part de la production, objectif, objectif à date, agréments."),
        dense=n > 7,
    )


def _titre_total(ctx: Contexte, social: ObjectifTerritorial) -> str:
    if social.periodicite is Periodicite.ANNUELLE:
        return "Objectif par an"
    return f"Objectif, {en_lettres(ctx.suivi.nombre_exercices)} ans"


def _titre_serie(s: SeriePubliee) -> str:
    """Short title of a column: « Manquants (document) », « Identifiés 2019-2021 (document) »."""
    kind = s.id.removeprefix("logement_locatif_social_")
    words = {"manquant": "LLS manquants", "dap": "LLS en DAP"}.get(kind, s.libelle)
    return f"{words} {s.periode}" if s.periode else words


def _part(ctx: Contexte, identifiant: str, valeur: object) -> Cellule:
    if valeur is None:
        return RIEN
    share = Chiffre(exact(valeur), "part", provenance=(f"programme:{ctx.programme.id}",))  # type: ignore[arg-type]
    return chiffre(ctx.registre.placer(identifiant, share, decimales=0))


def _serie(ctx: Contexte, s: SeriePubliee, identifiant: str, v: ValeurTerritoire | None) -> Cellule:
    return RIEN if v is None or v.valeur is None else chiffre(ctx.place(identifiant, _valeur(ctx, v)))


def _objectif_et_date(ctx: Contexte, social: ObjectifTerritorial, prefixe: str, total: Chiffre) -> list[Cellule]:
    if not total.connu:
        return [Cellule((Morceau("libre", italique=True),), "rien"), RIEN]
    return [
        chiffre(ctx.place(f"{prefixe}.objectif", total)),
        chiffre(ctx.place(f"{prefixe}.objectif_a_date", a_date(ctx, social, total))),
    ]


def _source_designees(ctx: Contexte) -> Source:
    rates = list(ctx.complements.taux_sociaux.values())[:1]
    fin = (
        "Le taux de logements sociaux est indicatif : ce n'est pas le taux légal de l'inventaire SRU." if rates else ""
    )
    return ctx.source(_origine(ctx), *rates, fin=fin)


def _tableau_matrice(ctx: Contexte) -> Tableau:
    cells = ctx.programme.matrice_mixite
    populations = list(dict.fromkeys(c.population for c in cells))
    rates = list(dict.fromkeys(c.taux_actuel for c in cells))
    cols = colonnes(3.4, *([3.2] * len(rates)))
    rows = []
    for i, p in enumerate(populations):
        row = [texte(typographier(p[0].upper() + p[1:]))]
        for j, r in enumerate(rates):
            found = next((c for c in cells if c.population == p and c.taux_actuel == r), None)
            row.append(_case(ctx, f"matrice.{i}.{j}", found))
        rows.append(Ligne(tuple(row)))
    return Tableau(
        "social_matrice",
        typographier("Part de logement social demandée dans la production, selon la commune"),
        cols,
        (entetes(cols, "Population", *(f"Parc social : {r}" for r in rates)),),
        tuple(rows),
        typographier("Population de la commune en lignes, part actuelle de logement social en colonnes."),
    )


def _case(ctx: Contexte, identifiant: str, case: CaseMatrice | None) -> Cellule:
    if case is None or (not case.communes and case.logements is None):
        return RIEN
    head: Texte = phrase("**libre**") if case.libre or case.taux is None else ()
    if not head and case.taux is not None:
        rate = Chiffre(exact(case.taux), "part", provenance=(f"programme:{ctx.programme.id}",))
        head = (ctx.registre.placer(f"{identifiant}.part", rate, decimales=0, gras=True),)
    out = head
    if case.communes is not None:
        count = _du_programme(ctx, case.communes, "commune", case.lieu.ligne if case.lieu else None)
        out = phrase("{a} – {b}", a=out, b=ctx.place(f"{identifiant}.communes", count, mot=True))
    if case.logements is not None:
        homes = _du_programme(ctx, case.logements, "logement", case.lieu.ligne if case.lieu else None)
        out = phrase("{a}, {b} LLS", a=out, b=ctx.place(f"{identifiant}.logements", homes))
    return Cellule(out)


def _tableau_secteurs(ctx: Contexte, social: ObjectifTerritorial) -> Tableau:
    series = [s for s in series_sociales(ctx) if any(t.secteur for t in s.totaux_publies)]
    cols = colonnes(4.0, (2.0, True), (2.0, True), (2.0, True), *([(2.2, True)] * len(series)), (2.4, True))
    rows = []
    sectors = [s for s in ctx.programme.secteurs if not s.groupe]
    for s in [*sectors, None]:
        key = f"secteur:{s.id}.social" if s else "social.total"
        codes = s.communes if s else ctx.programme.communes()
        published, total = total_publie(ctx, social, s.id if s else None), somme_communes(ctx, social, codes)
        base = published or total
        name = typographier(s.nom) if s else "Ensemble du territoire"
        cells = [texte(name)]
        cells.append(chiffre(ctx.place(f"{key}.publie", published)) if published else RIEN)
        differs = published is not None and phrases.difference(published, total)
        cells.append(chiffre(ctx.place(f"{key}.somme", total), alerte=differs) if total.connu else RIEN)
        cells.append(chiffre(ctx.place(f"{key}.a_date", a_date(ctx, social, base))) if base.connu else RIEN)
        for serie in series:
            found = next((t for t in serie.totaux_publies if t.secteur == (s.id if s else None)), None)
            value = _du_programme(ctx, found.valeur, ligne=found.lieu.ligne if found.lieu else None) if found else None
            cells.append(chiffre(ctx.place(f"{key}.{serie.id}", value)) if value else RIEN)
        agreed = cellule_agrees(ctx, social, codes, f"{key}.agrees", total=s is None)
        rows.append(Ligne((*cells, agreed), "normale" if s else "total"))
    head = _titre_total(ctx, social)
    titles = ["Secteur", f"{head}, publié", f"{head}, somme", "À date", *(_titre_serie(s) for s in series)]
    return Tableau(
        "social_secteurs",
        typographier("Logement locatif social par secteur : publié et somme des communes"),
        cols,
        (entetes(cols, *titles, f"Agréés {ctx.periode}"),),
        tuple(rows),
        typographier(
            f"{len(sectors)} secteurs et le total : objectif publié, somme des communes, objectif à date, agréments."
        ),
        dense=True,
    )


def _source_secteurs(ctx: Contexte, social: ObjectifTerritorial) -> Source:
    sectors = [t for t in social.totaux_publies if t.secteur and not ctx.secteur(t.secteur).groupe]
    total = (
        somme([_du_programme(ctx, t.valeur) for t in sectors], unite="logement", couverture=False) if sectors else None
    )
    words = "En brique : la somme des communes diffère du total publié ; l'objectif à date suit le publié."
    if total is not None and social.reference is not None and total.valeur != social.reference.valeur:
        piece = ctx.place("social.somme_secteurs", total)
        return Source(
            (*ctx.texte_source([_origine(ctx)], fin=words), *phrase(" Somme des secteurs publiés : {x}.", x=piece))
        )
    return ctx.source(_origine(ctx), fin=words)


def graphique_secteurs(ctx: Contexte, social: ObjectifTerritorial) -> tuple[Bloc, ...] | None:
    """Published targets by sector beside the first series that has sector totals; nothing without sector totals."""
    sectors = [s for s in ctx.programme.secteurs if not s.groupe]
    published = [total_publie(ctx, social, s.id) for s in sectors]
    if not sectors or any(p is None for p in published):
        return None
    ids = tuple(
        ctx.registre.noter(f"secteur:{s.id}.social.publie", p) for s, p in zip(sectors, published, strict=True) if p
    )
    series = [Serie(f"{_titre_total(ctx, social)} (publié)", ids)]
    other = next((s for s in series_sociales(ctx) if any(t.secteur for t in s.totaux_publies)), None)
    if other is not None:
        totals = {t.secteur: t for t in other.totaux_publies}
        if all(s.id in totals for s in sectors):
            values = tuple(
                ctx.registre.noter(
                    f"secteur:{s.id}.social.{other.id}",
                    _du_programme(ctx, totals[s.id].valeur, ligne=getattr(totals[s.id].lieu, "ligne", None)),
                )
                for s in sectors
            )
            series.append(Serie(_titre_serie(other), values, "or"))
    names = tuple(typographier(s.nom) for s in sectors)
    told = ", ".join(f"{n} {p.texte()}" for n, p in zip(names, published, strict=True) if p)
    chart = Graphique(
        "social_secteurs_graphique",
        typographier("Logement locatif social demandé par secteur"),
        "barres",
        names,
        tuple(series),
        typographier(f"Objectif publié par secteur : {told}."),
        "logement",
        hauteur=7.6,
    )
    fin = "Secteurs dans l'ordre du document. Unité : logements locatifs sociaux."
    return chart, ctx.source(_origine(ctx), fin=fin)


def _manques(ctx: Contexte) -> Texte:
    ctx.manque(
        "agrements", "Agréments et mises en service par produit et par bailleur", SECTION,
        "Collectivité délégataire ou service gestionnaire des aides à la pierre, DDT(M), bailleurs",
    )  # fmt: skip
    if ctx.complements.sru:
        return phrase(
            "**Donnée manquante.** Agréments et mises en service : service gestionnaire des aides à la pierre, bailleurs. "
            "Captation dans le parc privé : {ddt2}.",
            ddt2="DDT(M), Anah",
        )
    ctx.manque(
        "inventaire_sru",
        "Inventaire SRU : taux légal au 1er janvier, déficit, objectif triennal, carence ou exemption",
        SECTION,
        "Préfecture, DDT(M)",
    )
    return phrase(
        "**Donnée manquante.** Taux légal, déficit, objectif triennal, carence ou exemption : {ddt}. Agréments et mises en "
        "service : service gestionnaire des aides à la pierre, bailleurs. Captation dans le parc privé : {ddt2}.",
        ddt=DDT,
        ddt2="DDT(M), Anah",
    )
