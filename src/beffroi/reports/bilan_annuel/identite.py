"""Cover, reading guide and identity of the programme."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from beffroi.domain.nomenclatures.avancement import Appreciation
from beffroi.domain.nomenclatures.programme import NatureActe
from beffroi.domain.suivi.appreciation import PARAMETRES
from beffroi.kernel.figure import Chiffre
from beffroi.kernel.period import add_years
from beffroi.kernel.unit import exact
from beffroi.reports.bilan_annuel.contexte import Contexte, absent, avis, colonnes, entetes, texte
from beffroi.reports.bilan_annuel.production import carte
from beffroi.reports.build import (
    Bloc,
    Cellule,
    Ligne,
    Meta,
    Morceau,
    Note,
    Paragraphe,
    PhraseCle,
    Section,
    Tableau,
    Texte,
    phrase,
)
from beffroi.reports.typographie import accord, en_lettres, enumeration, ordinal, typographier

SECTION = "identite"
MOIS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
ACTES = {
    NatureActe.ENGAGEMENT: "Délibération d'engagement",
    NatureActe.ARRET_PROJET: "Arrêt du projet",
    NatureActe.ADOPTION: "Délibération d'adoption",
    NatureActe.TRANSMISSION: "Transmission au préfet",
    NatureActe.EXECUTOIRE: "Date exécutoire",
    NatureActe.SIGNATURE: "Signature",
    NatureActe.MODIFICATION: "Modification",
    NatureActe.PROROGATION: "Prorogation",
    NatureActe.FIN: "Fin",
}
SIGLES = {
    "ADIL": "agence départementale d'information sur le logement",
    "ARS": "agence régionale de santé",
    "CCH": "code de la construction et de l'habitation",
    "CIA": "convention intercommunale d'attribution",
    "CRTE": "contrat pour la réussite de la transition écologique",
    "DAP": "délégation des aides à la pierre",
    "DDT(M)": "direction départementale des territoires (et de la mer)",
    "EPCI": "établissement public de coopération intercommunale",
    "LLS": "logement locatif social",
    "OPAH": "opération programmée d'amélioration de l'habitat",
    "PIG": "programme d'intérêt général d'amélioration de l'habitat",
    "PLAI": "prêt locatif aidé d'intégration",
    "PLH": "programme local de l'habitat",
    "PLS": "prêt locatif social",
    "PLUS": "prêt locatif à usage social",
    "PSLA": "prêt social location-accession",
    "QPV": "quartier prioritaire de la politique de la ville",
    "SRU": "solidarité et renouvellement urbain (loi du 13 décembre 2000)",
}


def longue(jour: date) -> str:
    """« 31 décembre 2022 », « 1er mars 2023 »."""
    number = "1er" if jour.day == 1 else str(jour.day)
    return f"{number} {MOIS[jour.month - 1]} {jour.year}"


def meta(ctx: Contexte, fictif: bool, preambule: tuple[Bloc, ...]) -> Meta:
    """Cover and running lines."""
    p = ctx.programme
    name = typographier(ctx.suivi.epci.territoire.nom or p.titre)
    sectors = len([s for s in p.secteurs if not s.groupe])
    extent = accord(len(ctx.suivi.communes), "commune") + (f" · {accord(sectors, 'secteur')}" if sectors else "")
    source = next((ctx.provenances[i] for i in _sources(ctx) if i in ctx.provenances), None)
    vintage = f" (millésime {source.millesime})" if source and source.millesime else ""
    mentions: list[Texte] = [
        phrase(
            "**Situation au {s}, telle que connue au {c}**{v}. Les données de contexte portent leur propre date.",
            s=longue(ctx.fin), c=longue(ctx.connu_le), v=vintage,
        ),
        phrase(
            "Document de travail : il repose sur le programme publié et sur des données ouvertes. Ce qui n'a pas été transmis "
            "est signalé, jamais estimé."
        ),
    ]  # fmt: skip
    if p.nature == "plh":
        mentions.append(
            phrase("Bilan prévu par les articles L. 302-3 et R. 302-13 du code de la construction et de l'habitation.")
        )
    if fictif:
        words = phrase(
            "Ce document contient des **données fictives**, créées pour la démonstration et signalées comme telles."
        )
        mentions.insert(0, tuple(replace(m, fictif=m.gras) for m in words))
    title = f"Bilan annuel {ctx.annee}"
    short = typographier(p.titre_court)
    mark = " · données fictives" if fictif else ""
    return Meta(
        surtitre=name,
        titre=title,
        sous_titre=short if len(p.titre) > 70 else typographier(p.titre),
        complement=typographier(f"Exercice {ctx.suivi.rang} sur {ctx.suivi.nombre_exercices} · {extent}"),
        mentions=tuple(mentions),
        entete=typographier(f"{name} · {short} · {title}"),
        pied=typographier(f"Situation au {ctx.fin:%d/%m/%Y} · Document de travail{mark}"),
        sujet=typographier(f"{title} du {short}"),
        situation=ctx.fin,
        connu_le=ctx.connu_le,
        programme=p.id,
        annee=ctx.annee,
        carte=carte(ctx, "carte_secteurs", "Les secteurs du programme", appreciations=False) if sectors else None,
        fictif=fictif,
        preambule=preambule,
    )


def _sources(ctx: Contexte) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i.split("#")[0] for i in ctx.suivi.epci.cumul.autorises.provenance))


def guide(ctx: Contexte, mots: set[str]) -> tuple[Bloc, ...]:
    """« Comment lire ce bilan », and the acronyms that the document really uses (``mots``)."""

    def percent(name: str) -> str:
        share = Chiffre(exact(PARAMETRES(name, ctx.fin).decimal), "part")
        return share.texte(0)

    reached, good, watch = percent("seuil_atteint"), percent("seuil_en_bonne_voie"), percent("seuil_a_surveiller")
    cols = colonnes(3.2, 4.4, 6.0)
    rules = (
        (Appreciation.ATTEINT, f"taux ≥ {reached}", "l'objectif à date est rempli ou dépassé"),
        (Appreciation.EN_BONNE_VOIE, f"{good} ≤ taux < {reached}", "un faible écart, à suivre sans alerte"),
        (Appreciation.A_SURVEILLER, f"{watch} ≤ taux < {good}", "un écart à rattraper sur les exercices restants"),
        (Appreciation.EN_RETARD, f"taux < {watch}", "un écart qui appelle une décision"),
        (Appreciation.SANS_DONNEE, "résultat inconnu", "aucun taux n'est affiché"),
        (Appreciation.SANS_OBJECTIF, "objectif absent ou nul", "aucun taux n'est affiché"),
    )
    table = Tableau(
        "lecture",
        "",
        cols,
        (entetes(cols, "Appréciation", "Règle", "Lecture"),),
        tuple(Ligne((avis(a), texte(r), texte(w))) for a, r, w in rules),
        typographier("Les appréciations, leur règle et leur lecture."),
    )
    blocs: list[Bloc] = [
        Paragraphe(
            phrase(
                "**Comment lire ce bilan.** L'**état** d'une action est saisi, par un événement daté. L'**appréciation** est "
                "calculée : le réalisé rapporté à l'objectif à date. L'un ne remplace jamais l'autre."
            )
        ),
        table,
        Note(
            phrase("La forme, le mot et la couleur disent la même chose : le document se lit aussi en noir et blanc.")
        ),
    ]
    used = [(k, v) for k, v in SIGLES.items() if k in mots]
    if used:
        blocs += [Paragraphe(phrase("**Sigles**")), _sigles(used)]
    return tuple(blocs)


def _sigles(used: list[tuple[str, str]]) -> Tableau:
    cols = colonnes(1.6, 5.6, 1.6, 5.6)
    half = (len(used) + 1) // 2
    rows = []
    for i in range(half):
        pair = [used[i], used[i + half] if i + half < len(used) else ("", "")]
        rows.append(Ligne(tuple(texte(x) for item in pair for x in item)))
    return Tableau(
        "sigles",
        "",
        cols,
        (entetes(cols, "Sigle", "Sens", "Sigle", "Sens"),),
        tuple(rows),
        typographier("Sigles employés dans le document et leur sens."),
        dense=True,
    )


# --- identity -----------------------------------------------------------------------------------------------------


def section_identite(ctx: Contexte) -> Section:
    """Identity of the programme and of the bilan: what is known of the regulatory clock, what is not."""
    return Section(
        SECTION,
        "Carte d'identité du programme",
        (PhraseCle(_phrase(ctx)), _tableau(ctx), ctx.source(*_chiffres_identite(ctx)), _tableau_sources(ctx)),
    )


def _chiffres_identite(ctx: Contexte) -> list[Chiffre]:
    origin = Chiffre(0, "nombre", provenance=(f"programme:{ctx.programme.id}",))
    return [origin, *ctx.complements.populations[-1:]]


def _phrase(ctx: Contexte) -> Texte:
    acts = [a for a in ctx.programme.actes if a.date is None]
    n = ctx.suivi.nombre_exercices
    head = phrase(
        "Le bilan porte sur le {r} des {n} exercices du {p}",
        r=ordinal(ctx.suivi.rang), n=en_lettres(n), p=ctx.nom_programme,
    )  # fmt: skip
    if not acts:
        return phrase("{h}.", h=head)
    names = enumeration(_nom_acte(a.nature)[0].lower() + _nom_acte(a.nature)[1:] for a in acts)
    return phrase("{h} ; à renseigner par la collectivité : {x}.", h=head, x=names)


def _nom_acte(nature: NatureActe) -> str:
    return ACTES[nature]


def _tableau(ctx: Contexte) -> Tableau:
    p = ctx.programme
    exercices = [e.libelle for e in p.exercices()]
    rows: list[tuple[str, Cellule]] = [
        ("Programme", texte(f"{typographier(p.titre)}, version {p.version}")),
        ("Contenu", _contenu(ctx)),
        ("Collectivité", _collectivite(ctx)),
        ("Périmètre", _perimetre(ctx)),
        (
            "Exercice du bilan",
            texte(
                f"{ctx.suivi.exercice.libelle}, exercice {ctx.suivi.rang} sur {len(exercices)} ({', '.join(exercices)})"
            ),
        ),
    ]
    if p.decoupage.mention:
        rows.append(("Découpage en exercices", texte(p.decoupage.mention)))
    dates = {a.nature: a.date for a in p.actes}
    for a in p.actes:
        name = _nom_acte(a.nature)
        if a.date is not None:
            rows.append((name, texte(longue(a.date))))
        else:
            rows.append((name, absent("non renseignée – service habitat, secrétariat des assemblées")))
            ctx.manque(
                "actes",
                "Dates et numéros des délibérations et de la date exécutoire",
                SECTION,
                "Service habitat, secrétariat des assemblées",
            )
    if p.nature == "plh":
        adopted, binding = dates.get(NatureActe.ADOPTION), dates.get(NatureActe.EXECUTOIRE)
        rows.append(("Bilan triennal (adoption + 3 ans)", _echeance(adopted, "adoption")))
        rows.append(("Observatoire (exécutoire + 3 ans)", _echeance(binding, "date exécutoire")))
        rows.append(("Délibération sur ce bilan", absent("à prendre : projet en fin de document")))
        rows.append(
            ("Transmission et mise à disposition", absent("à dater après la délibération : communes, préfet, public"))
        )
    rows.append(("Objectif de référence", _reference(ctx)))
    rows.append(
        (
            "Mesure du résultat",
            texte("logements autorisés et commencés ; le taux se calcule sur les logements autorisés"),
        )
    )
    cols = colonnes(4.2, 11.8)
    return Tableau(
        "identite",
        typographier("Identité du programme et du bilan"),
        cols,
        (entetes(cols, "Rubrique", "Contenu"),),
        tuple(Ligne((Cellule((Morceau(typographier(a), gras=True),)), b)) for a, b in rows),
        typographier("Programme, périmètre, exercice, actes et échéances, objectif de référence."),
    )


def _contenu(ctx: Contexte) -> Cellule:
    p = ctx.programme
    parts = [
        ctx.nombre("programme.orientations", len(ctx.orientations())),
        ctx.nombre("actions.nombre", len(p.actions), "action", mot=True),
        ctx.nombre("indicateurs.nombre", sum(len(a.indicateurs) for a in p.actions), "indicateur", mot=True),
    ]
    word = "orientation" if len(ctx.orientations()) < 2 else "orientations"
    return Cellule(phrase("{a} {w}, {b}, {c}", a=parts[0], w=word, b=parts[1], c=parts[2]))


def _collectivite(ctx: Contexte) -> Cellule:
    sirens = enumeration(f"{s[:3]}\u202f{s[3:6]}\u202f{s[6:]}" for s in ctx.programme.collectivites)
    name = ctx.suivi.epci.territoire.nom or "EPCI"
    return texte(f"{name} (SIREN {sirens})")


def _perimetre(ctx: Contexte) -> Cellule:
    words: Texte = phrase(
        "{c}, {s}",
        c=ctx.nombre("communes.nombre", len(ctx.suivi.communes), "commune", mot=True),
        s=phrase("{n} {w}", n=ctx.nombre("secteurs.nombre", len(ctx.suivi.secteurs)),
                 w="secteur" if len(ctx.suivi.secteurs) < 2 else "secteurs"),
    ) if ctx.suivi.secteurs else (ctx.nombre("communes.nombre", len(ctx.suivi.communes), "commune", mot=True),)  # fmt: skip
    if ctx.complements.populations:
        last = ctx.complements.populations[-1]
        words = phrase(
            "{w} ; {p} (population municipale {a})",
            w=words, p=ctx.place(f"population.{last.periode}", last, mot=True), a=last.periode,
        )  # fmt: skip
    return Cellule(words)


def _echeance(jour: date | None, origine: str) -> Cellule:
    if jour is None:
        return absent(
            f"non calculable sans la {origine}" if origine[0] == "d" else f"non calculable sans la date d'{origine}"
        )
    return texte(longue(add_years(jour, 3)))


def _reference(ctx: Contexte) -> Cellule:
    epci = ctx.suivi.epci
    if not epci.objectif_annuel.connu:
        return absent("non renseigné")
    p = ctx.ligne(epci, cumul=True)
    return Cellule(
        phrase(
            "{a} logements par an, soit {t} sur {n} exercices et {d} à date",
            a=ctx.place("epci.objectif_annuel", epci.objectif_annuel),
            t=ctx.place("epci.total", epci.total),
            n=en_lettres(ctx.suivi.nombre_exercices),
            d=p["objectif"],
        )
    )


def _tableau_sources(ctx: Contexte) -> Tableau:
    """Data used and their dates; the details are in the annex."""
    cols = colonnes(6.4, 3.2, 2.4, 4.0)
    rows = []
    comp = ctx.complements
    epci = ctx.suivi.epci.cumul
    candidates: list[Chiffre | None] = [epci.autorises, *comp.populations[-1:], *list(comp.taux_sociaux.values())[:1]]
    if comp.parc_epci is not None:
        candidates += [comp.parc_epci.logements, comp.parc_epci.vacance_longue]
        candidates += list(comp.parc_epci.medianes or ())[:1]
    seen: set[str] = set()
    for c in candidates:
        for identifiant in c.provenance if c is not None else ():
            key = identifiant.split("#")[0]
            known = ctx.provenances.get(key)
            if known is None or key in seen or c is None:
                continue
            seen.add(key)
            cover = c.couverture.texte() if c.couverture else ""
            if cover == "":
                cover = c.periode
            rows.append(
                Ligne((texte(known.jeu), texte(known.producteur or "—"), texte(known.millesime or "—"), texte(cover)))
            )
    if not rows:
        rows.append(Ligne((absent("aucune source chargée", 4),)))
    return Tableau(
        "sources_utilisees",
        typographier("Sources utilisées et date des données"),
        cols,
        (entetes(cols, "Donnée", "Producteur", "Millésime", "Couverture ou année"),),
        tuple(rows),
        typographier("Données utilisées : producteur, millésime, couverture ; le détail est en annexe."),
    )
