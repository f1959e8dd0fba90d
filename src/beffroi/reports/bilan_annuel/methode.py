"""Annex « Sources et méthode », automatic: datasets used in this document, conventions, totals that disagree."""

from __future__ import annotations

from collections.abc import Iterable

from beffroi.domain.nomenclatures.programme import NatureNote
from beffroi.kernel.figure import Chiffre, somme
from beffroi.reports.bilan_annuel.contexte import Contexte, absent, chiffre, colonnes, entetes, texte
from beffroi.reports.build import (
    Bloc,
    Ligne,
    Liste,
    Paragraphe,
    Section,
    Source,
    Tableau,
    Texte,
    Titre,
    phrase,
    provenances_de,
)
from beffroi.reports.typographie import en_lettres, enumeration, majuscule, typographier


def section_methode(ctx: Contexte) -> Section:
    """What this document used and how it computed; nothing that it did not use."""
    blocs: list[Bloc] = [_jeux(ctx), Titre("Conventions de calcul", annexe=True), Liste(tuple(_conventions(ctx)))]
    totals = _totaux(ctx)
    if totals is not None:
        blocs += [
            Titre("Totaux imprimés qui ne s'accordent pas", annexe=True),
            Paragraphe(
                phrase(
                    "Les valeurs imprimées au document sont reprises telles quelles ; les différences sont montrées et ne sont pas "
                    "corrigées."
                )
            ),
            totals,
        ]
        differing = _secteurs_differents(ctx)
        if differing:
            blocs.append(Source(differing))
    notes = [
        n for n in ctx.programme.notes if n.nature is NatureNote.CONTRADICTION and ctx.suivi.objectif.id in n.concerne
    ]
    if notes:
        blocs += [
            Titre("Ce que le document contredit", annexe=True),
            Liste(tuple(phrase("{x}", x=n.texte) for n in notes)),
        ]
    return Section("methode", "Annexe – Sources et méthode", tuple(blocs))


def _jeux(ctx: Contexte) -> Tableau:
    cols = colonnes(4.4, 1.9, 2.2, 2.6, 6.0)
    used = provenances_de(ctx.registre.chiffres.values())
    rows = []
    for identifiant in used:
        known = ctx.provenances.get(identifiant)
        if known is not None:
            name = f"{known.jeu} ({known.producteur})" if known.producteur else known.jeu
            notes = (known.mention, ctx.complements.precautions.get(identifiant, ""))
            caution = " ".join(f"{majuscule(x).rstrip('.')}." for x in notes if x)
            rows.append(
                Ligne(
                    (
                        texte(name),
                        texte(known.millesime or "—"),
                        texte(known.licence or "—"),
                        texte(_couverture(ctx, identifiant)),
                        texte(caution or "—"),
                    )
                )
            )
        elif identifiant == f"programme:{ctx.programme.id}":
            title = enumeration(d.titre for d in ctx.programme.documents) or ctx.programme.titre
            rows.append(
                Ligne(
                    (
                        texte(title),
                        texte(f"version {ctx.programme.version}"),
                        texte("document public"),
                        texte("—"),
                        texte("Valeurs reprises telles qu'imprimées, chacune avec sa ligne ou sa page."),
                    )
                )
            )
    if any(s.etat is not None for s in ctx.situations):
        fictif = any(s.etat is not None and s.etat.fictif for s in ctx.situations)
        words = "Données fictives de démonstration." if fictif else "Événements saisis et datés par la collectivité."
        name = "États des actions (saisie de la collectivité)"
        rows.append(Ligne((texte(name), texte(f"au {ctx.fin:%d/%m/%Y}"), texte("—"), texte("—"), texte(words))))
    if not rows:
        rows.append(Ligne((absent("aucun jeu de données", 5),)))
    return Tableau(
        "jeux",
        typographier("Jeux de données de ce document"),
        cols,
        (entetes(cols, "Jeu et producteur", "Millésime", "Licence", "Couverture", "Précautions"),),
        tuple(rows),
        typographier("Jeux utilisés : producteur, millésime, licence, couverture, précautions d'emploi."),
        dense=True,
    )


def _couverture(ctx: Contexte, identifiant: str) -> str:
    """Worst coverage of the dataset over the whole territory."""
    covers = [
        c.couverture
        for c in ctx.registre.chiffres.values()
        if c.couverture and c.couverture.total and identifiant in {p.split("#")[0] for p in c.provenance}
    ]
    widest = max((c.total for c in covers), default=0)
    worst = [c for c in covers if c.total == widest]
    return min(worst, key=lambda c: c.renseignes).texte() if worst else "—"


