"""Production: cover map, yearly chart, sectors (publié | somme), and the table of every commune (CCH, L. 302-3)."""

from __future__ import annotations

from beffroi.domain.nomenclatures.avancement import LIBELLE_APPRECIATION, Appreciation
from beffroi.domain.suivi.production import LigneProduction
from beffroi.reports.bilan_annuel import phrases
from beffroi.reports.bilan_annuel.communes import secteurs_peuples, signaler_absentes
from beffroi.reports.bilan_annuel.contexte import RIEN, Contexte, avis, chiffre, colonnes, entetes, texte
from beffroi.reports.build import (
    Bloc,
    CarteTuiles,
    CaseCarte,
    Cellule,
    Entete,
    Graphique,
    Ligne,
    Morceau,
    PhraseCle,
    Section,
    Serie,
    Tableau,
)
from beffroi.reports.map import sans_position, sigles
from beffroi.reports.typographie import enumeration, typographier


def carte(ctx: Contexte, identifiant: str, legende: str, *, appreciations: bool) -> CarteTuiles | None:
    """The carte en tuiles of the cumulated rate, or of the sectors alone; nothing when no position is known."""
    lines = ctx.suivi.communes
    positions = {c.territoire.code: ctx.tuiles[c.territoire.code] for c in lines if c.territoire.code in ctx.tuiles}
    if not positions:
        return None
    marks = sigles({c.territoire.code: typographier(c.territoire.nom) for c in lines})
    cases = []
    for c in lines:
        code = c.territoire.code
        if code not in positions:
            continue
        sector = typographier(ctx.secteur(c.secteur).nom) if c.secteur else ""
        value = ctx.registre.noter(f"{c.territoire.id}.cumul.taux", c.cumul.taux)
        cases.append(
            CaseCarte(
                code,
                typographier(c.territoire.nom),
                positions[code],
                sector,
                c.cumul.appreciation if appreciations else None,
                value if appreciations else "",
                marks[code] if appreciations else "",
            )
        )
    count = ctx.suivi.decompte()
    told = enumeration(f"{n} {LIBELLE_APPRECIATION[a]}" for a, n in count.items() if n)
    words = (
        f"Carte en tuiles : un hexagone par commune, placé près de sa position réelle ; {told}. Les valeurs sont dans le "
        "tableau des communes."
        if appreciations
        else f"Carte en tuiles des {len(cases)} communes, par secteur."
    )
    missing = tuple(ctx.nom_commune(c) for c in sans_position((c.territoire.code for c in lines), ctx.tuiles))
    counted = tuple(count.items()) if appreciations else ()
    return CarteTuiles(identifiant, typographier(legende), tuple(cases), counted, typographier(words), missing)


def graphique_annuel(ctx: Contexte) -> Graphique:
    """Authorised and started dwellings of each exercice, with the yearly target."""
    epci = ctx.suivi.epci
    years = epci.annees
    note = ctx.registre.noter
    authorised = tuple(note(f"{epci.territoire.id}.{a.periode}.autorises", a.autorises) for a in years)
    started = tuple(note(f"{epci.territoire.id}.{a.periode}.commences", a.commences) for a in years)
    target, known = note("epci.objectif_annuel", epci.objectif_annuel), epci.objectif_annuel.connu
    words = " ; ".join(f"{a.periode} : {a.autorises.texte()} autorisés, {a.commences.texte()} commencés" for a in years)
    return Graphique(
        "production_annuelle",
        typographier("Logements autorisés et commencés par exercice, et objectif annuel"),
        "colonnes",
        tuple(a.periode for a in years),
        (
            Serie("Autorisés", authorised),
            Serie("Commencés", started, "seconde"),
            *(
                (Serie(f"Objectif : {epci.objectif_annuel.texte()} par an", (target,) * len(years), "objectif"),)
                if known
                else ()
            ),
        ),
        typographier(f"{words}. Objectif annuel : {epci.objectif_annuel.texte()}."),
        "logement",
        hauteur=7.2,
    )


def section_secteurs(ctx: Contexte) -> Section:
    """Production by commune and by sector: map, then sectors with published and computed totals."""
    blocs: list[Bloc] = [PhraseCle(phrases.communes(ctx))]
    signaler_absentes(ctx, "secteurs")
    graded = any(c.cumul.appreciation is not Appreciation.SANS_OBJECTIF for c in ctx.suivi.communes)
    drawn = (
        None
        if not graded
        else carte(
            ctx,
            "carte_taux",
            f"Logements autorisés {ctx.periode} rapportés à l'objectif communal à date",
            appreciations=True,
        )
    )
    if drawn is not None:
        blocs.append(drawn)
        extra = "Un hexagone par commune, près de sa position réelle ; trait foncé : limite de secteur."
        if drawn.sans_position:
            extra += f" Communes sans position connue : {enumeration(drawn.sans_position)}."
        blocs.append(ctx.source(ctx.suivi.epci.cumul.autorises, ctx.suivi.epci.cumul.objectif, fin=extra))
    blocs.append(tableau_secteurs(ctx))
    blocs.append(ctx.source(ctx.suivi.epci.cumul.autorises, fin=_notes_secteurs(ctx)))
    return Section("secteurs", "Production par commune et par secteur", tuple(blocs))


