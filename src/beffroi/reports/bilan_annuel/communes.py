"""The table of every commune (CCH, L. 302-3): exercice and cumulated, by sector, with published and computed totals."""

from __future__ import annotations

from dataclasses import replace

from beffroi.domain.suivi.appreciation import appreciation
from beffroi.domain.suivi.production import LigneProduction, Resultat
from beffroi.kernel.figure import Chiffre, ecart, produit, ratio
from beffroi.kernel.unit import exact
from beffroi.reports.bilan_annuel import phrases
from beffroi.reports.bilan_annuel.contexte import RIEN, Contexte, absent, avis, bande, chiffre, colonnes, entetes, texte
from beffroi.reports.build import (
    Bloc,
    Cellule,
    Entete,
    Graphique,
    Ligne,
    Morceau,
    Note,
    Section,
    Serie,
    Tableau,
    phrase,
)
from beffroi.reports.map import cle_nom
from beffroi.reports.typographie import accord, enumeration, typographier

DAGUE = "\u00a0†"
EXTREMES = 8
NOMMEES = 5


def section_communes(ctx: Contexte) -> Section:
    """Objective and result of every commune, exercice and cumulated, by sector with published and computed totals."""
    small = sum(c.cumul.petit_objectif for c in ctx.suivi.communes)
    blocs: list[Bloc] = [Note(_lecture(ctx, small)), tableau_communes(ctx)]
    absent_ones = [c for c in ctx.suivi.communes if not c.cumul.autorises.connu]
    extra = ""
    signaler_absentes(ctx, "communes")
    if absent_ones:
        names = f"{len(absent_ones)} communes"
        if len(absent_ones) <= NOMMEES:
            names = enumeration(f"{ctx.nom_commune(c.territoire.code)} ({c.territoire.code})" for c in absent_ones)
        verb = "sont absentes" if len(absent_ones) > 1 else "est absente"
        extra = f"{names} {verb} de la série : ni taux ni écart."
    epci = ctx.suivi.epci.cumul
    blocs.append(
        ctx.source(epci.autorises, epci.objectif, fin=f"{extra} Écart et taux sur les logements autorisés.".strip())
    )
    chart = graphique_ecarts(ctx)
    if chart is not None:
        blocs += [
            chart,
            ctx.source(epci.autorises, epci.objectif, fin="Écart : autorisés moins objectif communal à date."),
        ]
    return Section(
        "communes", f"Objectifs et résultats des {len(ctx.suivi.communes)} communes", tuple(blocs), paysage=True
    )


def secteurs_peuples(ctx: Contexte) -> list[LigneProduction]:
    """Sectors that hold at least one commune, or a printed target."""
    filled = {s.id for s in ctx.programme.secteurs if s.communes}
    return [s for s in ctx.suivi.secteurs if s.territoire.code in filled or s.objectif_annuel.connu]


def signaler_absentes(ctx: Contexte, section: str) -> None:
    """Communes without a result: named one by one up to five, counted beyond."""
    lines = [c for c in ctx.suivi.communes if not c.exercice.autorises.connu]
    if not lines:
        return
    names = [f"{ctx.nom_commune(c.territoire.code)} ({c.territoire.code})" for c in lines]
    who = enumeration(names) if len(names) <= NOMMEES else f"{len(names)} communes sur {len(ctx.suivi.communes)}"
    ctx.manque(
        "communes_absentes",
        f"{who} : logements autorisés et commencés",
        section,
        "Communes, service instructeur des autorisations d'urbanisme",
        exigee=ctx.programme.nature == "plh",
    )


def _lecture(ctx: Contexte, small: int) -> tuple[Morceau, ...]:
    known = [c for c in ctx.suivi.communes if c.cumul.ecart.connu]
    words = phrase("")
    if known:
        best = max(known, key=lambda c: exact(c.cumul.ecart.valeur or 0))
        p = ctx.ligne(best, cumul=True)
        words = phrase(
            "**Lecture.** {nom} : {a} logements autorisés en {periode} pour {o} attendus, soit {e} et {t}. ",
            nom=ctx.nom_commune(best.territoire.code), a=p["autorises"], periode=ctx.periode, o=p["objectif"],
            e=p["ecart"], t=p["taux"],
        )  # fmt: skip
    if small:
        words += phrase(
            "**†** : objectif à date sous le seuil des petits objectifs ({n}), le taux n'est qu'indicatif. ",
            n=ctx.nombre("communes.petit_objectif", small, "commune", mot=True),
        )
    legal = ctx.programme.nature == "plh"
    if not any(c.objectif_annuel.connu for c in ctx.suivi.communes):
        who = "Collectivité, à partir des objectifs du programme"
        ctx.manque("objectif_commune", "Objectif annualisé de chaque commune", "communes", who, exigee=legal)
        words += phrase("**{s}** : ni écart ni taux communal. ", s=phrases.sans_objectif_communal(ctx))
    if not legal:
        return words + phrase("Pour chaque commune, l'objectif annualisé et le résultat de l'exercice.")
    return words + phrase(
        "Pour chaque commune, l'objectif annualisé et le résultat de l'exercice : comparaison exigée par l'article "
        "L. 302-3 du code de la construction et de l'habitation."
    )


