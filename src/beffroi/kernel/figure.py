"""``Chiffre``: the figure that travels from the rows of a file to the page and the report.

Sums, ratios, gaps and formatting exist only here. A missing value is never zero; a secret value is never shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from beffroi.kernel.territory import Territoire
from beffroi.kernel.unit import UNITS, Nombre, exact, half_up, unit

FINE = "\u202f"  # narrow no-break space: thousands, and before % € ; ! ?
INSECABLE = "\u00a0"  # no-break space: between a number and its unit word
MOINS = "\u2212"


class Etat(StrEnum):
    """State of a figure."""

    CONNU = "connu"
    PARTIEL = "partiel"
    SECRET = "secret"
    NON_RENSEIGNE = "non_renseigne"
    NON_APPLICABLE = "non_applicable"
    PROVISOIRE = "provisoire"


SANS_VALEUR = (Etat.SECRET, Etat.NON_RENSEIGNE, Etat.NON_APPLICABLE)

LIBELLE_ETAT: dict[Etat, str] = {
    Etat.CONNU: "connu",
    Etat.PARTIEL: "au moins",
    Etat.SECRET: "secret",
    Etat.NON_RENSEIGNE: "non renseigné",
    Etat.NON_APPLICABLE: "sans objet",
    Etat.PROVISOIRE: "provisoire",
}


@dataclass(frozen=True, slots=True)
class Couverture:
    """How many of the expected members (communes, lines…) the figure rests on. ``secrets``: hidden by secrecy."""

    renseignes: int
    total: int
    secrets: int = 0
    membre: str = "commune"

    @property
    def complete(self) -> bool:
        """True when every member is known."""
        return self.renseignes == self.total

    def texte(self) -> str:
        """« 99 communes sur 100 », « 46 communes sur 100 secrètes »."""
        u = unit(self.membre)
        parts = []
        if self.secrets:
            accord = ("secrète" if u.singulier == "commune" else "secret") + ("s" if self.secrets >= 2 else "")
            parts.append(
                f"{nombre(self.secrets)}{INSECABLE}{u.accorde(self.secrets)} sur {nombre(self.total)} {accord}"
            )
        if self.renseignes + self.secrets < self.total or not parts:
            parts.append(f"{nombre(self.renseignes)}{INSECABLE}{u.accorde(self.renseignes)} sur {nombre(self.total)}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a figure comes from, complete enough to be printed under a table or opened on a page.

    ``id`` is stable (``sitadel_annuel@2026-06``, ``programme:plh-cabbalr-2019#L1084``); ``lignes`` is the address
    (query) that leads to the rows; ``qualite`` goes from 0 to 6 and is computed, never typed.
    """

    id: str
    jeu: str
    producteur: str = ""
    millesime: str = ""
    licence: str = ""
    consulte_le: str = ""
    mention: str = ""
    qualite: int | None = None
    lignes: str = ""

    def texte(self) -> str:
        """« SDES, Sitadel, millésime 2026-06 (extrait de démonstration) »."""
        head = ", ".join(p for p in (self.producteur, self.jeu) if p)
        vintage = f", millésime {self.millesime}" if self.millesime else ""
        return f"{head}{vintage}" + (f" ({self.mention})" if self.mention else "")


def nombre(valeur: Nombre, decimales: int = 0, *, signe: bool = False) -> str:
    """Print a number the French way: « 1 034 », « −12,5 », « +65 ». Rounds half away from zero."""
    rounded = half_up(valeur, decimales)
    text = f"{abs(rounded):,.{decimales}f}".replace(",", FINE).replace(".", ",")
    if rounded < 0:
        return MOINS + text
    return f"+{text}" if signe and rounded > 0 else text


