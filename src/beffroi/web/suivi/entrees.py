"""What a form or the script of a grid sends: cells with their text, or a block pasted from a spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, JsonResponse

from beffroi.domain.suivi.collage import lire_bloc
from beffroi.domain.suivi.valeur import lire_valeur
from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.web.suivi.grille import Grille

CELLULES_MAXIMUM = 20_000


@dataclass(frozen=True, slots=True)
class Entree:
    """A cell as typed. ``revision``: the one seen, 0 for a cell that had no value, None when it is not known."""

    rang: str
    colonne: str
    texte: str
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Faute:
    """What is wrong in a cell (or in the whole, when it has no row)."""

    phrase: str
    rang: str = ""
    colonne: str = ""


def par_script(request: HttpRequest) -> bool:
    """True when the script of the page asks, false for a plain form."""
    return request.headers.get("X-Requested-With") == "fetch"


def _revision(x: Any) -> int | None:
    return int(x) if isinstance(x, int | str) and str(x).isdigit() else None


def lire_cellules(request: HttpRequest) -> list[Entree]:
    """Cells of a request: field ``cellules`` (JSON, from the script), or fields ``v:row|column`` of a form.

    A form also sends what each cell held (``o:``) and its revision (``r:``): a cell left as it was is not an entry.

    Raises:
        InvalidInput: the JSON is not a list of cells.
    """
    sent = request.POST.get("cellules")
    if sent is not None:
        try:
            rows = json.loads(sent)
            return [Entree(str(r), str(c), str(t), _revision(v)) for r, c, t, v in rows[:CELLULES_MAXIMUM]]
        except (ValueError, TypeError):
            raise InvalidInput(Problem("la saisie reçue est illisible.", conseil="Rechargez la page.")) from None
    out = []
    for name, text in request.POST.items():
        if name.startswith("v:") and "|" in name:
            row, column = name[2:].rsplit("|", 1)
            if text.strip() != request.POST.get(f"o:{row}|{column}", "\0").strip():
                out.append(Entree(row, column, str(text), _revision(request.POST.get(f"r:{row}|{column}"))))
    return out


def lire_collage(request: HttpRequest, grille: Grille) -> list[Entree]:
    """Cells of a pasted block: ``bloc``, ``ancre_ligne``, ``ancre_colonne``, and ``revisions`` seen by the script.

    Raises:
        InvalidInput: nothing to paste, block too large for what is left of the grid.
    """
    row, column = request.POST.get("ancre_ligne", ""), request.POST.get("ancre_colonne", "")
    bloc = lire_bloc(request.POST.get("bloc", ""))
    try:
        placed = grille.placer(row, column, bloc)
    except ValueError as e:
        raise InvalidInput(Problem(str(e), conseil="Rien n’a été collé.")) from None
    seen: dict[str, Any] = {}
    try:
        seen = dict(json.loads(request.POST.get("revisions") or "{}"))
    except (ValueError, TypeError):
        seen = {}
    return [Entree(r, c, text, _revision(seen.get(f"{r}|{c}"))) for r, c, text in placed]


def lire_nombres(grille: Grille, entrees: Iterable[Entree]) -> tuple[list[tuple[Entree, Decimal | None]], list[Faute]]:
    """Values of the entries in the unit of their cell, and one fault for each text that is not a number."""
    good: list[tuple[Entree, Decimal | None]] = []
    faults: list[Faute] = []
    rows = {r.cle for r in grille.saisissables}
    columns = {c.cle for c in grille.ouvertes}
    for e in entrees:
        if e.rang not in rows or e.colonne not in columns:
            faults.append(Faute("Cette cellule n’est pas dans la grille : rechargez la page.", e.rang, e.colonne))
            continue
        try:
            good.append((e, lire_valeur(e.texte, grille.unite(e.rang, e.colonne))))
        except InvalidInput as err:
            faults.append(Faute(phrase(grille, e, err.problems[0]), e.rang, e.colonne))
    return good, faults


def phrase(grille: Grille, e: Entree, p: Problem) -> str:
    """« Annezin, 2022 : « environ 12 » n'est pas un nombre. Écrivez… »."""
    tail = f" {p.conseil}" if p.conseil else ""
    return f"{grille.nom(e.rang, e.colonne)} : {p.message}{tail}"


def fautes_du_service(grille: Grille, entrees: Sequence[Entree], erreur: InvalidInput) -> list[Faute]:
    """Faults of a service, each on its cell: they count entries from 1."""
    out = []
    for p in erreur.problems:
        if p.ligne is not None and 1 <= p.ligne <= len(entrees):
            e = entrees[p.ligne - 1]
            out.append(Faute(phrase(grille, e, p), e.rang, e.colonne))
        else:
            out.append(Faute(f"{p.message[:1].upper()}{p.message[1:]}{f' {p.conseil}' if p.conseil else ''}"))
    return out


def refus(fautes: Sequence[Faute], *, conflit: bool = False, **plus: Any) -> JsonResponse:
    """Answer to the script: nothing was written, and why, cell by cell (the first fifty)."""
    told = [{"l": f.rang, "c": f.colonne, "phrase": f.phrase} for f in fautes[:50]]
    return JsonResponse({"fautes": told, "nombre": len(fautes), **plus}, status=409 if conflit else 422)
