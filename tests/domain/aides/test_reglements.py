"""Les règlements livrés sont complets et fidèles ; un règlement fautif est refusé avec une phrase."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from beffroi.domain.aides.lecture import lire_reglement, reglement, reglements, reglements_a_verifier
from beffroi.domain.aides.modele import Aide
from beffroi.domain.aides.plafonds import plafond_ressources, plafonds_a_verifier
from beffroi.kernel.errors import InvalidInput, NotFound
from beffroi.kernel.unit import half_up

BON = (Path(__file__).parent / "reglement_essai.toml").read_text(encoding="utf-8")


def cumul(*paires: tuple[str, str, str]) -> str:
    return "".join(
        f'\n[[cumul]]\naides = ["{a}", "{b}"]\nregle = "{"exclusif" if p else "subordonne"}"\nprioritaire = "{p}"\n'
        for a, b, p in paires
    )


def test_le_bon_reglement_est_lu() -> None:
    lu = lire_reglement(BON, "essai.toml")
    assert [a.id for a in lu.aide] == ["une", "deux", "trois"]
    assert lu.aide[0].niveau[1].conditions[0].valeur == Decimal("2500")


SOUS = 'champ = "cout", comparateur = "<", valeur = "2500"'
SUITE = 'valeur = "2500" }]\n\n[[aide.niveau]]\n'


@pytest.mark.parametrize(
    ("avant", "apres", "phrase"),
    [
        ('comparateur = "<", valeur = "2500"', 'comparateur = "<=", valeur = "2500"', "se recouvrent (cout = 2500"),
        ('comparateur = ">=", valeur = "2500"', 'comparateur = ">=", valeur = "2000"', "resserrer une condition"),
        (SOUS, 'champ = "nature", comparateur = "=", valeur = "a"', "se recouvrent"),
        (SOUS, 'champ = "nature", comparateur = "=", valeur = "c"', "pas un choix"),
        ('champ = "cout", comparateur = "<"', 'champ = "nature", comparateur = "<"', "liste de choix"),
        ('champ = "cout", comparateur = "<"', 'champ = "prix", comparateur = "<"', "ajouter [champ.prix]"),
        (SOUS, 'champ = "cout", comparateur = "<", autre = "part"', "même unité"),
        (SOUS, 'champ = "part", comparateur = "<", valeur = "20"', "0,20 pour 20 %"),
        (SOUS, 'champ = "cout", comparateur = "<", valeur = 2500.5', "entre guillemets"),
        (SOUS, 'champ = "cout", comparateur = "<"', "et un seul des deux"),
        ('comparateur = "<", valeur', 'comparateur = "moins de", valeur', "une valeur parmi <, <=, >, >=, =, parmi"),
        (SUITE + 'montant = "2"', SUITE + 'montnat = "2"', "montnat"),
        ('montant = "1"', "", "un seul de « montant », « taux » ou « indefini »"),
        ('montant = "1"', 'montant = "-1"', "négatif"),
        ('montant = "1"', 'taux = "5"\nde = "cout"', "0,05 pour 5 %"),
        ('montant = "1"', 'taux = "0.5"', "« taux » va avec « de »"),
        ('montant = "1"', 'montant = "1"\npar = "nature"', "doit être un nombre"),
        ('montant = "1"', 'montant = "1"\npar = "lots"', "ne déclare pas"),
        ('id = "deux"', 'id = "une"', "écrite deux fois"),
        ('id = "deux"', 'id = "deux"\nenveloppe = "caisse"', "ajouter [enveloppe.caisse]"),
        ('id = "deux"', 'id = "deux"\npartage = { a = "2/3", b = "2/3" }', "font 4/3"),
        ('id = "deux"', 'id = "deux"\npartage = { a = "deux tiers" }', "comme une fraction"),
        ('id = "deux"', 'id = "deux"\ndu = 2021-01-01\nau = 2020-01-01', "précède « du »"),
        ('unite = "euro_m2"', 'unite = "euros"', "unité « euros » inconnue"),
        ("du = 2020-01-01\n", "", "il manque le champ « règlement.du »"),
        ("du = 2020-01-01\n", 'du = "hier"\n', "une date AAAA-MM-JJ"),
        ("[champ.nature]", "[champ.nature", "TOML valide"),
    ],
)  # fmt: skip
def test_reglement_fautif(avant: str, apres: str, phrase: str) -> None:
    assert avant in BON
    with pytest.raises(InvalidInput, match=re.escape(phrase)) as faute:
        lire_reglement(BON.replace(avant, apres, 1), "essai.toml")
    assert all(str(p).startswith("essai.toml : ") for p in faute.value.problems)


@pytest.mark.parametrize(
    ("ajout", "phrase"),
    [
        (cumul(("une", "deux", "une"), ("deux", "trois", "deux"), ("trois", "une", "trois")), "tournent en rond"),
        (cumul(("une", "deux", ""), ("deux", "une", "")), "écrite deux fois"),
        (cumul(("une", "deux", ""), ("deux", "trois", ""), ("trois", "une", "trois")), "deux → trois → une → deux"),
        (cumul(("une", "quatre", "une")), "« quatre » n'existe pas"),
        (cumul(("une", "une", "une")), "croisée avec elle-même"),
        (cumul(("une", "deux", "trois")), "l'une des deux aides"),
    ],
)
def test_cumul_fautif(ajout: str, phrase: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(phrase)):
        lire_reglement(BON + ajout, "essai.toml")


def test_toutes_les_fautes_sont_dites_ensemble() -> None:
    fautif = BON.replace('montant = "1"', 'montant = "-1"').replace('id = "deux"', 'id = "une"')
    with pytest.raises(InvalidInput) as faute:
        lire_reglement(fautif, "essai.toml")
    assert len(faute.value.problems) == 2


def test_les_35_aides_des_documents_sont_ecrites() -> None:
    numeros = sorted(n for versions in reglements().values() for r in versions for a in r.aide for n in a.numeros)
    assert numeros == list(range(1, 36))


def _sommes(aide: Aide) -> list[tuple[Decimal, tuple[int, ...]]]:
    sommes = [(m, aide.lignes) for n in aide.niveau for m in (n.montant, n.montant_minimum, n.montant_maximum) if m]
    sommes += [(b.montant, b.lignes) for b in aide.budget]
    if aide.plafond:
        sommes.append((aide.plafond.montant, aide.lignes))
    return sommes


def test_chaque_montant_se_lit_dans_son_document(shared: Path) -> None:
    """Un montant écrit dans un règlement se retrouve, à trois lignes près, là où le règlement dit l'avoir lu."""
    absents = []
    verifies = 0
    for versions in reglements().values():
        for r in versions:
            fichier = shared / f"documents/{r.document}.txt"
            if not r.document or not fichier.is_file():
                continue
            lignes = fichier.read_text(encoding="utf-8").split("\n")
            attendus = [s for a in r.aide for s in _sommes(a)]
            attendus += [(e.montant, e.lignes) for e in r.enveloppe.values()]
            for montant, reperes in attendus:
                debut, fin = min(reperes) - 4, max(reperes) + 3
                texte = re.sub(r"[\s\u202f\u00a0]", "", "".join(lignes[max(0, debut) : fin]))
                millions = format((montant / 1_000_000).normalize(), "f")
                ecritures = {f"{montant}€", f"{montant}M", f"{millions}M€", f"dont{millions}"}
                verifies += 1
                if not any(re.search(rf"(?<!\d){re.escape(e)}", texte) for e in ecritures):
                    absents.append(f"{r.id} : {montant} € (l. {debut + 4})")
    if not verifies:
        pytest.skip("les documents ../shared/documents ne sont pas là")
    assert not absents, "\n".join(absents)
    assert verifies >= 40


