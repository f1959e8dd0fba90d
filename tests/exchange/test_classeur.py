"""Le classeur de saisie : généré, rempli, relu ; et tout ce qu'un tableur en fait entre-temps."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from beffroi.exchange.classeur import generer, lire_classeur, lire_collage
from beffroi.exchange.saisie import COLONNES, Apercu, CaseSaisie, Cle, Feuille, apercu, nombre
from beffroi.kernel.errors import InvalidInput

CREE = datetime(2026, 11, 24, tzinfo=UTC)
TITRES = [t for c, t in COLONNES.items() if c != "exportee"]


def case(rang: int, **champs: Any) -> CaseSaisie:
    base: dict[str, Any] = {
        "cle": Cle("a01-indicateur-1", f"{62001 + rang}", "2022"),
        "libelle": "Logements autorisés",
        "nom_territoire": f"Commune {rang}",
        "unite": "logement",
        "entier": True,
    }
    return CaseSaisie(**(base | champs))


CASES = [
    case(0, valeur=Decimal(12), source="Service", piece="note.pdf", commentaire="vu"),
    case(1, valeur=Decimal(0)),
    case(2),
    case(3, valeur=Decimal(7), verrouillee=True),
    case(4, cle=Cle("a03-indicateur-1", "62005", "2021", "PIG"), unite="€", entier=False, valeur=Decimal("1034.5")),
]


def classeur(lignes: Sequence[Sequence[Any]], retoucher: Callable[[Any, Any], None] | None = None) -> bytes:
    """Un classeur écrit à la main, comme un autre outil le ferait."""
    tampon = io.BytesIO()
    livre = xlsxwriter.Workbook(tampon, {"in_memory": True})
    feuille = livre.add_worksheet("Feuille1")
    jour = livre.add_format({"num_format": "dd/mm/yyyy"})
    for rang, ligne in enumerate(lignes):
        for colonne, valeur in enumerate(ligne):
            if isinstance(valeur, date):
                feuille.write_datetime(rang, colonne, datetime(valeur.year, valeur.month, valeur.day), jour)  # noqa: DTZ001
            elif valeur is not None:
                feuille.write(rang, colonne, valeur)
    if retoucher:
        retoucher(livre, feuille)
    livre.close()
    return tampon.getvalue()


def relire(octets: bytes, cases: Sequence[CaseSaisie] = CASES) -> Apercu:
    return apercu(lire_classeur(octets, "retour.xlsx"), cases, programme="plh-essai")


def rangee(c: CaseSaisie, valeur: Any, **autres: Any) -> list[Any]:
    contenu = {**c.cle._asdict(), "libelle": c.libelle, "nom_territoire": c.nom_territoire, "valeur": valeur, **autres}
    return [contenu.get(champ) for champ in COLONNES if champ != "exportee"]


def phrases(a: Apercu) -> list[str]:
    return [str(p).replace("\u00a0", " ").replace("\u202f", " ") for p in a.rejetees]


def test_l_aller_retour_ne_change_rien() -> None:
    octets = generer(CASES, programme="plh-essai", titre="Saisie 2022", cree=CREE)
    assert octets == generer(CASES, programme="plh-essai", titre="Saisie 2022", cree=CREE)
    a = relire(octets)
    assert (a.nouvelles, a.changees, a.rejetees) == ((), (), ())
    assert (a.inchangees, a.sans_reponse) == (4, 1)
    assert a.resume == "4 inchangées, 1 sans réponse."


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.none() | st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False),
            st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20),
        ),
        max_size=12,
    )
)
def test_l_aller_retour_ne_change_rien_quoi_qu_on_y_mette(contenus: list[tuple[Decimal | None, str]]) -> None:
    cases = [case(i, valeur=v, commentaire=t.strip(), entier=False) for i, (v, t) in enumerate(contenus)]
    a = relire(generer(cases, programme="plh-essai", titre="T", cree=CREE), cases)
    assert (a.nouvelles, a.changees, a.rejetees) == ((), (), ())
    assert a.inchangees + a.sans_reponse == len(cases)


def test_nouveau_change_retire_et_zero() -> None:
    a = relire(
        classeur(
            [
                TITRES,
                rangee(CASES[0], 13),
                rangee(CASES[1], "non renseigné"),
                rangee(CASES[2], 0, source="Mairie"),
                rangee(CASES[4], None),
            ]
        )
    )
    assert [(c.ligne, c.apres[0]) for c in a.changees] == [(2, 13), (3, None)]
    (neuve,) = a.nouvelles
    assert neuve.apres == (Decimal(0), "Mairie", "", "") and neuve.avant[0] is None
    assert a.inchangees == 1, "une case vide garde la valeur"
    assert a.changees[0].apres[1:] == ("Service", "note.pdf", "vu"), "un texte vide garde le texte"


def test_des_colonnes_deplacees_et_un_titre_au_dessus() -> None:
    ordre = ["Valeur", "Remarque à moi", "PÉRIODE", "élément", "Territoire"]
    a = relire(classeur([["Mon tableau"], [], ordre, [13, "x", 2022, "a01-indicateur-1", 62001]]))
    assert [(c.cle.territoire, c.apres[0]) for c in a.changees] == [("62001", 13)]


def test_une_colonne_absente_ou_double_refuse_le_fichier() -> None:
    with pytest.raises(InvalidInput, match="il manque la colonne Valeur"):
        relire(classeur([["Élément", "Territoire", "Période"]]))
    with pytest.raises(InvalidInput, match="deux fois"):
        relire(classeur([["Élément", "Territoire", "Période", "Valeur", "valeur"]]))
    with pytest.raises(InvalidInput, match="aucune ligne de titres"):
        relire(classeur([["a", "b"], [1, 2]]))


def test_des_cellules_fusionnees_sont_refusees_avec_leur_place() -> None:
    def fusionner(livre: Any, feuille: Any) -> None:
        feuille.merge_range(1, 2, 2, 2, "62001")

    a = relire(classeur([TITRES, rangee(CASES[0], 13), rangee(CASES[1], 5), rangee(CASES[2], 9)], fusionner))
    assert [c.ligne for c in a.nouvelles] == [4]
    assert not a.changees
    assert [p.ligne for p in a.rejetees] == [2, 3]
    assert all("fusionnées ici (C2:C3)" in p for p in phrases(a))


@pytest.mark.parametrize("periode", [2022, "2022", "2022 ", date(2022, 12, 31), 44926])
def test_une_periode_en_nombre_en_date_ou_en_numero_de_serie(periode: Any) -> None:
    a = relire(classeur([TITRES, rangee(CASES[0], 13, periode=periode)]))
    assert [c.cle.periode for c in a.changees] == ["2022"], phrases(a)


def test_un_numero_de_serie_hors_des_exercices_est_dit_en_date() -> None:
    (phrase,) = phrases(relire(classeur([TITRES, rangee(CASES[0], 13, periode=45291)])))
    assert "« 31/12/2023 » n’est pas attendu dans « Période »" in phrase


def test_une_formule_en_erreur_ou_jamais_calculee() -> None:
    def formules(livre: Any, feuille: Any) -> None:
        colonne = TITRES.index("Valeur")
        feuille.write_formula(1, colonne, "=1/0", None, "#DIV/0!")
        feuille.write_formula(2, colonne, "=SUM(A1:A2)", None, "")
        feuille.write_formula(3, colonne, "=4+5", None, 9)

    octets = classeur([TITRES, rangee(CASES[0], None), rangee(CASES[1], None), rangee(CASES[2], None)], formules)
    a = relire(sans_valeur(octets, "H3"))
    assert [p.ligne for p in a.rejetees] == [2, 3]
    assert "#DIV/0!" in phrases(a)[0]
    assert "jamais été calculée" in phrases(a)[1]
    assert [c.apres[0] for c in a.nouvelles] == [9]


def sans_valeur(octets: bytes, ref: str) -> bytes:
    """Le même classeur, la valeur calculée d'une formule retirée (comme l'écrivent certains outils)."""
    import re

    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as avant, zipfile.ZipFile(sortie, "w") as apres:
        for nom in avant.namelist():
            contenu = avant.read(nom)
            if nom.endswith("sheet1.xml"):
                contenu, n = re.subn(
                    rb'(<c r="%s"[^>]*>(?:(?!</c>).)*?</f>)<v>[^<]*</v>' % ref.encode(), rb"\1", contenu
                )
                assert n == 1
            apres.writestr(nom, contenu)
    return sortie.getvalue()


@pytest.mark.parametrize(
    ("recu", "attendu"),
    [
        ("1 034", 1034), ("1\u202f034", 1034), ("1\u00a0034,5", Decimal("1034.5")), ("12,5", Decimal("12.5")),
        ("12.5", Decimal("12.5")), ("−3", -3), ("-3", -3), ("0", 0), (27.0, 27), (0.1, Decimal("0.1")), (" 7 ", 7),
    ],
)  # fmt: skip
def test_un_nombre_colle_en_texte_se_lit(recu: Any, attendu: Any) -> None:
    assert nombre(recu) == attendu


@pytest.mark.parametrize(
    ("recu", "dit"),
    [
        ("12 logements", "Écrire 12, sans unité"), ("environ 40", "Écrire 40"), ("1.234", "mille ou décimale"),
        ("abc", "n’est pas un nombre"), ("entre 200 et 500", "n’est pas un nombre"), (True, "vrai ou faux"),
        (date(2022, 1, 1), "une date"), ("1 23", "n’est pas un nombre"),
    ],
)  # fmt: skip
def test_un_texte_qui_n_est_pas_un_nombre_est_refuse_avec_un_conseil(recu: Any, dit: str) -> None:
    with pytest.raises(ValueError, match=dit):
        nombre(recu)


def test_trente_sept_mauvaises_lignes_parmi_cinq_mille() -> None:
    cases = [case(i, valeur=Decimal(i)) for i in range(5000)]
    mauvaises = set(range(0, 5000, 136))
    assert len(mauvaises) == 37
    fautes = ["douze", "3,5", -4, date(2022, 5, 1), True]
    lignes = [rangee(c, fautes[i % 5] if i in mauvaises else i + 1) for i, c in enumerate(cases)]
    a = relire(classeur([TITRES, *lignes]), cases)
    assert len(a.rejetees) == 37
    assert {p.ligne for p in a.rejetees} == {i + 2 for i in mauvaises}
    assert all(p.colonne == "Valeur" and p.fichier == "retour.xlsx" for p in a.rejetees)
    assert len(a.changees) == 4963
    assert a.resume.replace("\u202f", " ") == "4 963 changées, 37 rejetées."


def test_le_meme_fichier_deux_fois_ne_change_plus_rien() -> None:
    octets = classeur([TITRES, rangee(CASES[0], 13), rangee(CASES[2], 4)])
    premier = relire(octets)
    valeurs = {c.cle: c.apres[0] for c in (*premier.nouvelles, *premier.changees)}
    apres = [c._replace(valeur=valeurs.get(c.cle, c.valeur)) for c in CASES]
    second = relire(octets, apres)
    assert (second.nouvelles, second.changees, second.rejetees) == ((), (), ())
    assert second.empreinte == premier.empreinte != ""


def test_deux_reponses_a_la_meme_case_sont_refusees_toutes_les_deux() -> None:
    a = relire(classeur([TITRES, rangee(CASES[0], 13), rangee(CASES[0], 14), rangee(CASES[2], 5), rangee(CASES[2], 5)]))
    assert [p.ligne for p in a.rejetees] == [2, 3]
    assert [c.ligne for c in a.nouvelles] == [4] and not a.changees


def test_une_periode_verrouillee_n_accepte_que_sa_valeur() -> None:
    a = relire(classeur([TITRES, rangee(CASES[3], 8)]))
    assert "verrouillée" in phrases(a)[0] and not a.changees
    assert relire(classeur([TITRES, rangee(CASES[3], 7)])).inchangees == 1


def test_une_cle_inconnue_dit_laquelle() -> None:
    a = relire(
        classeur(
            [
                TITRES,
                rangee(CASES[0], 1, element="a99"),
                rangee(CASES[0], 1, territoire="75056"),
                rangee(CASES[0], 1, periode="1999"),
                rangee(CASES[0], 1, ventilation="PIG"),
                rangee(CASES[0], 1, element=None),
            ]
        )
    )
    assert [p.colonne for p in a.rejetees] == ["Élément", "Territoire", "Période", "Élément", "Élément"]
    assert "« a99 »" in phrases(a)[0] and "ventilation" in phrases(a)[3] and "vide" in phrases(a)[4]


def test_un_code_devenu_nombre_retrouve_son_zero() -> None:
    ain = case(0, cle=Cle("a01-indicateur-1", "01004", "2022"))
    assert relire(classeur([TITRES, rangee(ain, 3, territoire=1004)]), [ain]).nouvelles[0].cle.territoire == "01004"


def test_une_case_non_touchee_n_ecrase_pas_ce_qu_un_collegue_a_ecrit() -> None:
    octets = generer(CASES, programme="plh-essai", titre="T", cree=CREE)
    plus_tard = [CASES[0]._replace(valeur=Decimal(20)), CASES[2]._replace(valeur=Decimal(3)), *CASES[1:2], *CASES[3:]]
    a = relire(octets, plus_tard)
    assert (a.nouvelles, a.changees, a.rejetees) == ((), (), ())


def test_deux_personnes_sur_la_meme_case_se_voient() -> None:
    entetes = [*TITRES, "Valeur exportée"]
    octets = classeur([entetes, [*rangee(CASES[0], 15), 12], [*rangee(CASES[2], 4), None]])
    plus_tard = [CASES[0]._replace(valeur=Decimal(20)), CASES[2]._replace(valeur=Decimal(9))]
    a = relire(octets, plus_tard)
    assert not a.changees and not a.nouvelles
    assert "12 alors, 20 maintenant" in phrases(a)[0]
    assert "sans réponse alors, 9 maintenant" in phrases(a)[1]


def test_un_collage_se_lit_comme_un_classeur() -> None:
    texte = "a01-indicateur-1\t62001\t2022\t1 013\r\na01-indicateur-1\t62003\t2022\tn.c.\r\n"
    feuille = lire_collage(texte, "collage", ("element", "territoire", "periode", "valeur"))
    a = apercu(feuille, CASES)
    assert [(c.cle.territoire, c.apres[0]) for c in a.changees] == [("62001", 1013)]
    assert a.sans_reponse == 1


def test_le_classeur_d_un_autre_programme_est_refuse() -> None:
    octets = generer(CASES, programme="plh-autre", titre="T", cree=CREE)
    with pytest.raises(InvalidInput, match="plh-autre"):
        relire(octets)


@pytest.mark.parametrize(
    ("octets", "dit"),
    [
        (b"", "tronqué"),
        (b"<!DOCTYPE html><html><body><table></table></body></html>", "page web"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "mot de passe"),
        (classeur([TITRES])[:900], "tronqué"),
        (b"a;b;c\n1;2;3\n", "pas un classeur"),
    ],
)
def test_un_fichier_qui_n_est_pas_un_classeur(octets: bytes, dit: str) -> None:
    with pytest.raises(InvalidInput, match=dit) as erreur:
        lire_classeur(octets, "retour.xlsx")
    assert str(erreur.value).startswith("retour.xlsx")


def test_une_archive_qui_n_est_pas_un_classeur_ou_sans_contenu() -> None:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr("autre.txt", "x")
    with pytest.raises(InvalidInput, match="classeur"):
        lire_classeur(tampon.getvalue(), "retour.xlsx")
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr("xl/workbook.xml", "<rien/>")
    with pytest.raises(InvalidInput, match="abîmé"):
        lire_classeur(tampon.getvalue(), "retour.xlsx")


def test_une_feuille_vide_n_a_pas_de_titres() -> None:
    with pytest.raises(InvalidInput, match="titres"):
        apercu(Feuille("x", []), CASES)


def test_le_schema_de_table_publie_decrit_le_classeur_genere() -> None:
    """Preuve d'interopérabilité : un autre outil lit le classeur avec le schéma publié."""
    from frictionless import Resource, Schema, formats

    from beffroi.exchange.schema import schema_saisie

    lignes = lire_classeur(generer(CASES, programme="plh-essai", titre="T", cree=CREE)).lignes
    schema = Schema.from_descriptor(schema_saisie())
    ressource = Resource(
        data=[list(map(_texte, r)) for r in lignes[2:]], schema=schema, control=formats.InlineControl()
    )
    rapport = ressource.validate()
    assert rapport.valid, rapport.flatten(["rowNumber", "fieldName", "note"])
    assert rapport.tasks[0].stats["rows"] == len(CASES)


def _texte(valeur: Any) -> Any:
    return valeur if isinstance(valeur, float) else str(valeur)
