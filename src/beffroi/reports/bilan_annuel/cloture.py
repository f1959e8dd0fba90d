"""Last sections: missing information, adaptation of the programme, draft deliberation."""

from __future__ import annotations

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.kernel.figure import Chiffre, ecart, ratio
from beffroi.reports.bilan_annuel import phrases
from beffroi.reports.bilan_annuel.contexte import Contexte, colonnes, entetes, texte
from beffroi.reports.build import (
    Bloc,
    Cellule,
    Ligne,
    Liste,
    Note,
    Paragraphe,
    PhraseCle,
    Section,
    Source,
    Tableau,
    Texte,
    phrase,
)
from beffroi.reports.typographie import typographier


def section_manques(ctx: Contexte) -> Section:
    """Every missing figure once: its sections, who can give it, whether the law asks for it."""
    title = "Informations manquantes"
    if not ctx.manques:
        return Section("manques", title, (PhraseCle(phrase("Rien ne manque.")),))
    asked = sum(i.exigee for i in ctx.manques.values())
    n = ctx.nombre("manques.nombre", len(ctx.manques))
    lead = phrase(
        "{n} {m} ; {q}. Chacune est demandée une seule fois, pour tout le bilan.",
        n=n,
        m="informations manquent" if len(ctx.manques) > 1 else "information manque",
        q=phrase(
            "la loi en exige {x}", x=ctx.nombre("manques.exigees", asked)
        ) if asked else "aucune n'est exigée par la loi",
    )  # fmt: skip
    cols = colonnes(0.9, 6.4, (1.8, False), 5.0, 1.8)
    rows = []
    for i, info in enumerate(ctx.manques.values(), 1):
        numbers = sorted({ctx.sections[s] for s in info.sections if s in ctx.sections})
        rows.append(
            Ligne(
                (
                    texte(str(i)),
                    Cellule(info.texte),
                    texte(", ".join(str(x) for x in numbers)),
                    texte(info.qui),
                    texte("oui" if info.exigee else "—"),
                )
            )
        )
    table = Tableau(
        "manques",
        typographier("Ce qui manque et qui peut le donner"),
        cols,
        (entetes(cols, "N°", "Information", "Sections", "Qui peut la donner", "Exigée par la loi"),),
        tuple(rows),
        typographier(
            f"{len(rows)} informations manquantes : sections concernées, service ou organisme, exigence légale."
        ),
    )
    words = (
        "« Exigée par la loi » : comparaison par commune (L. 302-3 du CCH) et nombre annuel de logements construits en tissu "
        "urbanisé et en zones ouvertes à l'urbanisation (L. 302-1, III)."
        if asked
        else ""
    )
    blocs: list[Bloc] = [PhraseCle(lead), table]
    if words and ctx.programme.nature == "plh":
        blocs.append(Source(phrase("{a}", a=words)))
    return Section("manques", title, tuple(blocs))


def section_adaptation(ctx: Contexte) -> Section:
    """Text to complete, with the facts that the data offer; CCH, R. 302-13."""
    blocs: list[Bloc] = []
    facts = [f for f in (_demographie(ctx), _rythme(ctx), _repartition(ctx)) if f]
    typed = ctx.complements.adaptation.strip()
    if typed:
        blocs.append(PhraseCle(phrase("La collectivité propose d'adapter le programme.")))
        blocs += [Paragraphe(phrase("{x}", x=p)) for p in typed.split("\n\n")]
    else:
        lead = "Aucune adaptation n'a été saisie"
        blocs.append(
            PhraseCle(phrase("{a}{b}.", a=lead, b=" ; les faits qui suivent aident à en débattre" if facts else ""))
        )
        ctx.manque("adaptation", "Adaptations proposées et leur justification", "adaptation", "Service habitat, élus")
    if facts:
        blocs.append(Liste(tuple(facts)))
        people = ctx.complements.populations[-1:] if len(ctx.complements.populations) > 1 else ()
        figures = [*people, ctx.suivi.epci.cumul.autorises]
        blocs.append(
            ctx.source(*figures, fin="Adaptation : article R. 302-13 du CCH." if ctx.programme.nature == "plh" else "")
        )
    if not typed:
        blocs.append(Paragraphe(phrase("**Adaptations proposées :** [à compléter]")))
    return Section("adaptation", "Adaptation du programme", tuple(blocs))


def _demographie(ctx: Contexte) -> Texte:
    years = ctx.complements.populations
    if len(years) < 2:
        return ()
    first, last = years[0], years[-1]
    gap = ecart(last, first)
    share = ratio(gap, first)
    return phrase(
        "**Démographie.** La population municipale passe de {a} en {x} à {b} en {y} ({d}, soit {p}).",
        a=ctx.place(f"population.{first.periode}", first, mot=True), x=first.periode,
        b=ctx.place(f"population.{last.periode}", last), y=last.periode,
        d=ctx.place("population.ecart", gap, signe=True), p=ctx.place("population.evolution", share, signe=True),
    )  # fmt: skip


def _rythme(ctx: Contexte) -> Texte:
    left = phrases.reste(ctx)
    return phrase("**Rythme.** {x}", x=left) if left else ()