def _conventions(ctx: Contexte) -> Iterable[Texte]:
    n, k = ctx.suivi.nombre_exercices, ctx.suivi.rang
    epci = ctx.suivi.epci
    mention = f" {ctx.programme.decoupage.mention}" if ctx.programme.decoupage.mention else ""
    yield phrase(
        "**Objectif à date** : objectif annuel × exercices écoulés ({k}) ; pour un objectif de {n} ans, la même part des {n} "
        "exercices.{m}",
        k=ctx.nombre("exercice.rang", k), n=en_lettres(n), m=mention,
    )  # fmt: skip
    reference = ctx.suivi.objectif.reference
    if reference is not None:
        yield phrase(
            "**Objectif de référence** : {x} par an ({l}), seul utilisé pour le taux du territoire entier ; un secteur se mesure à "
            "son total imprimé, une commune à sa propre valeur.",
            x=ctx.place("epci.objectif_annuel", epci.objectif_annuel), l=reference.libelle or "document",
        )  # fmt: skip
    yield phrase(
        "**Taux et écart** : réalisé ÷ objectif à date, réalisé − objectif à date. Arrondi au plus proche, demi vers le haut ; "
        "l'appréciation se décide sur le quotient exact, et le taux prend une décimale quand l'arrondi franchirait un seuil."
    )
    yield phrase("**Objectif nul ou résultat absent** : pas de taux. Une valeur absente n'est jamais un zéro.")
    yield phrase("**Taux d'un regroupement** : quotient des sommes, jamais une moyenne de taux ni de médianes.")
    yield phrase(
        "**Deux dates** : situation au {s}, telle que connue au {c}. Les années postérieures n'entrent dans aucun chiffre.",
        s=f"{ctx.fin:%d/%m/%Y}", c=f"{ctx.connu_le:%d/%m/%Y}",
    )  # fmt: skip
    if ctx.programme.actions:
        yield phrase(
            "**Budget** : une ligne répétée dans plusieurs actions compte une fois ; seules les lignes dites annuelles "
            "s'additionnent ; une aide par logement n'est pas une enveloppe."
        )


def _totaux(ctx: Contexte) -> Tableau | None:
    """The totals printed for the followed objective, beside the sums; nothing when they all agree."""
    epci = ctx.suivi.epci
    origin = (f"programme:{ctx.programme.id}",)
    sectors = [s.objectif_annuel for s in ctx.suivi.secteurs]
    rows: list[tuple[str, Chiffre, str, str]] = []
    reference = ctx.suivi.objectif.reference
    if reference is not None:
        rows.append(
            (
                reference.libelle or "Objectif de référence",
                epci.objectif_annuel,
                "objectif de référence",
                "epci.objectif_annuel",
            )
        )
    if sectors:
        total = somme(sectors, couverture=False)
        rows.append(
            (f"Somme des {en_lettres(len(sectors))} secteurs imprimés", total, "taux des secteurs", "totaux.secteurs")
        )
    for i, t in enumerate(ctx.suivi.totaux_publies):
        if t.secteur is None:
            value = Chiffre(int(t.valeur), epci.objectif_annuel.unite, provenance=origin)
            rows.append((t.libelle or "Total imprimé", value, "montré, non utilisé", f"totaux.imprime{i}"))
    pair = ctx.groupes_complementaires()
    if pair is not None:
        total = somme([g.objectif_annuel for g in pair], couverture=False)
        names = " + ".join(f"{typographier(g.territoire.nom)} ({g.objectif_annuel.texte()})" for g in pair)
        rows.append((names, total, "taux des deux groupes", "totaux.groupes"))
    if epci.somme_objectif is not None:
        label = f"Somme des {len(ctx.suivi.communes)} communes"
        rows.append((label, epci.somme_objectif, "montrée ; taux des communes", f"{epci.territoire.id}.somme_objectif"))
    if len({r[1].valeur for r in rows}) < 2:
        return None
    cols = colonnes(7.6, (3.2, True), 5.6)
    return Tableau(
        "totaux",
        typographier(
            f"Objectif annuel de production : {en_lettres(len({r[1].valeur for r in rows}))} valeurs pour un programme"
        ),
        cols,
        (entetes(cols, "Origine", "Logements par an", "Usage dans ce bilan"),),
        tuple(
            Ligne((texte(typographier(a[0].upper() + a[1:])), chiffre(ctx.place(k, c)), texte(u)))
            for a, c, u, k in rows
        ),
        typographier("Totaux imprimés et sommes : origine, valeur, usage dans ce bilan."),
    )


def _secteurs_differents(ctx: Contexte) -> Texte:
    lines = [s for s in ctx.suivi.secteurs if s.publie_differe and s.somme_objectif is not None]
    if not lines:
        return ()
    parts: Texte = ()
    for s in lines:
        assert s.somme_objectif is not None
        piece = phrase(
            "{n} {a} | {b}",
            n=typographier(s.territoire.nom),
            a=ctx.place(f"{s.territoire.id}.objectif_annuel", s.objectif_annuel),
            b=ctx.place(f"{s.territoire.id}.somme_objectif", s.somme_objectif),
        )
        parts = phrase("{a} ; {b}", a=parts, b=piece) if parts else piece
    return phrase("Secteurs où l'objectif publié et la somme des communes diffèrent : {x}.", x=parts)
