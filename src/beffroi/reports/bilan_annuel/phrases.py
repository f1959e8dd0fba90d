"""Sentences of the bilan: patterns whose variables are figures, each with the condition under which it is written.

A function returns an empty text when its condition does not hold; nothing is ever padded.
"""

from __future__ import annotations

from decimal import Decimal

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.programme.modele import ObjectifTerritorial
from beffroi.domain.suivi.production import LigneProduction
from beffroi.kernel.figure import Chiffre, ecart, produit, ratio, somme
from beffroi.kernel.unit import exact
from beffroi.reports.bilan_annuel.contexte import Contexte, appreciations_presentes
from beffroi.reports.build import Texte, phrase, signe
from beffroi.reports.typographie import enumeration, typographier

# An origin of the gap is named only when those years explain nine tenths of it (choice of edition, not a legal value).
PART_EXPLIQUEE = Decimal("0.9")
NOMS_MAXIMUM = 3


def synthese(ctx: Contexte) -> Texte:
    """Year n of N: achieved against expected, rate, appreciation; or what is missing."""
    cumul = ctx.suivi.epci.cumul
    p = ctx.ligne(ctx.suivi.epci, cumul=True)
    rang = ctx.nombre("exercice.rang", ctx.suivi.rang)
    total = ctx.nombre("exercice.nombre", ctx.suivi.nombre_exercices)
    if not cumul.objectif.connu:
        done = phrase("{a} logements autorisés", a=p["autorises"]) if cumul.autorises.connu else "aucun résultat connu"
        return phrase("Année {n} sur {N} : {done} ; aucun objectif n'est renseigné", n=rang, N=total, done=done)
    if not cumul.autorises.connu:
        return phrase(
            "Année {n} sur {N} : aucun résultat n'est connu pour {attendu} logements attendus à date — {signe}",
            n=rang, N=total, attendu=p["objectif"], signe=p["signe"],
        )  # fmt: skip
    return phrase(
        "Année {n} sur {N} : {realise} logements autorisés pour {attendu} attendus à date ({taux}) — {signe}",
        n=rang, N=total, realise=p["autorises"], attendu=p["objectif"], taux=p["taux"], signe=p["signe"],
    )  # fmt: skip


def origine(ctx: Contexte) -> Texte:
    """« le retard vient de 2019 et 2020 », if the years below the threshold explain nine tenths of the gap."""
    epci = ctx.suivi.epci
    gap = epci.cumul.ecart.valeur
    late = [a for a in epci.annees if a.appreciation is Appreciation.EN_RETARD and a.ecart.connu]
    if gap is None or gap >= 0 or not late or late == list(epci.annees):
        return ()
    explained = sum((exact(a.ecart.valeur or 0) for a in late), Decimal(0))
    if explained > exact(gap) * PART_EXPLIQUEE:
        return ()
    return phrase("le retard vient de {annees}", annees=enumeration(a.periode for a in late))