def _repartition(ctx: Contexte) -> Texte:
    lines = ctx.suivi.secteurs
    late = sum(s.cumul.appreciation is Appreciation.EN_RETARD for s in lines)
    reached = ctx.suivi.decompte()[Appreciation.ATTEINT]
    if not late:
        return ()
    return phrase(
        "**Répartition.** {a} sur {b} en retard, quand {c} ont atteint leur objectif à date.",
        a=phrase("{n} {w}", n=ctx.nombre("secteurs.en_retard", late), w="secteurs" if late > 1 else "secteur"),
        b=phrase("{n} {v}", n=ctx.nombre("secteurs.nombre", len(lines)), v="sont" if late > 1 else "est"),
        c=ctx.nombre("communes.atteint", reached, "commune", mot=True),
    )  # fmt: skip


# --- deliberation -------------------------------------------------------------------------------------------------


def section_deliberation(ctx: Contexte) -> Section:
    """Neutral draft, fields in square brackets; figures come from the bilan."""
    p, epci = typographier(ctx.programme.titre_court), ctx.suivi.epci
    c, e = ctx.ligne(epci, cumul=True), ctx.ligne(epci, cumul=False)
    cover = epci.cumul.autorises.couverture
    seats = phrase(", sur {n}", n=_renseignees(ctx, cover.renseignes if cover else None)) if cover else ""
    model = (
        "Considérant que {a} logements ont été autorisés en {annee} pour un objectif annuel de {o}, et {cu} de {debut} à "
        "{annee} pour {at} attendus à date, soit {t}{s} ;"
    )
    if not epci.cumul.objectif.connu:
        model = (
            "Considérant que {a} logements ont été autorisés en {annee}, et {cu} de {debut} à {annee}{s}, et qu'aucun "
            "objectif n'est renseigné ;"
        )
    considering: Texte = phrase(
        model,
        a=e["autorises"], annee=str(ctx.annee), o=e["objectif"], cu=c["autorises"], debut=str(ctx.premiere_annee),
        at=c["objectif"], t=c["taux"], s=seats,
    ) if epci.cumul.autorises.connu else phrase("Considérant que le résultat de l'exercice n'est pas encore connu ;")  # fmt: skip
    legal = ctx.programme.nature == "plh"
    lines: list[Texte] = [
        phrase("Conseil communautaire du **[date à compléter]** – délibération n° **[à compléter]**"),
        phrase("**Objet : {p}, bilan annuel de l'exercice {a}**", p=p, a=str(ctx.annee)),
        phrase("Vu le code général des collectivités territoriales ;"),
    ]
    if legal:
        lines.append(
            phrase("Vu le code de la construction et de l'habitation, notamment ses articles L. 302-3 et R. 302-13 ;")
        )
    lines += [
        phrase("Vu la délibération n° **[à compléter]** du **[à compléter]** adoptant le {p} ;", p=p),
        phrase("Vu l'avis du comité de pilotage réuni le **[à compléter]** ;"),
        considering,
        phrase(
            "Considérant que le bilan annexé compare, commune par commune, l'objectif annualisé et le résultat de l'exercice, et "
            "qu'il dit ce qui reste à recueillir ;"
            if any(x.objectif_annuel.connu for x in ctx.suivi.communes)
            else "Considérant que le bilan annexé donne le résultat de l'exercice commune par commune, sans objectif communal à "
            "lui comparer, et qu'il dit ce qui reste à recueillir ;"
        ),
        phrase("**Le conseil communautaire, après en avoir délibéré,**"),
    ]
    missing = ctx.sections.get("manques", 0)
    points = [
        phrase("**prend acte** du bilan annuel {a} du {p}, annexé à la présente délibération ;", a=str(ctx.annee), p=p),
        phrase(
            "**constate** que **[aucune adaptation n'est nécessaire / les adaptations suivantes sont nécessaires : à compléter]** "
            "au regard de l'évolution de la situation sociale et démographique ;"
        ),
        phrase(
            "**demande** que les informations énumérées en section {s} soient recueillies avant le bilan suivant ;",
            s=str(missing),
        ),
        phrase(
            "**charge** le président de transmettre la délibération et le bilan aux communes membres et au préfet ;"
        ),
        phrase(
            "**dit** que le bilan est tenu à la disposition du public au siège de la communauté, dans les mairies des communes "
            "membres et à la préfecture."
        ),
    ]
    cols = colonnes(5.3, 5.3, 5.3)
    vote = Tableau(
        "vote",
        "",
        cols,
        (entetes(cols, "Pour", "Contre", "Abstentions"),),
        (Ligne((texte("[à compléter]"), texte("[à compléter]"), texte("[à compléter]"))),),
        typographier("Vote à compléter : pour, contre, abstentions."),
    )
    blocs: list[Bloc] = [Paragraphe(x) for x in lines]
    blocs += [
        Liste(tuple(points), numerotee=True),
        vote,
        Paragraphe(phrase("Fait à **[lieu]**, le **[à compléter]**. Le président, **[nom, signature]**")),
        Note(
            phrase(
                "Projet à relire par le service des assemblées. Les nombres viennent du bilan et ne se ressaisissent pas."
            )
        ),
    ]
    return Section("deliberation", "Projet de délibération", tuple(blocs))


def _renseignees(ctx: Contexte, renseignes: int | None) -> Texte:
    count = ctx.registre.placer("communes.renseignees", Chiffre(renseignes or 0, "commune"), unite=True)
    return phrase("{n} {w}", n=count, w="renseignées" if (renseignes or 0) > 1 else "renseignée")
