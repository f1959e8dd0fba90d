"""How a figure, a state, a date are written in HTML. Only here: templates call the tags, never print a number.

Plain functions returning safe markup, quick enough for a table of a thousand cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from beffroi.domain.nomenclatures.avancement import (
    LIBELLE_APPRECIATION,
    LIBELLE_ETAT_ACTION,
    Appreciation,
    EtatAction,
)
from beffroi.domain.suivi.appreciation import texte_taux
from beffroi.domain.suivi.production import LigneProduction, Resultat
from beffroi.kernel.figure import LIBELLE_ETAT, Chiffre, Etat, Provenance
from beffroi.kernel.unit import unit
from beffroi.web.pilotage.dessins import APPRECIATIONS, BEFFROI, ETATS, ICONES

_BADGES = {Etat.PARTIEL: "au moins", Etat.PROVISOIRE: "provisoire"}


def sur(html: str) -> SafeString:
    """Markup written here, whose texts are already escaped."""
    return mark_safe(html)  # noqa: S308 — tout texte reçu passe par escape avant d'arriver ici


def chiffre(
    c: Chiffre, *, unite: bool = False, decimales: int | None = None, signe: bool = False, ton: bool = False
) -> SafeString:
    """A figure: value or words of its state, unit, gold dots when fictitious.

    ``title`` tells unit and period to whoever points at it; ``ton`` colours a gap by its sign (the sign is written).
    """
    if c.valeur is None:
        if c.etat is Etat.NON_APPLICABLE:
            return sur('<span class="bf-nr" title="sans objet">—</span>')
        if c.etat is Etat.SECRET:
            return sur('<span class="bf-qual" title="secret statistique : valeur non publiée">secret</span>')
        return sur(f'<span class="bf-nr">{LIBELLE_ETAT[c.etat]}</span>')
    plain = c if c.etat is Etat.CONNU else replace(c, etat=Etat.CONNU)
    text = plain.texte(decimales, signe=signe, avec_unite=unite)
    classes = "bf-fictif" if c.fictif else ""
    if ton and c.valeur:
        classes += " bf-moins" if c.valeur < 0 else " bf-plus"
    word = unit(c.unite).pluriel
    told = ", ".join(x for x in ("" if unite else word, c.periode) if x)
    out = text
    if classes or told:
        out = "<span" + (f' class="{classes.strip()}"' if classes else "")
        out += (f' title="{escape(told)}"' if told else "") + f">{text}</span>"
    if c.note.startswith("valeur locale"):
        out += f' <span class="bf-qual" title="{escape(c.note)}">corrigé<span class="visually-hidden"> ({escape(c.note)})</span></span>'
    badge = _BADGES.get(c.etat)
    if badge is None:
        return sur(out)
    mark = f'<span class="bf-qual">{badge}</span>'
    return sur(f"{mark} {out}" if c.etat is Etat.PARTIEL else f"{out} {mark}")


def taux(r: Resultat, le: date) -> SafeString:
    """Rate of a result, one decimal when rounding would cross a threshold; † when the target is very small."""
    text = texte_taux(r.taux, le)
    if r.taux.valeur is None:
        return sur(f'<span class="bf-nr">{text}</span>')
    if r.taux.fictif:
        text = f'<span class="bf-fictif">{text}</span>'
    if r.petit_objectif:
        text += '<abbr class="bf-petit-objectif" title="objectif à date très petit : taux indicatif">†</abbr>'
    return sur(text)


def _signe(forme: str, classe: str, avant: str, mot: str) -> str:
    return (
        f'<span class="{classe}"><svg viewBox="0 0 16 16" aria-hidden="true">{forme}</svg>'
        f'<span class="visually-hidden">{avant} : </span>{mot}</span>'
    )


_APPRECIATION_HTML = {
    a: sur(_signe(forme, f"bf-appr {classe}", "Appréciation calculée", LIBELLE_APPRECIATION[a]))
    for a, (classe, forme) in APPRECIATIONS.items()
} | {Appreciation.SANS_OBJECTIF: sur('<span class="bf-gris bf-petit bf-nob">sans objectif</span>')}
_ETAT_HTML = {
    e: sur(_signe(forme, f"bf-etat {classe}", "État saisi", LIBELLE_ETAT_ACTION[e]))
    for e, (classe, forme) in ETATS.items()
}


def appreciation(a: Appreciation) -> SafeString:
    """Round tinted chip; where there is no target, the words alone."""
    return _APPRECIATION_HTML[Appreciation(a)]


def etat(e: EtatAction | None) -> SafeString:
    """Square outlined tag of a typed state, or the words when nobody typed one."""
    return _ETAT_HTML[EtatAction(e)] if e else sur('<span class="bf-nr">état non saisi</span>')


def jour(d: date | datetime | None, *, fictif: bool = False, heure: bool = False) -> SafeString:
    """A date as 22/11/2026 (a moment also tells its hour), machine-readable."""
    if d is None:
        return sur('<span class="bf-nr">date inconnue</span>')
    when = localtime(d) if isinstance(d, datetime) else d
    text = f"{when:%d/%m/%Y à %H h %M}" if heure else f"{when:%d/%m/%Y}"
    classe = ' class="bf-fictif"' if fictif else ""
    return sur(f'<time datetime="{when.isoformat()}"{classe}>{text}</time>')


def marque(texte: str, *, fictif: bool) -> SafeString:
    """A text, under gold dots when it was made up for the demonstration."""
    return sur(f'<span class="bf-fictif">{escape(texte)}</span>' if fictif else escape(texte))


def icone(nom: str, classe: str = "") -> SafeString:
    """A decorative icon of the frame."""
    if nom == "beffroi":
        return sur(
            '<svg viewBox="0 0 24 32" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.7" '
            f'stroke-linejoin="round" stroke-linecap="round">{BEFFROI}</svg>'
        )
    bold = ' stroke-width="2.6"' if nom == "plus" else ""
    classes = f"bf-ic {classe}".strip()
    return sur(f'<svg class="{classes}" viewBox="0 0 20 20" aria-hidden="true"{bold}><path d="{ICONES[nom]}"/></svg>')


def _lignes(identifiants: Iterable[str]) -> list[str]:
    return [i.partition("#L")[2] for i in identifiants if "#L" in i]


def carte_provenance(sources: list[Provenance], couverture: str = "", lignes: str = "") -> str:
    """The card of one or several sources: everything one must know to trust or check a figure."""
    rows = []
    for p in sources:
        pairs = [
            ("Source", p.jeu),
            ("Producteur", p.producteur),
            ("Millésime", p.millesime),
            ("Licence", p.licence),
            ("Accès", p.consulte_le),
            ("Mention", p.mention),
        ]
        rows += [f"<dt>{k}</dt><dd>{escape(v)}</dd>" for k, v in pairs if v]
        if p.qualite is not None:
            marks = "".join('<i class="o"></i>' if i < p.qualite else "<i></i>" for i in range(6))
            rows.append(
                f'<dt>Qualité</dt><dd><span class="bf-qualite" aria-hidden="true">{marks}</span>{p.qualite} sur 6</dd>'
            )
    if couverture:
        rows.append(f"<dt>Couverture</dt><dd>{escape(couverture)}</dd>")
    link = f'<a href="{escape(lignes)}">Voir les lignes</a>' if lignes else ""
    return f'<div class="bf-prov-carte"><dl>{"".join(rows)}</dl>{link}</div>'


def regrouper(sources: Iterable[Provenance]) -> list[Provenance]:
    """One entry per document or dataset; the lines of a same document are listed together."""
    kept: dict[str, Provenance] = {}
    lines: dict[str, list[str]] = {}
    for p in sources:
        base = p.id.partition("#")[0]
        kept.setdefault(base, p)
        lines.setdefault(base, []).extend(x for x in _lignes([p.id]) if x not in lines[base])
    out = []
    for base, p in kept.items():
        found = lines[base]
        if found and base.startswith("programme:"):
            shown = ", ".join(found[:4]) + (f" et {len(found) - 4} autres" if len(found) > 4 else "")
            p = replace(p, mention=f"ligne{'s' if len(found) > 1 else ''} {shown} du document")
        out.append(p)
    return out


def court(p: Provenance) -> str:
    """« Sitadel, 06/2026 », « programme, ligne 332 » — what stands on the page before the card opens."""
    if p.id.startswith("programme:"):
        place = p.mention.removesuffix(" du document")
        return f"programme, {place}" if place and len(place) < 24 else "programme"
    head = p.jeu.split(",")[0]
    year, _, month = p.millesime.partition("-")
    when = f"{month}/{year}" if len(year) == 4 and len(month) == 2 and month.isdigit() else p.millesime
    return ", ".join(x for x in (head, when) if x)


def provenance(
    sources: list[Provenance], *, libelle: str = "", couverture: str = "", lignes: str = "", droite: bool = False
) -> SafeString:
    """« Sitadel, 06/2026 » that opens into the card: native ``details``, closed by Escape when the script is there."""
    found = regrouper(sources)
    if not found:
        return sur("")
    label = libelle or " ; ".join(court(p) for p in found)
    side = " a-droite" if droite else ""
    return sur(
        f'<details class="bf-prov{side}"><summary>{escape(label)}</summary>'
        f"{carte_provenance(found, couverture, lignes)}</details>"
    )


def ecart_dessine(valeur: float, plus_grand: float) -> SafeString:
    """A gap as a small bar left or right of zero; the number stands beside it."""
    width = 52.5 * abs(valeur) / plus_grand if plus_grand else 0
    x, look = (56 - width, "m") if valeur < 0 else (56, "p")
    return sur(
        '<svg class="bf-ecart" viewBox="0 0 112 16" aria-hidden="true">'
        f'<rect class="{look}" x="{x:.1f}" y="3" width="{width:.1f}" height="10"/>'
        '<line x1="56" x2="56" y1="0" y2="16"/></svg>'
    )


def ecarts_dessines(*groupes: Sequence[LigneProduction]) -> list[list[tuple[LigneProduction, SafeString]]]:
    """Groups of lines, each with its cumulated gap drawn on one scale."""
    top = max((abs(float(x.cumul.ecart.valeur or 0)) for g in groupes for x in g), default=0)
    return [[(x, ecart_dessine(float(x.cumul.ecart.valeur or 0), top)) for x in g] for g in groupes]