def exercice(ctx: Contexte) -> Texte:
    """The exercice against its objective, then where the cumulated gap comes from."""
    e = ctx.suivi.epci.exercice
    p = ctx.ligne(ctx.suivi.epci, cumul=False)
    annee = e.periode
    gap = e.ecart.valeur
    if gap is None and not e.objectif.connu:
        if not e.autorises.connu:
            return phrase("**L'exercice {annee} n'a ni résultat connu, ni objectif renseigné.**", annee=annee)
        return phrase(
            "**{a} logements autorisés en {annee}**, sans écart ni taux : aucun objectif n'est renseigné.",
            a=p["autorises"], annee=annee,
        )  # fmt: skip
    if gap is None:
        return phrase(
            "**L'exercice {annee} n'est pas renseigné.** Objectif : {o} logements.", annee=annee, o=p["objectif"]
        )
    absolute = Chiffre(abs(exact(gap)), e.ecart.unite, provenance=e.ecart.provenance, fictif=e.ecart.fictif)
    distance = ctx.place(f"epci.{ctx.annee}.ecart_absolu", absolute, mot=True)
    if gap < 0:
        head = phrase("L'exercice {annee} est à {ecart} de l'objectif", annee=annee, ecart=distance)
    elif gap > 0:
        head = phrase("L'exercice {annee} dépasse l'objectif de {ecart}", annee=annee, ecart=distance)
    else:
        head = phrase("L'exercice {annee} atteint exactement l'objectif", annee=annee)
    why = origine(ctx)
    lead = phrase("**{head} ; {why}.**" if why else "**{head}.**", head=head, **({"why": why} if why else {}))
    lacking = ctx.suivi.epci.cumul.ecart
    tail: Texte = ()
    if lacking.valeur is not None and lacking.valeur < 0:
        owed = produit(lacking, -1)
        tail = phrase(" Il manque {x} à date.", x=ctx.place("epci.cumul.manque", owed, mot=True))
    return phrase(
        "{lead} {a} logements autorisés en {annee} pour {o} ({t}).{tail}",
        lead=lead, a=p["autorises"], annee=annee, o=p["objectif"], t=p["taux"], tail=tail,
    )  # fmt: skip


def chantiers(ctx: Contexte) -> Texte:
    """Started dwellings, with the caution that goes with the number; nothing when no figure is known."""
    cumul, year = ctx.suivi.epci.cumul, ctx.suivi.epci.exercice
    if not cumul.commences.connu:
        return ()
    p, q = ctx.ligne(ctx.suivi.epci, cumul=True), ctx.ligne(ctx.suivi.epci, cumul=False)
    share = ctx.registre.placer(
        "epci.cumul.commences_sur_autorises", ratio(cumul.commences, cumul.autorises), decimales=0
    )
    return phrase(
        "**{c} logements commencés depuis {debut}**, soit {part} des autorisés{ex}. Les ouvertures de chantier se "
        "déclarent tard, parfois jamais : ce nombre peut encore monter.",
        c=p["commences"],
        debut=str(ctx.premiere_annee),
        part=share,
        ex=phrase(" ; {x} en {annee}", x=q["commences"], annee=year.periode) if year.commences.connu else "",
    )


def groupes(ctx: Contexte) -> Texte:
    """Two complementary groups of communes side by side, if the programme has them."""
    pair = ctx.groupes_complementaires()
    if pair is None or not all(g.cumul.taux.connu for g in pair):
        return ()
    one, two = pair
    return phrase(
        "Le groupe « {nom1} » ({n1}) est à {t1} de son objectif, le groupe « {nom2} » ({n2}) à {t2}.",
        nom1=typographier(one.territoire.nom),
        n1=_compte(ctx, one),
        t1=ctx.ligne(one, cumul=True)["taux"],
        nom2=typographier(two.territoire.nom),
        n2=_compte(ctx, two),
        t2=ctx.ligne(two, cumul=True)["taux"],
    )


def _compte(ctx: Contexte, groupe: LigneProduction) -> Texte:
    size = len(ctx.secteur(groupe.territoire.code).communes)
    return (ctx.nombre(f"{groupe.territoire.id}.communes", size, "commune", mot=True),)


_SECTEURS = {
    Appreciation.ATTEINT: ("{n} secteur {sur}atteint ou dépasse l'objectif", "{n} secteurs {sur}atteignent ou dépassent l'objectif"),
    Appreciation.EN_BONNE_VOIE: ("{n} {sur}est en bonne voie", "{n} {sur}sont en bonne voie"),
    Appreciation.A_SURVEILLER: ("{n} {sur}est à surveiller", "{n} {sur}sont à surveiller"),
    Appreciation.EN_RETARD: ("{n} {sur}est en retard", "{n} {sur}sont en retard"),
    Appreciation.SANS_DONNEE: ("{n} {sur}n'est pas renseigné", "{n} {sur}ne sont pas renseignés"),
    Appreciation.SANS_OBJECTIF: ("{n} {sur}n'a pas d'objectif", "{n} {sur}n'ont pas d'objectif"),
}  # fmt: skip