@dataclass(frozen=True, slots=True)
class Chiffre:
    """A figure: value or none, state, unit, period, territory, coverage, provenance, fictitious or not.

    ``valeur`` is exact (``int`` or ``Decimal``); a share is a fraction (0.811) whose unit is ``part``.
    ``fictif`` is true as soon as one of its terms is a fictitious entry of the demonstration.
    """

    valeur: Nombre | None
    unite: str
    etat: Etat = Etat.CONNU
    periode: str = ""
    territoire: Territoire | None = None
    couverture: Couverture | None = None
    provenance: tuple[str, ...] = ()
    fictif: bool = False
    note: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        # Thousands are made for one page: the usual case (a known value) is settled by two tests.
        if self.unite not in UNITS:
            unit(self.unite)
        if self.valeur is None:
            if self.etat not in SANS_VALEUR:
                raise ValueError(f"un chiffre « {self.etat} » porte une valeur")
        elif self.etat is not Etat.CONNU and self.etat in SANS_VALEUR:
            raise ValueError(f"un chiffre « {self.etat} » ne porte pas de valeur")
        elif isinstance(self.valeur, float):
            raise TypeError("un chiffre est exact : int ou Decimal, jamais float")

    @classmethod
    def manquant(
        cls, unite: str, *, periode: str = "", territoire: Territoire | None = None, provenance: tuple[str, ...] = ()
    ) -> Chiffre:
        """A figure that nobody gave."""
        return cls(None, unite, Etat.NON_RENSEIGNE, periode, territoire, provenance=provenance)

    @property
    def connu(self) -> bool:
        """True when the figure carries a value (complete, partial or provisional)."""
        return self.valeur is not None

    def texte(self, decimales: int | None = None, *, signe: bool = False, avec_unite: bool = False) -> str:
        """Print the figure: « 1 034 », « au moins 2 860 », « 81 % », « non renseigné », « secret ».

        ``decimales`` defaults to the usual number for the unit; ``avec_unite`` adds the word or symbol.
        """
        if self.valeur is None:
            return LIBELLE_ETAT[self.etat]
        u = unit(self.unite)
        d = u.decimales if decimales is None else decimales
        value = exact(self.valeur) * 100 if self.unite == "part" else self.valeur
        text = nombre(value, d, signe=signe)
        if self.unite == "part":
            text += f"{FINE}%"
        elif avec_unite and u.accorde(self.valeur):
            text += (FINE if u.symbole else INSECABLE) + u.accorde(self.valeur)
        return f"au moins{INSECABLE}{text}" if self.etat is Etat.PARTIEL else text

    def sur(self, territoire: Territoire) -> Chiffre:
        """The same figure, attached to a territory."""
        return replace(self, territoire=territoire)


def _union(chiffres: Iterable[Chiffre]) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    last: tuple[str, ...] = ()
    for c in chiffres:
        if c.provenance != last:  # members mostly come from one file
            last = c.provenance
            seen.update(dict.fromkeys(last))
    return tuple(seen)


def somme(
    chiffres: Iterable[Chiffre],
    *,
    unite: str | None = None,
    periode: str = "",
    territoire: Territoire | None = None,
    membre: str = "commune",
    couverture: bool = True,
) -> Chiffre:
    """Add figures of one unit.

    Missing members stay outside the total and show in its coverage; a secret member makes it *partiel*
    (« au moins »); figures that do not apply are ignored. A sum of nothing is *non renseigné*, never 0.
    When a member carries its own coverage, coverages add up. ``couverture=False`` leaves it out.

    Raises:
        ValueError: the figures have different units, or no unit can be known.
    """
    members = list(chiffres)
    u = unite or (members[0].unite if members else "")
    if not u or any(c.unite != u for c in members):
        units = sorted({c.unite for c in members} | ({unite} if unite else set()))
        raise ValueError(f"on n'additionne que des chiffres d'une même unité ({units})")
    total: Nombre = 0
    useful = known = secrets = renseignes = attendus = masques = 0
    partiel = provisoire = fictif = False
    for c in members:
        fictif = fictif or c.fictif
        if c.etat is Etat.NON_APPLICABLE:
            continue
        useful += 1
        secret = c.etat is Etat.SECRET
        if c.valeur is not None:
            total += c.valeur
            known += 1
            if c.etat is not Etat.CONNU:
                partiel = partiel or c.etat is Etat.PARTIEL
                provisoire = provisoire or c.etat is Etat.PROVISOIRE
        elif secret:
            secrets += 1
        inner = c.couverture
        renseignes += inner.renseignes if inner else int(c.valeur is not None)
        attendus += inner.total if inner else 1
        masques += inner.secrets if inner else int(secret)
    prov = _union(members)
    cover = Couverture(renseignes, attendus, masques, membre) if couverture else None
    if not known:
        state = Etat.SECRET if secrets else Etat.NON_RENSEIGNE if useful or not members else Etat.NON_APPLICABLE
        return Chiffre(None, u, state, periode, territoire, cover, prov, fictif)
    state = Etat.PARTIEL if secrets or partiel else Etat.PROVISOIRE if provisoire else Etat.CONNU
    return Chiffre(total, u, state, periode, territoire, cover, prov, fictif)