def _notes_secteurs(ctx: Contexte) -> str:
    reference = ctx.suivi.epci.objectif_annuel.texte()
    words = (
        f"Taux de secteur : quotient des sommes, sur l'objectif imprimé du secteur ; le total se mesure à l'objectif de "
        f"référence, {reference} par an."
        if ctx.suivi.epci.objectif_annuel.connu
        else "Aucun objectif de référence n'est renseigné : le total n'a ni écart ni taux."
    )
    partial = [
        f"{typographier(s.territoire.nom)} : {s.cumul.autorises.couverture.texte()}"
        for s in ctx.suivi.secteurs
        if s.cumul.autorises.couverture and not s.cumul.autorises.couverture.complete
    ]
    if partial:
        words += f" Couverture incomplète : {enumeration(partial)}."
    return words


def _publie_somme(ctx: Contexte, line: LigneProduction) -> Cellule:
    published = ctx.registre.placer(f"{line.territoire.id}.objectif_annuel", line.objectif_annuel)
    if not line.objectif_annuel.connu:
        return RIEN
    if not line.publie_differe or line.somme_objectif is None or not line.somme_objectif.connu:
        return chiffre(published)
    total = ctx.registre.placer(f"{line.territoire.id}.somme_objectif", line.somme_objectif)
    return Cellule((published, Morceau(" | "), total), "chiffre", alerte=True)


def tableau_secteurs(ctx: Contexte) -> Tableau:
    """Sectors, then the whole territory, then the groups: exercice and cumulated."""
    cols = colonnes(
        4.1, (2.1, True), (1.3, True), (1.4, True), (1.6, True), (1.4, True), (1.7, True), (1.3, True), (1.4, True), 3.1
    )
    rows = [_ligne_secteur(ctx, s, "normale") for s in secteurs_peuples(ctx)]
    rows.append(_ligne_secteur(ctx, ctx.suivi.epci, "total"))
    groups_known = [g for g in ctx.suivi.groupes if ctx.secteur(g.territoire.code).communes]
    rows += [_ligne_secteur(ctx, g, "somme") for g in groups_known]
    groups = (Entete(""), Entete(str(ctx.annee), 3), Entete(ctx.periode, 6))
    titles = entetes(
        cols,
        "Secteur", "Objectif publié | somme", "Autor.", "Taux", "Objectif à date", "Autor.", "Commen.", "Écart", "Taux",
        "Appréciation",
    )  # fmt: skip
    return Tableau(
        "secteurs",
        typographier("Production par secteur : objectif publié et somme des communes"),
        cols,
        (groups, titles),
        tuple(rows),
        typographier(
            f"Secteurs, territoire entier et groupes de communes. Colonnes : objectif annuel publié et somme des communes, "
            f"autorisés et taux en {ctx.annee} ; objectif à date, autorisés, commencés, écart, taux, appréciation sur "
            f"{ctx.periode}."
        ),
        dense=True,
    )


def _ligne_secteur(ctx: Contexte, line: LigneProduction, genre: str) -> Ligne:
    e, c = ctx.ligne(line, cumul=False), ctx.ligne(line, cumul=True)
    name = "Ensemble du territoire" if line is ctx.suivi.epci else typographier(line.territoire.nom)
    if genre == "somme":
        name = f"dont {name} ({len(ctx.secteur(line.territoire.code).communes)})"
    cells = (
        texte(name),
        _publie_somme(ctx, line),
        chiffre(e["autorises"]),
        chiffre(e["taux"]) if line.exercice.taux.connu else RIEN,
        chiffre(c["objectif"]) if line.cumul.objectif.connu else RIEN,
        chiffre(c["autorises"]),
        chiffre(c["commences"]),
        chiffre(c["ecart"]) if line.cumul.ecart.connu else RIEN,
        chiffre(c["taux"]) if line.cumul.taux.connu else RIEN,
        avis(line.cumul.appreciation),
    )
    return Ligne(cells, genre)


def tableau_extremes(ctx: Contexte) -> Tableau | None:
    """Three communes behind beside three ahead."""
    behind, ahead = ctx.suivi.extremes(3)
    if not behind and not ahead:
        return None
    cols = colonnes(
        3.2, (1.3, True), (1.6, True), (1.3, True), (1.4, True), 3.2, (1.3, True), (1.6, True), (1.3, True), (1.4, True)
    )
    rows = []
    for i in range(max(len(behind), len(ahead))):
        cells: list[Cellule] = []
        for side in (behind, ahead):
            if i < len(side):
                p = ctx.ligne(side[i], cumul=True)
                cells.append(texte(ctx.nom_commune(side[i].territoire.code)))
                cells += [chiffre(p[k]) for k in ("autorises", "objectif", "ecart", "taux")]
            else:
                cells += [texte("")] * 5
        rows.append(Ligne(tuple(cells)))
    heads = ("Commune", "Autor.", "Attendus", "Écart", "Taux")
    return Tableau(
        "extremes",
        typographier(f"Communes à regarder, par écart cumulé {ctx.periode}"),
        cols,
        ((Entete("Les plus en retard", 5), Entete("Les plus en avance", 5)), entetes(cols, *heads, *heads)),
        tuple(rows),
        typographier("Trois communes en retard, trois en avance : autorisés, attendus à date, écart, taux."),
        dense=True,
    )
