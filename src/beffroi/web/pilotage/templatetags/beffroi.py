"""Tags of the pages. ``{% chiffre %}`` and its kin are the only way to print a number (a test reads the templates)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from beffroi.domain.nomenclatures.avancement import LIBELLE_ETAT_ACTION, Appreciation, EtatAction
from beffroi.domain.programme.modele import Lieu
from beffroi.domain.suivi.action import EvenementEtat
from beffroi.domain.suivi.production import Resultat
from beffroi.kernel.figure import Chiffre, Provenance
from beffroi.kernel.period import Exercice
from beffroi.kernel.unit import Nombre
from beffroi.web.pilotage import rendu
from beffroi.web.pilotage.endroit import endroit as ecrire_endroit

register = template.Library()


def _sources(context: template.Context, elements: Iterable[Any]) -> list[Provenance]:
    """Provenances of figures or of their ids, each read once per page."""
    situation = context["situation"]
    known = context.render_context.setdefault("provenances", {})
    found = []
    for x in elements:
        for identifier in x.provenance if isinstance(x, Chiffre) else (x,):
            if identifier not in known:
                known[identifier] = situation.provenance(identifier)
            found.append(known[identifier])
    return found


@register.simple_tag
def chiffre(
    c: Chiffre, unite: bool = False, decimales: int | None = None, signe: bool = False, ton: bool = False
) -> SafeString:
    """Print a figure."""
    return rendu.chiffre(c, unite=unite, decimales=decimales, signe=signe, ton=ton)


@register.simple_tag(takes_context=True)
def chiffre_source(
    context: template.Context, c: Chiffre, unite: bool = False, lignes: str = "", droite: bool = False
) -> SafeString:
    """Print a figure that opens its own provenance."""
    sources = rendu.regrouper(_sources(context, [c]))
    text = rendu.chiffre(c, unite=unite)
    if not sources:
        return text
    card = rendu.carte_provenance(sources, c.couverture.texte() if c.couverture else "", lignes)
    side = " a-droite" if droite else ""
    return rendu.sur(f'<details class="bf-prov est-chiffre{side}"><summary>{text}</summary>{card}</details>')


@register.simple_tag
def compte(n: Nombre, unite: str = "nombre", seul: bool = False) -> SafeString:
    """Print a count with its unit; ``seul`` leaves the word out."""
    return rendu.sur(Chiffre(n, unite).texte(avec_unite=not seul))


@register.simple_tag(takes_context=True)
def taux(context: template.Context, r: Resultat) -> SafeString:
    """Rate of a result."""
    return rendu.taux(r, context["exercice"].fin)


@register.simple_tag
def appreciation(a: Appreciation) -> SafeString:
    """Chip of a computed appreciation."""
    return rendu.appreciation(a)


@register.simple_tag
def etat(e: EvenementEtat | EtatAction | str | None) -> SafeString:
    """Tag of a typed state."""
    if isinstance(e, EvenementEtat):
        e = e.etat
    return rendu.etat(EtatAction(e) if e else None)


@register.simple_tag
def jour(d: date | None, fictif: bool = False, heure: bool = False) -> SafeString:
    """Print a date."""
    return rendu.jour(d, fictif=fictif, heure=heure)


@register.simple_tag
def marque(texte: str, fictif: bool = False) -> SafeString:
    """Print a text, dotted when fictitious."""
    return rendu.marque(texte, fictif=fictif)


@register.simple_tag
def icone(nom: str, classe: str = "") -> SafeString:
    """Decorative icon."""
    return rendu.icone(nom, classe)


@register.simple_tag(takes_context=True)
def provenance(
    context: template.Context, *elements: Any, libelle: str = "", lignes: str = "", droite: bool = False
) -> SafeString:
    """Provenance of one or several figures (or of a sequence of them)."""
    flat = [y for x in elements for y in (x if isinstance(x, (list, tuple)) else (x,))]
    cover = next((x.couverture.texte() for x in flat if isinstance(x, Chiffre) and x.couverture), "")
    return rendu.provenance(_sources(context, flat), libelle=libelle, couverture=cover, lignes=lignes, droite=droite)


@register.simple_tag(takes_context=True)
def adresse(context: template.Context, nom: str, *args: Any, **query: Any) -> str:
    """Address of a page of the programme, keeping the situation the reader chose."""
    return adresse_page(context["request"], context["programme"].id, nom, *args, **query)


def adresse_page(request: Any, programme_id: str, nom: str, *args: Any, **query: Any) -> str:
    """Same, outside of templates."""
    from urllib.parse import urlencode

    asked = request.GET.get("au", "")
    kept = {k: v for k, v in query.items() if v not in ("", None)}
    if asked.isdigit() and "au" not in query:
        kept["au"] = asked
    url = reverse(nom, args=[programme_id, *args])
    return f"{url}?{urlencode(kept)}" if kept else url


@register.simple_tag(takes_context=True)
def avec(context: template.Context, **query: Any) -> str:
    """Query string of this page with some values changed: links of sorting and of filters."""
    params = context["request"].GET.copy()
    for k, v in query.items():
        params[k] = v
    return f"?{params.urlencode()}"


@register.inclusion_tag("composants/temps.html", takes_context=True)
def temps(context: template.Context, part: Chiffre, ecoule: Chiffre, exercices: Any, annees: bool = False) -> dict:
    """Progress against time, with its sentence in words."""
    from beffroi.reports.chart import temps as draw

    title = f"{part.texte(0)} de l’objectif atteint pour {ecoule.texte(0)} du temps écoulé"
    return {
        "dessin": rendu.sur(draw(part, ecoule, len(exercices), titre=title)),
        "exercices": exercices if annees else (),
        "exercice": context.get("exercice"),
    }


@register.inclusion_tag("composants/vide.html")
def vide(titre: str, texte: str, adresse: str = "", bouton: str = "") -> dict:
    """Empty state: what is missing, what to do, one action."""
    return {"titre": titre, "texte": texte, "adresse": adresse, "bouton": bouton}


@register.inclusion_tag("composants/ligne.html")
def ligne(champ: Any) -> dict:
    """Row of a form: label, field, help, error that tells what to write."""
    described = [f"{champ.auto_id}-e"] if champ.errors else []
    described += [f"{champ.auto_id}-a"] if champ.help_text else []
    attrs = {"class": "form-select" if champ.field.widget.input_type == "select" else "form-control"}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if champ.errors:
        attrs["class"] += " est-faux"
        attrs["aria-invalid"] = "true"
    return {"champ": champ, "saisie": champ.as_widget(attrs=attrs)}


@register.simple_tag
def sens(tri: Any, cle: str) -> str:
    """Value of ``aria-sort``."""
    return str(tri.sens(cle))


@register.filter
def suivant(tri: Any, cle: str) -> str:
    """Value of ``?tri=`` after a click on a column."""
    return str(tri.suivant(cle))


@register.simple_tag
def annee(e: Exercice) -> str:
    """Year of an exercice, as an address writes it."""
    return str(e.annee)


@register.simple_tag
def date_texte(d: date) -> str:
    """A date without markup, for an option or an attribute."""
    return f"{d:%d/%m/%Y}"


def _mot(etat: Any) -> str:
    return LIBELLE_ETAT_ACTION[EtatAction(etat["etat"])] if etat else "non saisi"


@register.simple_tag
def etat_mot(evenement: Any) -> str:
    """Word of the state that a recorded event gave."""
    return _mot(evenement.apres)


@register.simple_tag
def etat_mot_avant(evenement: Any) -> str:
    """Word of the state that a cancellation withdraws."""
    return _mot(evenement.avant)


@register.simple_tag
def endroit(lieu: Lieu | None) -> str:
    """Words of a place in the source document."""
    return ecrire_endroit(lieu)


@register.simple_tag
def annee_edition(edition: Any, champ: str = "annee") -> str:
    """Year (or progress) of an edition, for a name or an attribute."""
    return str(getattr(edition, champ))


@register.simple_tag
def total(valeur: Decimal, unite: str = "logement") -> SafeString:
    """Print a total published by the programme."""
    return rendu.chiffre(Chiffre(valeur, unite))
