"""Une valeur qu'un texte peut changer est un paramètre daté, jamais un nombre dans une règle."""

import ast
import tomllib
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from beffroi.catalogue import all_parameters, all_rules
from beffroi.kernel.errors import InvalidInput
from beffroi.kernel.parameter import parse_parameters

# 0, 1 et 100 (pourcentages) ne sont pas des valeurs légales ; les dates d'entrée en vigueur s'écrivent date(…).
ADMIS = {0, 1, 100}
# Valeurs données à lire sur la page des paramètres, sans règle qui les calcule.
SEULEMENT_AFFICHES = {
    "habitat_indigne": {"delai_expertise", "visite_heure_debut", "visite_heure_fin", "alerte_jour"},
}
# Bornes de saisie d'une année ou d'une durée : elles disent ce qui se lit, pas ce que dit un texte.
BORNES_DE_SAISIE = {"minimum", "maximum"}


def _fichiers_de_regles(racine: Path) -> list[Path]:
    domaine = racine / "src/beffroi/domain"
    return sorted([*domaine.glob("*/regles.py"), *domaine.glob("*/regles/*.py")])


def _nombres(arbre: ast.AST) -> list[tuple[int, str]]:
    """Nombres écrits dans le code, hors 0, 1, 100, dates et bornes de saisie ; les textes de ``Decimal`` compris."""
    trouves: list[tuple[int, str]] = []

    def visiter(noeud: ast.AST) -> None:
        if isinstance(noeud, ast.Call):
            nom = noeud.func.id if isinstance(noeud.func, ast.Name) else getattr(noeud.func, "attr", "")
            if nom == "date":
                return
            if nom == "Decimal":
                for a in noeud.args:
                    if isinstance(a, ast.Constant) and isinstance(a.value, str):
                        _juger(a.value, a.lineno)
            for a in (noeud.func, *noeud.args):
                visiter(a)
            for mot in noeud.keywords:
                if not (nom == "Entree" and mot.arg in BORNES_DE_SAISIE):
                    visiter(mot.value)
            return
        if (
            isinstance(noeud, ast.Constant)
            and isinstance(noeud.value, int | float)
            and not isinstance(noeud.value, bool)
        ):
            _juger(str(noeud.value), noeud.lineno)
        for enfant in ast.iter_child_nodes(noeud):
            visiter(enfant)

    def _juger(texte: str, ligne: int) -> None:
        try:
            valeur = Decimal(texte)
        except InvalidOperation:
            return
        if valeur not in ADMIS:
            trouves.append((ligne, texte))

    visiter(arbre)
    return trouves


def test_aucune_valeur_legale_dans_les_regles(racine: Path) -> None:
    fichiers = _fichiers_de_regles(racine)
    assert len(fichiers) > 20
    fautes = [
        f"{fichier.relative_to(racine)}, ligne {ligne} : {texte}"
        for fichier in fichiers
        for ligne, texte in _nombres(ast.parse(fichier.read_text(encoding="utf-8")))
    ]
    assert not fautes, "\n".join(fautes)


@pytest.mark.parametrize(
    ("code", "vu"),
    [
        ("x = 0.33", ["0.33"]),
        ("x = Decimal('0.25') * 100", ["0.25"]),
        ("x = f(places // 3, y=12)", ["3", "12"]),
        ("x = date(2014, 1, 1)", []),
        ("x = -1 + 100 * 0", []),
        ("x: Annotated[int, Entree('Année', minimum=1900)] = 6", ["6"]),
    ],
)
def test_le_controle_voit_un_nombre_ecrit_en_dur(code: str, vu: list[str]) -> None:
    assert [texte for _, texte in _nombres(ast.parse(code))] == vu


def test_chaque_parametre_sert(racine: Path) -> None:
    """Un paramètre que personne ne lit est une valeur légale que personne ne tient à jour."""
    for fichier in sorted((racine / "src/beffroi/domain").glob("*/parametres.toml")):
        code = "\n".join(p.read_text(encoding="utf-8") for p in fichier.parent.rglob("*.py"))
        noms = tomllib.loads(fichier.read_text(encoding="utf-8"))
        noms = {n: v for n, v in noms.items() if n not in SEULEMENT_AFFICHES.get(fichier.parent.name, set())}
        inutiles = [nom for nom in noms if f'"{nom}"' not in code and not _nom_compose(nom, code)]
        assert not inutiles, f"{fichier.parent.name} : {', '.join(inutiles)}"


def _nom_compose(nom: str, code: str) -> bool:
    """Vrai quand le nom est assemblé dans le code (« plafond_{produit} »)."""
    return any(f'f"{nom[:i]}' in code and i >= 4 for i in range(4, len(nom)))


def test_ce_qui_est_a_verifier_le_dit_dans_la_reponse() -> None:
    """Un paramètre à vérifier avertit partout où il sert : c'est le raisonnement qui le fait, pas chaque règle."""
    a_verifier = [p for p in all_parameters() if p.a_verifier]
    assert a_verifier
    prelevement = all_rules()["sru.prelevement"][-1]
    reponse = prelevement(
        le=date(2026, 1, 1),
        logement_manquant=180,
        potentiel_fiscal_habitant=900,
        depense_reelle_fonctionnement=6000000,
    )
    cites = {p.id for e in reponse.etapes for p in e.parametres if p.a_verifier}
    assert cites
    assert len([a for a in reponse.avertissements if "à vérifier" in a]) == len(cites)


def test_chaque_parametre_a_son_texte_et_son_adresse() -> None:
    sans = [p.id for p in all_parameters() if not p.legal.texte or not p.legal.url]
    assert not sans, sans


@pytest.mark.parametrize(
    ("texte", "mot"),
    [
        (
            '[a]\nlabel="A"\nunite="part"\nvaleurs=[{du=2020-01-01, valeur=0.25, texte="CCH", article="x"}]',
            "guillemets",
        ),
        (
            '[a]\nlabel="A"\nunite="part"\nvaleurs=[{du=2020-01-01, valeur="0.25", texte="Décret", article="x"}]',
            "adresse",
        ),
        ('[a]\nlabel="A"\nunite="part"\nvaleurs=[]', "aucune valeur"),
        (
            '[a]\nlabel="A"\nunite="part"\nvaleurs=[{du=2020-01-01, valeur="1", texte="CCH"},'
            '{du=2020-01-01, valeur="2", texte="CCH"}]',
            "deux valeurs au 01/01/2020",
        ),
    ],
)
def test_un_fichier_de_parametres_fautif_est_refuse(texte: str, mot: str) -> None:
    with pytest.raises(InvalidInput, match=mot):
        parse_parameters("a", texte, "a/parametres.toml")