def test_version_du_reglement() -> None:
    assert reglement("cabbalr", date(2019, 1, 1)).id == "cabbalr"
    with pytest.raises(NotFound, match="n'a pas de version au 01/01/2026"):
        reglement("cabbalr", date(2026, 1, 1))
    with pytest.raises(NotFound, match="règlements : anah, cabbalr, call"):
        reglement("caph", date(2020, 1, 1))


def test_plafonds_2026_et_pls() -> None:
    """Les 2026 de l'Anah sont marqués à vérifier ; PLS = PLUS × 1,30 redonne les sept valeurs publiées."""
    assert plafond_ressources("anah", 2026, "hors_ile_de_france", "modeste", 3).a_verifier
    assert not plafond_ressources("anah", 2025, "hors_ile_de_france", "modeste", 3).a_verifier
    pls = [
        half_up(plafond_ressources("hlm", 2026, "autres_regions", "plus", c).plafond * Decimal("1.30"))
        for c in range(1, 7)
    ]
    assert pls == [30424, 40630, 48859, 58986, 69389, 78203]


def test_plafonds_2026_valent_2025_plus_1_1_pour_cent() -> None:
    """Ce que dit la table des plafonds 2026 d'eux-mêmes : 2025 augmentés de 1,1 %, à six euros près."""
    for serie in ("tres_modeste", "modeste", "intermediaire"):
        for rang in range(1, 6):
            ancien, nouveau = (
                plafond_ressources("anah", a, "hors_ile_de_france", serie, rang).plafond for a in (2025, 2026)
            )
            assert abs(nouveau - ancien * Decimal("1.011")) <= 6


def test_ce_qui_reste_a_verifier_se_liste() -> None:
    assert {r.id for r in reglements_a_verifier()} == {"anah", "cabbalr", "call", "cavm", "crte-valenciennois"}
    assert {(p.annee, p.serie) for p in plafonds_a_verifier()} == {
        (2026, "tres_modeste"),
        (2026, "modeste"),
        (2026, "intermediaire"),
        (2026, "plai"),
    }
