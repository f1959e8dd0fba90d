"""The annual bilan of a programme: sections assembled into one built document (CCH, L. 302-3 and R. 302-13)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from datetime import date

from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.action import SituationAction
from beffroi.domain.suivi.production import SuiviProduction
from beffroi.kernel.figure import Provenance
from beffroi.reports.bilan_annuel.actions import section_actions
from beffroi.reports.bilan_annuel.cloture import section_adaptation, section_deliberation, section_manques
from beffroi.reports.bilan_annuel.communes import section_communes
from beffroi.reports.bilan_annuel.contexte import Complements, Contexte, LigneParc
from beffroi.reports.bilan_annuel.identite import guide, meta, section_identite
from beffroi.reports.bilan_annuel.logement_social import section_sociale
from beffroi.reports.bilan_annuel.methode import section_methode
from beffroi.reports.bilan_annuel.orientation import section_orientation
from beffroi.reports.bilan_annuel.parc import section_parc
from beffroi.reports.bilan_annuel.production import section_secteurs
from beffroi.reports.bilan_annuel.synthese import section_synthese
from beffroi.reports.build import Document, Section, Tableau, provenances_de, texte_brut, textes_bloc

__all__ = ["Complements", "LigneParc", "bilan_annuel"]


def bilan_annuel(
    programme: Programme,
    suivi: SuiviProduction,
    situations: Sequence[SituationAction],
    *,
    provenances: Mapping[str, Provenance],
    tuiles: Mapping[str, tuple[int, int]],
    connu_le: date,
    complements: Complements | None = None,
) -> Document:
    """Build the annual bilan of a programme at the end of an exercice.

    Args:
        programme: the programme, in the version followed.
        suivi: the table of figures of the production, at the end of the exercice.
        situations: state and appreciation of each action at that date.
        provenances: id → provenance of every figure.
        tuiles: code of commune → hexagon (q, r) of the carte en tuiles; communes left out are listed.
        connu_le: second date of the document, « telle que connue au ».
        complements: what open data add (population, existing stock, indicators); absent sections say what is missing.
    """
    ctx = Contexte(programme, suivi, situations, provenances, tuiles, connu_le, complements or Complements())
    order = [
        "identite",
        "synthese",
        *(f"orientation:{o.id}" for o in ctx.orientations()),
        "secteurs",
        "communes",
        "logement_social",
        "parc",
        "actions",
        "manques",
        "adaptation",
        "deliberation",
    ]
    ctx.sections = {s: i for i, s in enumerate(order, 1)}
    built = {
        s.id: s
        for s in (
            section_identite(ctx),
            *(section_orientation(ctx, o) for o in ctx.orientations()),
            section_secteurs(ctx),
            section_communes(ctx),
            section_sociale(ctx),
            section_parc(ctx),
            section_actions(ctx),
            section_synthese(ctx),
            section_adaptation(ctx),
            section_deliberation(ctx),
            section_manques(ctx),
        )
    }
    numbered = [dataclasses.replace(built[s], numero=ctx.sections[s]) for s in order]
    sections = (*numbered, section_methode(ctx))
    fictif = programme.fictif or any(c.fictif for c in ctx.registre.chiffres.values())
    fictif = fictif or any(s.etat is not None and s.etat.fictif for s in situations)
    head = meta(ctx, fictif, guide(ctx, _mots(sections)))
    used = provenances_de(ctx.registre.chiffres.values())
    known = {i: provenances[i] for i in used if i in provenances}
    return Document(head, sections, dict(ctx.registre.chiffres), known)


def _mots(sections: Sequence[Section]) -> set[str]:
    """Acronyms written somewhere in the sections."""
    words: set[str] = set()
    for s in sections:
        words |= set(re.findall(r"DDT\(M\)|\b[A-Z]{3,5}\b", s.titre))
        for b in s.blocs:
            if isinstance(b, Tableau):
                heads = " ".join(e.texte for row in b.entetes for e in row)
                words |= set(re.findall(r"\b[A-Z]{3,5}\b", f"{b.legende} {heads}"))
            for t in textes_bloc(b):
                words |= set(re.findall(r"DDT\(M\)|\b[A-Z]{3,5}\b", texte_brut(t)))
    return words