def secteurs(ctx: Contexte) -> Texte:
    """Sectors by appreciation, named when three or fewer; nothing without sectors."""
    lines = [s for s in ctx.suivi.secteurs if s.objectif_annuel.connu]
    if not lines:
        return ()
    total = ctx.nombre("secteurs.nombre", len(lines))
    parts: list[Texte] = []
    for a, found in appreciations_presentes(lines).items():
        n = ctx.nombre(f"secteurs.{a}", len(found))
        names = enumeration(typographier(x.territoire.nom) for x in found) if len(found) <= NOMS_MAXIMUM else ""
        first = not parts
        model = _SECTEURS[a][len(found) > 1]
        if first and "secteur" not in model:
            model = model.replace("{n} ", "{n} secteurs " if len(found) > 1 else "{n} secteur ")
        over = phrase("sur {S} ", S=total) if first else ""
        parts.append(
            phrase(model + (" ({noms})" if names else ""), n=n, sur=over, **({"noms": names} if names else {}))
        )
    out: Texte = parts[0]
    for p in parts[1:]:
        out = phrase("{a}, {b}", a=out, b=p)
    return phrase("{a}.", a=out)


def communes(ctx: Contexte) -> Texte:
    """Communes by appreciation; the numbers add up to the number of communes."""
    if not any(c.objectif_annuel.connu for c in ctx.suivi.communes):
        counted = sum(c.cumul.autorises.connu for c in ctx.suivi.communes)
        return phrase(
            "{sans} ; le résultat est connu pour {n} sur {total}.",
            sans=sans_objectif_communal(ctx),
            n=ctx.nombre("communes.connues", counted, "commune", mot=True),
            total=ctx.nombre("communes.nombre", len(ctx.suivi.communes), "commune"),
        )
    count = {a: n for a, n in ctx.suivi.decompte().items() if n or a in (Appreciation.ATTEINT, Appreciation.EN_RETARD)}
    words = {
        Appreciation.ATTEINT: ("a atteint son objectif à date", "ont atteint leur objectif à date"),
        Appreciation.EN_BONNE_VOIE: ("est en bonne voie", "sont en bonne voie"),
        Appreciation.A_SURVEILLER: ("est à surveiller", "sont à surveiller"),
        Appreciation.EN_RETARD: ("est en retard", "sont en retard"),
        Appreciation.SANS_DONNEE: ("n'est pas renseignée", "ne sont pas renseignées"),
        Appreciation.SANS_OBJECTIF: ("n'a pas d'objectif", "n'ont pas d'objectif"),
    }
    parts = []
    for i, (a, n) in enumerate(count.items()):
        number = ctx.nombre(f"communes.{a}", n, "commune", mot=i == 0)
        parts.append((a, phrase("{n} {mots}", n=number, mots=words[a][n > 1])))
    known = [p for a, p in parts if a not in (Appreciation.SANS_DONNEE, Appreciation.SANS_OBJECTIF)]
    unknown = [p for a, p in parts if a in (Appreciation.SANS_DONNEE, Appreciation.SANS_OBJECTIF)]
    out = known[0]
    for i, p in enumerate(known[1:], 2):
        out = phrase("{a} et {b}" if i == len(known) else "{a}, {b}", a=out, b=p)
    for p in unknown:
        out = phrase("{a} ; {b}", a=out, b=p)
    return phrase("Fin {annee}, {a}.", annee=str(ctx.annee), a=out)


def sans_objectif_communal(ctx: Contexte) -> str:
    """Why no commune has a target: still to write, or not declined by the programme."""
    if a_renseigner(ctx.suivi.objectif):
        return "Aucun objectif n'est encore renseigné par commune"
    return "Le programme ne décline pas son objectif par commune"


def a_renseigner(objectif: ObjectifTerritorial) -> bool:
    """True when an objective names its communes and waits for their values (a commune left free waits for nothing)."""
    return any(v.commune is not None and v.valeur is None and not v.libre for v in objectif.valeurs)


