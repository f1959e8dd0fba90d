"""HTML renderer: a fragment for the web preview (classes of the theme, no inline style) and a page that prints alone."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from beffroi.domain.nomenclatures.avancement import LIBELLE_APPRECIATION, Appreciation, EtatAction
from beffroi.kernel.figure import Chiffre
from beffroi.reports.build import Bloc, CarteTuiles, Document, Graphique, Ligne, Morceau, Tableau, Texte
from beffroi.reports.chart import Barre, LigneBarre, barres, barres_horizontales
from beffroi.reports.docx.image import svg_carte
from beffroi.reports.map import Classe, legende, legende_appreciations
from beffroi.reports.svg import STYLES, Mode, patterns
from beffroi.reports.typographie import majuscule

if TYPE_CHECKING:
    from jinja2 import Environment

CLASSE_APPRECIATION = {
    Appreciation.ATTEINT: "est-atteint",
    Appreciation.EN_BONNE_VOIE: "est-voie",
    Appreciation.A_SURVEILLER: "est-surveiller",
    Appreciation.EN_RETARD: "est-retard",
    Appreciation.SANS_DONNEE: "est-sansdonnee",
}
CLASSE_ETAT = {
    EtatAction.A_VENIR: "est-avenir",
    EtatAction.EN_COURS: "est-encours",
    EtatAction.EN_PAUSE: "est-enpause",
    EtatAction.BLOQUEE: "est-bloquee",
    EtatAction.ABANDONNEE: "est-abandonnee",
    EtatAction.ACHEVEE: "est-achevee",
}
_FORMES = {
    Appreciation.ATTEINT: "M2 2h12v12H2z",
    Appreciation.EN_BONNE_VOIE: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z",
    Appreciation.A_SURVEILLER: "M8 .8 15.2 8 8 15.2.8 8z",
    Appreciation.EN_RETARD: "M8 2l6.5 11.5h-13z",
    Appreciation.SANS_DONNEE: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 2a5 5 0 1 1 0 10A5 5 0 0 1 8 3z",
}
_COULEURS = {"principale": "barre", "seconde": "barre pale", "or": "s3", "manque": "barre vide", "ardoise2": "barre"}


def fragment_html(document: Document) -> str:
    """The bilan as a fragment, to be put in a page that holds the theme and the hatch patterns.

    The text comes back marked as safe (``markupsafe.Markup``): every value was escaped here.
    """
    from markupsafe import Markup

    return Markup(_gabarits().get_template("fragment.html").render(document=document, rendu=_Rendu(document)))  # noqa: S704


def page_html(document: Document) -> str:
    """The bilan as a page that stands alone: its own style sheet, A4, landscape pages for the wide table."""
    css = _gabarits().get_template("bilan.css").render(styles=STYLES)
    template = _gabarits().get_template("page.html")
    return template.render(document=document, rendu=_Rendu(document), css=css, motifs=patterns(Mode.CSS))


@lru_cache(maxsize=1)
def _gabarits() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    env = Environment(
        loader=PackageLoader("beffroi.reports", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["majuscule"] = majuscule
    return env


class _Rendu:
    """What the templates call: type of a block, pieces of text, drawings, counters of captions."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.compteurs = {"Tableau": 0, "Figure": 0}

    def genre(self, bloc: Bloc) -> str:
        """Name of the macro that writes a block."""
        return type(bloc).__name__.lower()

    def numero(self, suite: str) -> int:
        """Next number of a caption."""
        self.compteurs[suite] += 1
        return self.compteurs[suite]

    def classes(self, m: Morceau) -> str:
        """Classes of a piece of text."""
        names = ["bf-fictif"] if m.fictif else []
        if m.italique and m.valeur:
            names.append("bf-nr")
        return " ".join(names)

    def appreciation(self, appreciation: Appreciation) -> dict[str, str]:
        """Class, word and shape of an appreciation; no shape for *sans objectif*."""
        return {
            "classe": CLASSE_APPRECIATION.get(appreciation, ""),
            "mot": LIBELLE_APPRECIATION[appreciation],
            "forme": _FORMES.get(appreciation, ""),
        }

    def etat(self, etat: EtatAction) -> str:
        """Class of a typed state."""
        return CLASSE_ETAT[etat]

    def groupes(self, tableau: Tableau) -> list[list[Ligne]]:
        """Rows of a table cut before each band, so that each group has its own body."""
        out: list[list[Ligne]] = [[]]
        for row in tableau.lignes:
            if row.genre == "bande" and out[-1]:
                out.append([])
            out[-1].append(row)
        return out

    def vide(self, texte: Texte) -> bool:
        """True when a cell holds nothing."""
        return not texte

    # drawings

    def carte(self, bloc: CarteTuiles) -> Any:
        """The map, in the classes of the theme."""
        from markupsafe import Markup

        meta = self.document.meta
        return Markup(svg_carte(bloc, self.document.chiffres, meta.situation, Mode.CSS, identifiant=f"svg-{bloc.id}"))  # noqa: S704

    def legende(self, bloc: CarteTuiles) -> Any:
        """The legend of the map with its counts."""
        from markupsafe import Markup

        classes: tuple[Classe, ...] = legende_appreciations(dict(bloc.decompte)) if bloc.decompte else ()
        return Markup(legende(classes)) if classes else ""  # noqa: S704

    def graphique(self, bloc: Graphique) -> Any:
        """A chart, in the classes of the theme."""
        from markupsafe import Markup

        figures = self.document.chiffres
        name = f"svg-{bloc.id}"
        if bloc.genre == "colonnes":
            return Markup(self._colonnes(bloc, figures, name))  # noqa: S704
        lines = []
        for i, category in enumerate(bloc.categories):
            for j, s in enumerate(bloc.series):
                figure = figures[s.valeurs[i]]
                look = _COULEURS.get(s.role, "barre")
                if s.role == "ecart":
                    look = "moins" if figure.valeur is not None and figure.valeur < 0 else "plus"
                decimals = bloc.decimales if bloc.unite == "part" else None
                lines.append(LigneBarre(category if j == 0 else "", figure, look, decimals))
        step = 30 if len(bloc.series) == 1 else 22
        return Markup(  # noqa: S704
            barres_horizontales(
                lines, titre=bloc.legende, desc=bloc.alternative, signe=bloc.signe, pas=step, identifiant=name
            )
        )

    def _colonnes(self, bloc: Graphique, figures: Any, name: str) -> str:
        by_role = {s.role: s for s in bloc.series}
        second, target = by_role.get("seconde"), by_role.get("objectif")
        bars = [
            Barre(
                category,
                figures[by_role["principale"].valeurs[i]],
                ici=i + 1 == len(bloc.categories),
                courbe=figures[second.valeurs[i]] if second else None,
                dans_programme=True,
            )
            for i, category in enumerate(bloc.categories)
        ]
        goal = figures[target.valeurs[0]] if target else None
        return barres(bars, titre=bloc.legende, desc=bloc.alternative, objectif=goal, identifiant=name)

    def valeur(self, bloc: Graphique, identifiant: str) -> str:
        """A value of a chart, written for the table under it."""
        figure: Chiffre = self.document.chiffres[identifiant]
        return figure.texte(bloc.decimales if bloc.unite == "part" else None, signe=bloc.signe)
