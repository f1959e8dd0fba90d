"""Reference to a text: code or law, article, address."""

from __future__ import annotations

from dataclasses import dataclass

_LEGIFRANCE = "https://www.legifrance.gouv.fr/codes/texte_lc/"

# Abbreviation → (title, address of the consolidated code). One place for all the addresses of codes.
CODES: dict[str, tuple[str, str]] = {
    "CCH": ("Code de la construction et de l'habitation", _LEGIFRANCE + "LEGITEXT000006074096/"),
    "CGCT": ("Code général des collectivités territoriales", _LEGIFRANCE + "LEGITEXT000006070633/"),
    "CGI": ("Code général des impôts", _LEGIFRANCE + "LEGITEXT000006069577/"),
    "CU": ("Code de l'urbanisme", _LEGIFRANCE + "LEGITEXT000006074075/"),
    "CSP": ("Code de la santé publique", _LEGIFRANCE + "LEGITEXT000006072665/"),
    "CGPPP": ("Code général de la propriété des personnes publiques", _LEGIFRANCE + "LEGITEXT000006070299/"),
    "LPF": ("Livre des procédures fiscales", _LEGIFRANCE + "LEGITEXT000006069583/"),
}


@dataclass(frozen=True, slots=True)
class LegalRef:
    """A text on which a rule, a parameter or an indicator rests.

    ``texte`` is an abbreviation of ``CODES`` or the name of a law, decree, method or programme; ``article`` is
    printed with its usual spaces (« L. 302-3 »); ``adresse`` is needed only outside ``CODES``.
    """

    texte: str
    article: str = ""
    adresse: str = ""

    @property
    def url(self) -> str:
        """Address of the text; empty when none is known."""
        return self.adresse or CODES.get(self.texte, ("", ""))[1]

    @property
    def titre(self) -> str:
        """Full title of the text."""
        return CODES.get(self.texte, (self.texte, ""))[0]

    def __str__(self) -> str:
        return f"{self.texte}, {self.article}" if self.article else self.texte