def reste(ctx: Contexte) -> Texte:
    """Plain remaining effort, never a forecast; nothing if the total is reached or no exercice remains."""
    left, k = ctx.suivi.reste, ctx.suivi.nombre_exercices - ctx.suivi.rang
    if left.valeur is None or left.valeur <= 0 or k <= 0:
        return ()
    done = ctx.suivi.epci.cumul.autorises
    par_an = ratio(left, Chiffre(k, "nombre"), unite="logement_par_an")
    moyenne = ratio(done, Chiffre(ctx.suivi.rang, "nombre"), unite="logement_par_an")
    return phrase(
        "Pour atteindre {total} logements, il faudrait en autoriser {reste} sur {les}{k} {ex}, soit {an} par an, contre "
        "{moyenne} par an en moyenne depuis {debut}.",
        total=ctx.place("epci.total", ctx.suivi.epci.total),
        reste=ctx.place("epci.reste", left),
        les="les " if k > 1 else "",
        k=ctx.nombre("exercice.restants", k),
        ex="exercices restants" if k > 1 else "exercice restant",
        an=ctx.registre.placer("epci.reste_par_an", par_an, decimales=0),
        moyenne=ctx.registre.placer("epci.moyenne_par_an", moyenne, decimales=0),
        debut=str(ctx.premiere_annee),
    )


def production_orientation(ctx: Contexte) -> Texte:
    """Sentence of the orientation that carries the production."""
    cumul, year = ctx.suivi.epci.cumul, ctx.suivi.epci.exercice
    p = ctx.ligne(ctx.suivi.epci, cumul=True)
    k = ctx.suivi.rang
    if not cumul.objectif.connu:
        if not cumul.autorises.connu:
            return phrase("Ni résultat connu, ni objectif renseigné.")
        return phrase(
            "{a} logements autorisés en {k} {ans} ; aucun objectif n'est renseigné.",
            a=p["autorises"], k=ctx.nombre("exercice.rang", k), ans="ans" if k > 1 else "an",
        )  # fmt: skip
    if not cumul.autorises.connu:
        return phrase("{o} logements sont attendus à date ; aucun résultat n'est connu.", o=p["objectif"])
    head = phrase(
        "{a} logements autorisés en {k} {ans} pour {o} attendus ({t}) — {s}",
        a=p["autorises"], k=ctx.nombre("exercice.rang", k), ans="ans" if k > 1 else "an",
        o=p["objectif"], t=p["taux"], s=signe(cumul.appreciation),
    )  # fmt: skip
    good = year.appreciation in (Appreciation.ATTEINT, Appreciation.EN_BONNE_VOIE)
    if k > 1 and good and cumul.appreciation in (Appreciation.A_SURVEILLER, Appreciation.EN_RETARD):
        q = ctx.ligne(ctx.suivi.epci, cumul=False)
        return phrase(
            "{head}. L'exercice {annee} est à {t} de son objectif, sans combler le retard des années passées.",
            head=head, annee=year.periode, t=q["taux"],
        )  # fmt: skip
    return head


def part_des_autorises(ctx: Contexte, partie: Chiffre) -> Chiffre:
    """Share of the authorised dwellings, cumulated."""
    return ratio(partie, ctx.suivi.epci.cumul.autorises)


def objectif_a_date(objectif: Chiffre, rang: int, duree: int) -> Chiffre:
    """Objective of the whole period, brought to date (four sixths after four exercices out of six)."""
    return ratio(produit(objectif, rang), Chiffre(duree, "nombre"), unite=objectif.unite)


def somme_exacte(chiffres: list[Chiffre], unite: str) -> Chiffre:
    """Sum of communal values of a document, blanks left out without hiding them (coverage kept by the caller)."""
    return somme(chiffres, unite=unite, couverture=False)


def difference(publie: Chiffre, additionne: Chiffre) -> bool:
    """True when a printed total and the computed sum are both known and differ."""
    return publie.connu and additionne.connu and ecart(publie, additionne).valeur != 0