def _pair(a: Chiffre, b: Chiffre) -> tuple[str, ...]:
    """Provenance of a result made from two figures."""
    one, two = a.provenance, b.provenance
    if one == two or not two:
        return one
    return (*one, *[p for p in two if p not in one]) if one else two


def _joint(a: Chiffre, b: Chiffre) -> Etat | None:
    """State of a result that needs both figures, or None when both carry a value."""
    if a.valeur is not None and b.valeur is not None:
        return None
    for state in (Etat.NON_APPLICABLE, Etat.SECRET, Etat.NON_RENSEIGNE):
        if state in (a.etat, b.etat):
            return state
    return None


def _carried(a: Chiffre, b: Chiffre) -> Etat:
    if a.etat is Etat.CONNU and b.etat is Etat.CONNU:
        return Etat.CONNU
    for state in (Etat.PARTIEL, Etat.PROVISOIRE):
        if state in (a.etat, b.etat):
            return state
    return Etat.CONNU


def _worst(a: Chiffre, b: Chiffre) -> Couverture | None:
    if a.couverture is None and b.couverture is None:
        return None
    covers = [c.couverture for c in (a, b) if c.couverture and not c.couverture.complete]
    if covers:
        return min(covers, key=lambda c: c.renseignes / c.total if c.total else 0)
    return a.couverture or b.couverture


def ratio(numerateur: Chiffre, denominateur: Chiffre, *, unite: str = "part", echelle: int = 1) -> Chiffre:
    """Divide two figures; a zero denominator has no rate (*sans objet*), never 0 nor infinity.

    The coverage is that of the least covered term.
    """
    prov, fictif = _pair(numerateur, denominateur), numerateur.fictif or denominateur.fictif
    periode, territoire = numerateur.periode, numerateur.territoire
    cover = _worst(numerateur, denominateur)
    state = _joint(numerateur, denominateur)
    if state is None and denominateur.valeur == 0:
        state = Etat.NON_APPLICABLE
    if state is not None:
        return Chiffre(None, unite, state, periode, territoire, cover, prov, fictif)
    assert numerateur.valeur is not None and denominateur.valeur is not None
    value = exact(numerateur.valeur) * echelle / exact(denominateur.valeur)
    return Chiffre(value, unite, _carried(numerateur, denominateur), periode, territoire, cover, prov, fictif)


def ecart(realise: Chiffre, objectif: Chiffre) -> Chiffre:
    """Achieved minus target, in the unit of ``realise``; missing when one of the two is missing.

    Raises:
        ValueError: the two figures have different units.
    """
    if realise.unite != objectif.unite:
        raise ValueError(f"écart entre deux unités ({realise.unite}, {objectif.unite})")
    prov, fictif = _pair(realise, objectif), realise.fictif or objectif.fictif
    cover = _worst(realise, objectif)
    state = _joint(realise, objectif)
    if state is not None:
        return Chiffre(None, realise.unite, state, realise.periode, realise.territoire, cover, prov, fictif)
    assert realise.valeur is not None and objectif.valeur is not None
    value = realise.valeur - objectif.valeur
    return Chiffre(
        value, realise.unite, _carried(realise, objectif), realise.periode, realise.territoire, cover, prov, fictif
    )


def produit(chiffre: Chiffre, facteur: Nombre) -> Chiffre:
    """Multiply a figure by a plain number (an annual target by a number of exercices)."""
    c = chiffre
    if c.valeur is None:
        return c
    return Chiffre(
        c.valeur * facteur, c.unite, c.etat, c.periode, c.territoire, c.couverture, c.provenance, c.fictif, c.note
    )
