"""Existing stock: vacancy at the census, long vacancy with secrecy, communal medians; each only if its data are there."""

from __future__ import annotations

from beffroi.kernel.figure import Chiffre
from beffroi.kernel.unit import exact
from beffroi.reports.bilan_annuel.contexte import RIEN, Contexte, LigneParc, chiffre, colonnes, entetes, texte
from beffroi.reports.build import (
    Bloc,
    Cellule,
    Entete,
    Graphique,
    Ligne,
    Manque,
    PhraseCle,
    Section,
    Serie,
    Tableau,
    Texte,
    phrase,
)
from beffroi.reports.typographie import enumeration, typographier

SECTION = "parc"
TITRE = "Parc existant et revenus"


def section_parc(ctx: Contexte) -> Section:
    """Vacancy and incomes by sector, or the sentence that says which data are not loaded."""
    lines, whole = ctx.complements.parc, ctx.complements.parc_epci
    if not lines or whole is None or not whole.logements.connu:
        ctx.manque(
            "parc_existant", "Logements, résidences principales et logements vacants par commune (recensement)", SECTION,
            "Service habitat : charger le recensement dans la page Données",
        )  # fmt: skip
        words = phrase(
            "Le recensement n'est pas chargé : ni le parc ni la vacance ne sont décrits. Le service habitat peut le charger "
            "depuis la page Données."
        )
        return Section(SECTION, TITRE, (PhraseCle(words), Manque(_manques(ctx))))
    blocs: list[Bloc] = [PhraseCle(_phrase(ctx, whole, lines)), _graphique(ctx, lines)]
    blocs.append(ctx.source(whole.logements, fin="Taux de secteur : quotient des sommes."))
    blocs.append(_tableau(ctx, lines, whole))
    sources = [whole.logements]
    fin = ""
    if whole.vacance_longue is not None:
        sources.append(whole.vacance_longue)
        cover = whole.vacance_longue.couverture
        if cover is not None and cover.secrets:
            fin = f"La vacance longue est un minimum : {cover.texte()}."
    if whole.medianes is not None:
        sources += list(whole.medianes)
        fin += " Médianes : de la plus basse à la plus haute des communes ; une médiane ne se moyenne pas."
    blocs.append(ctx.source(*sources, fin=fin.strip()))
    blocs.append(Manque(_manques(ctx)))
    return Section(SECTION, TITRE, tuple(blocs))


def _phrase(ctx: Contexte, whole: LigneParc, lines: tuple[LigneParc, ...]) -> Texte:
    rate = ctx.registre.placer("parc.total.taux_vacance", whole.taux_vacance)
    head = phrase(
        "{v} logements vacants sur {l} au recensement de {annee} ({t})",
        v=ctx.place("parc.total.vacants", whole.vacants),
        l=ctx.place("parc.total.logements", whole.logements),
        annee=whole.logements.periode,
        t=rate,
    )
    known = [x for x in lines if x.taux_vacance.connu and whole.taux_vacance.connu]
    above = [x for x in known if exact(x.taux_vacance.valeur or 0) > exact(whole.taux_vacance.valeur or 0)]
    if not above or len(above) == len(known):
        return phrase("{a}.", a=head)
    top = max(above, key=lambda x: exact(x.taux_vacance.valeur or 0))
    return phrase(
        "{a} ; la vacance est la plus forte dans le secteur {nom} ({t}).",
        a=head,
        nom=typographier(top.nom),
        t=ctx.registre.placer(f"parc.{top.id}.taux_vacance", top.taux_vacance),
    )


def _graphique(ctx: Contexte, lines: tuple[LigneParc, ...]) -> Graphique:
    ordered = sorted(lines, key=lambda x: (-exact(x.taux_vacance.valeur or 0), x.nom))
    ids = tuple(ctx.registre.noter(f"parc.{x.id}.taux_vacance", x.taux_vacance) for x in ordered)
    names = tuple(typographier(x.nom) for x in ordered)
    told = ", ".join(f"{n} {x.taux_vacance.texte()}" for n, x in zip(names, ordered, strict=True))
    return Graphique(
        "parc_vacance",
        typographier(f"Part des logements vacants par secteur, recensement de {ordered[0].logements.periode}"),
        "barres",
        names,
        (Serie("Part des logements vacants", ids, "ardoise2"),),
        typographier(f"{told}."),
        "part",
        decimales=1,
        hauteur=6.6,
    )