def tableau_communes(ctx: Contexte) -> Tableau:
    """The table that the law asks for; two header rows repeat on each page."""
    cols = colonnes(
        1.2, 5.0, (1.5, True), (1.6, True), (1.6, True), (1.3, True), (1.4, True), (1.8, True), (1.6, True), (1.7, True),
        (1.4, True), (1.5, True), 2.9,
    )  # fmt: skip
    groups = (Entete("", 2), Entete(f"Exercice {ctx.annee}", 5), Entete(f"Cumul {ctx.periode}", 6))
    titles = entetes(
        cols,
        "Code", "Commune", "Objectif", "Autorisés", "Commen.", "Écart", "Taux", "Objectif à date", "Autorisés", "Commen.",
        "Écart", "Taux", "Appréciation (cumul)",
    )  # fmt: skip
    rows: list[Ligne] = []
    for sector in secteurs_peuples(ctx):
        members = [c for c in ctx.suivi.communes if c.secteur == sector.territoire.code]
        count = accord(len(members), "commune")
        rows.append(bande(f"{sector.territoire.nom} – {count}", len(cols)))
        rows += [_ligne_commune(ctx, c) for c in sorted(members, key=lambda c: cle_nom(c.territoire.nom))]
        rows += _totaux(ctx, sector, f"Total {typographier(sector.territoire.nom)}", len(cols))
    alone = [c for c in ctx.suivi.communes if c.secteur is None]
    if alone:
        rows.append(bande("Communes hors secteur", len(cols)))
        rows += [_ligne_commune(ctx, c) for c in sorted(alone, key=lambda c: cle_nom(c.territoire.nom))]
    rows += _totaux(ctx, ctx.suivi.epci, "Ensemble – objectif de référence", len(cols))
    return Tableau(
        "communes",
        typographier(f"Objectif et résultat par commune, exercice {ctx.annee} et cumul {ctx.periode}"),
        cols,
        (groups, titles),
        tuple(rows),
        typographier(
            f"{accord(len(ctx.suivi.communes), 'commune')} en {accord(len(ctx.suivi.secteurs), 'secteur')}, avec total publié et "
            f"somme des communes. Colonnes : objectif, autorisés, commencés, écart et taux, pour {ctx.annee} puis pour "
            f"{ctx.periode} ; appréciation du cumul."
        ),
        dense=True,
    )


def _ligne_commune(ctx: Contexte, line: LigneProduction) -> Ligne:
    name = ctx.nom_commune(line.territoire.code) + (DAGUE if line.cumul.petit_objectif else "")
    marks = [typographier(s.nom) for s in ctx.programme.secteurs if s.groupe and line.territoire.code in s.communes]
    words = phrase("{n}", n=name)
    short = _marques(ctx, marks)
    if short:
        words += (Morceau(f" · {short}", italique=True),)
    cells = [texte(line.territoire.code), Cellule(words)]
    for r, cumul in ((line.exercice, False), (line.cumul, True)):
        cells += _cellules(r, ctx.ligne(line, cumul=cumul))
    return Ligne((*cells, avis(line.cumul.appreciation)))


def _marques(ctx: Contexte, noms: list[str]) -> str:
    """Short marks of the groups that name a minority of communes (« pôle », « SRU »)."""
    half = len(ctx.suivi.communes) / 2
    out = []
    for s in ctx.programme.secteurs:
        if s.groupe and typographier(s.nom) in noms and len(s.communes) < half:
            words = typographier(s.nom).split()
            first = words[0].lower().rstrip("s")
            acronyms = [w for w in words if w.isupper() and len(w) > 2]
            if first not in ("commune", "groupe", "autre"):
                out.append(first)
            elif acronyms:
                out.append(acronyms[-1])
    return ", ".join(dict.fromkeys(out))


def _cellules(r: Resultat, p: dict[str, Morceau]) -> list[Cellule]:
    cells = [chiffre(p["objectif"]) if r.objectif.connu else RIEN]
    if not r.autorises.connu and not r.commences.connu and r.autorises.etat is r.commences.etat:
        return [*cells, absent(r.autorises.texte(), 2), RIEN, RIEN]
    cells += [chiffre(p["autorises"]), chiffre(p["commences"])]
    cells += [chiffre(p["ecart"]) if r.ecart.connu else RIEN, chiffre(p["taux"]) if r.taux.connu else RIEN]
    return cells


def _totaux(ctx: Contexte, line: LigneProduction, nom: str, largeur: int) -> list[Ligne]:
    """Total on the published objective, then the sum of the communes when it differs."""
    same = not line.publie_differe
    both = line.somme_objectif is not None and line.somme_objectif.connu and line.objectif_annuel.connu
    head = f"{nom} – publié = somme" if same and both else nom
    if both and not same and line.territoire.echelle != "epci":
        head = f"{nom} – publié"
    cells: list[Cellule] = [Cellule((Morceau(typographier(head)),), colonnes=2)]
    for r, cumul in ((line.exercice, False), (line.cumul, True)):
        cells += _cellules(r, ctx.ligne(line, cumul=cumul))
    rows = [Ligne((*cells, avis(line.cumul.appreciation)), "total")]
    rows += _totaux_imprimes(ctx, line)
    if not same and both and line.somme_objectif is not None:
        rows.append(_ligne_somme(ctx, line, line.somme_objectif, "somme des communes", "somme"))
    return rows


def _totaux_imprimes(ctx: Contexte, line: LigneProduction) -> list[Ligne]:
    """Other totals printed for the whole territory, shown and never used: only those said to be a line of the table."""
    if line.territoire.echelle != "epci":
        return []
    out = []
    for i, t in enumerate(ctx.suivi.totaux_publies):
        label = t.libelle or ""
        if t.secteur is None and label.startswith("ligne") and line.objectif_annuel.valeur != t.valeur:
            value = replace(
                line.objectif_annuel, valeur=int(t.valeur) if t.valeur == t.valeur.to_integral() else t.valeur
            )
            out.append(_ligne_somme(ctx, line, value, f"total imprimé ({label})", f"imprime{i}"))
    return out


def _ligne_somme(ctx: Contexte, line: LigneProduction, annuel: Chiffre, nom: str, cle: str) -> Ligne:
    cells: list[Cellule] = [Cellule((Morceau(typographier(nom)),), colonnes=2)]
    for r, cumul in ((line.exercice, False), (line.cumul, True)):
        target = produit(annuel, len(line.annees)) if cumul else annuel
        rate = ratio(r.autorises, target)
        other = Resultat(
            r.periode, target, r.autorises, r.commences, ecart(r.autorises, target), rate,
            appreciation(target, rate, ctx.fin), r.petit_objectif,
        )  # fmt: skip
        cells += _cellules(other, ctx.resultat(f"{line.territoire.id}.{cle}.{'cumul' if cumul else ctx.annee}", other))
    return Ligne((*cells, Cellule((), "rien")), "somme")


def graphique_ecarts(ctx: Contexte) -> Graphique | None:
    """Communes furthest behind and ahead, ranked by gap in dwellings, never by rate."""
    behind, ahead = ctx.suivi.extremes(EXTREMES)
    lines = [*behind, *sorted(ahead, key=lambda c: exact(c.cumul.ecart.valeur or 0))]
    if not lines:
        return None
    values = tuple(ctx.registre.noter(f"{c.territoire.id}.cumul.ecart", c.cumul.ecart) for c in lines)
    names = tuple(ctx.nom_commune(c.territoire.code) for c in lines)
    told = ", ".join(f"{n} {c.cumul.ecart.texte(signe=True)}" for n, c in zip(names, lines, strict=True))
    return Graphique(
        "ecarts",
        typographier(
            f"Écarts cumulés {ctx.periode} : les {len(behind)} communes les plus en retard et les {len(ahead)} les plus en "
            "avance"
        ),
        "barres",
        names,
        (Serie("Écart", values, "ecart"),),
        typographier(f"{told}."),
        "logement",
        signe=True,
        hauteur=9.2,
    )