def _tableau(ctx: Contexte, lines: tuple[LigneParc, ...], whole: LigneParc) -> Tableau:
    with_long = whole.vacance_longue is not None
    with_medians = any(x.medianes for x in lines)
    widths: list[float | tuple[float, bool]] = [3.6, (1.8, True), (2.0, True), (1.6, True), (1.5, True)]
    titles = ["Secteur", "Logements", "Résidences principales", "Vacants", "Taux"]
    groups = [Entete(""), Entete(f"Recensement {whole.logements.periode}", 4)]
    if with_long and whole.vacance_longue is not None:
        widths += [(2.6, True), (1.9, True)]
        titles += ["Vacants depuis plus de 2 ans", "Communes secrètes"]
        groups.append(Entete(f"Parc privé, {whole.vacance_longue.periode}", 2))
    if with_medians:
        widths.append((2.9, True))
        titles.append("Médianes communales (€)")
        period = next(x.medianes[0].periode for x in lines if x.medianes)
        groups.append(Entete(f"Niveau de vie {period}"))
    cols = colonnes(*widths)
    rows = [_ligne(ctx, x, with_long, with_medians, "normale") for x in lines]
    rows.append(_ligne(ctx, whole, with_long, with_medians, "total"))
    return Tableau(
        "parc",
        typographier("Logements, vacance et revenus par secteur"),
        cols,
        (tuple(groups), entetes(cols, *titles)),
        tuple(rows),
        typographier("Secteurs et total : logements, résidences principales, vacants, taux, vacance longue, médianes."),
        dense=True,
    )


def _ligne(ctx: Contexte, x: LigneParc, with_long: bool, with_medians: bool, genre: str) -> Ligne:
    key = f"parc.{x.id}"
    cells = [texte("Ensemble du territoire" if genre == "total" else typographier(x.nom))]
    for name, c in (
        ("logements", x.logements),
        ("residences_principales", x.residences_principales),
        ("vacants", x.vacants),
    ):
        cells.append(chiffre(ctx.registre.placer(f"{key}.{name}", c, decimales=0)))
    cells.append(chiffre(ctx.registre.placer(f"{key}.taux_vacance", x.taux_vacance)))
    if with_long:
        cells += _longue(ctx, key, x.vacance_longue)
    if with_medians:
        if x.medianes is None:
            cells.append(RIEN)
        else:
            low = ctx.place(f"{key}.mediane_basse", x.medianes[0])
            high = ctx.place(f"{key}.mediane_haute", x.medianes[1])
            cells.append(Cellule(phrase("{a} – {b}", a=low, b=high), "chiffre"))
    return Ligne(tuple(cells), genre)


def _longue(ctx: Contexte, key: str, c: Chiffre | None) -> list[Cellule]:
    if c is None:
        return [RIEN, RIEN]
    cover = c.couverture
    hidden = RIEN
    if cover is not None:
        n = ctx.nombre(f"{key}.communes_secretes", cover.secrets, "commune")
        hidden = Cellule(phrase("{a} sur {b}", a=n, b=ctx.nombre(f"{key}.communes", cover.total, "commune")), "chiffre")
    return [chiffre(ctx.place(f"{key}.vacance_longue", c)), hidden]


def _manques(ctx: Contexte) -> Texte:
    carried = [a.numero for a in ctx.programme.actions if any("rénov" in i.libelle.casefold() for i in a.indicateurs)]
    who = "Anah, opérateur du dispositif d'amélioration de l'habitat, service habitat"
    ctx.manque(
        "renovation",
        "Logements rénovés, dossiers et aides"
        + (f" (action{'s' if len(carried) > 1 else ''} {enumeration(carried)})" if carried else ""),
        SECTION,
        who,
    )
    ctx.manque("habitat_indigne", "Signalements et traitements d'habitat indigne", SECTION, "Communes, DDT(M), ARS")
    return phrase(
        "**Donnée manquante.** Logements rénovés, dossiers et aides : {who}. Habitat indigne et copropriétés en difficulté : "
        "communes, DDT(M), agence régionale de santé.",
        who=who,
    )
