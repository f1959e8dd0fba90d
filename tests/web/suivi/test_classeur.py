"""Le classeur de saisie à l'écran : aller-retour sans changement, aperçu avant d'écrire, mauvais fichiers, annulation."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from beffroi.domain.nomenclatures.saisie import StatutValeur
from beffroi.domain.programme.modele import Programme
from beffroi.domain.suivi.valeur import CleValeur
from beffroi.exchange.saisie import COLONNES
from beffroi.web.tables.models import Evenement, Valeur
from beffroi.web.tables.services.valeur import Saisie, changer_statut, enregistrer, verrouiller

pytestmark = pytest.mark.django_db
ANNEZIN, BETHUNE = "commune:62035", "commune:62119"
TITRES = [t for c, t in COLONNES.items() if c != "exportee"]


def _texte(html: str) -> str:
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def _telecharger(client: Any, suite: str = "?vue=element&theme=objectifs&element=production") -> bytes:
    reponse = client.get(reverse("saisie_classeur", args=["plh-essai"]) + suite)
    assert reponse.status_code == 200
    return bytes(reponse.content)


def _lignes(octets: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(octets)).get_sheet_by_index(0).to_python()


def _classeur(lignes: list[dict[str, Any]], titres: list[str] | None = None, fusion: str = "") -> bytes:
    tampon = io.BytesIO()
    livre = xlsxwriter.Workbook(tampon, {"in_memory": True})
    feuille = livre.add_worksheet("Saisie")
    for colonne, titre in enumerate(titres or TITRES):
        feuille.write(0, colonne, titre)
        champ = next(c for c, t in COLONNES.items() if t == titre)
        for rang, ligne in enumerate(lignes, 1):
            valeur = ligne.get(champ, "")
            if str(valeur).startswith("="):
                feuille.write_formula(rang, colonne, valeur, None, "#DIV/0!")
            else:
                feuille.write(rang, colonne, valeur)
    if fusion:
        feuille.merge_range(fusion, "fusionné")
    livre.close()
    return tampon.getvalue()


def _ligne(territoire: str, periode: Any, valeur: Any, **plus: Any) -> dict[str, Any]:
    return {"element": "production", "territoire": territoire, "periode": periode, "valeur": valeur, **plus}


def _envoyer(client: Any, octets: bytes, nom: str = "retour.xlsx") -> Any:
    return client.post(reverse("saisie_import", args=["plh-essai"]), {"classeur": SimpleUploadedFile(nom, octets)})


def _accepter(client: Any, apercu: Any) -> Any:
    page = apercu.content.decode()
    champs = dict(re.findall(r'name="(jeton|nom|marque)" value="([^"]*)"', page))
    assert set(champs) == {"jeton", "nom", "marque"}, page
    return client.post(reverse("saisie_importer", args=["plh-essai"]), champs, follow=True)


def _saisies(suivi: Programme, *valeurs: tuple[str, str, int | None]) -> None:
    enregistrer(
        suivi,
        [
            Saisie(CleValeur("production", t, p), None if v is None else Decimal(v), source="registre")
            for t, p, v in valeurs
        ],
        auteur_nom="import",
    )


def test_l_aller_retour_ne_change_rien(suivi: Programme, entrer: Any) -> None:
    _saisies(suivi, (ANNEZIN, "2019", 12), (ANNEZIN, "2020", 0), (BETHUNE, "2019", 7))
    client = entrer()
    octets = _telecharger(client)
    lignes = _lignes(octets)
    assert len([x for x in lignes if x and x[0] == "production"]) == 18
    apercu = _envoyer(client, octets)
    page = _texte(apercu.content.decode())
    assert "Ce classeur ne change rien" in page
    assert Valeur.objects.count() == 3 and Evenement.objects.filter(nature="valeur").count() == 3


def test_rien_n_est_ecrit_avant_l_accord_et_l_import_s_annule(suivi: Programme, entrer: Any) -> None:
    _saisies(suivi, (ANNEZIN, "2019", 12), (ANNEZIN, "2020", 5))
    client = entrer()
    octets = _classeur(
        [
            _ligne(ANNEZIN, 2019, 15, source="permis", piece="P-1", commentaire="recompté"),
            _ligne(ANNEZIN, "2020", "non renseigné"),
            _ligne(BETHUNE, "2019", "1 234,5"),
            _ligne(BETHUNE, "2020", 0),
            _ligne(BETHUNE, "2021", ""),
        ]
    )
    apercu = _envoyer(client, octets)
    page = _texte(apercu.content.decode())
    assert "2 nouvelles, 2 changées, 1 sans réponse." in page
    assert "Enregistrer 4\u00a0valeurs" in page and "12 logements 15 logements" in page.replace("\u00a0", " ")
    assert Valeur.objects.count() == 2
    fini = _texte(_accepter(client, apercu).content.decode())
    assert "2\u00a0valeurs nouvelles, 2\u00a0valeurs changées." in fini
    v = Valeur.objects.get(territoire=ANNEZIN, periode="2019")
    assert (v.valeur, v.source, v.piece, v.commentaire, v.statut) == (15, "permis", "P-1", "recompté", "brouillon")
    assert Valeur.objects.get(territoire=ANNEZIN, periode="2020").valeur is None
    assert Valeur.objects.get(territoire=BETHUNE, periode="2020").valeur == 0
    assert Evenement.objects.get(nature="import_classeur").apres["nouvelles"] == 2
    instant = re.search(
        r'name="instant" value="([^"]+)"', client.get(reverse("saisie", args=[suivi.id])).content.decode()
    )
    assert instant
    client.post(reverse("saisie_annuler", args=[suivi.id]), {"instant": instant[1]})
    avant = Valeur.objects.get(territoire=ANNEZIN, periode="2019")
    assert (avant.valeur, avant.source, avant.commentaire) == (12, "registre", "")


def test_le_meme_fichier_deux_fois(suivi: Programme, entrer: Any) -> None:
    client = entrer()
    octets = _classeur([_ligne(ANNEZIN, "2019", 3)])
    _accepter(client, _envoyer(client, octets))
    page = _texte(_envoyer(client, octets).content.decode())
    assert "Ce même fichier a déjà été importé" in page and "Ce classeur ne change rien" in page
    assert Evenement.objects.filter(nature="valeur").count() == 1


def test_trente_sept_mauvaises_lignes_parmi_cinq_mille(suivi: Programme, entrer: Any) -> None:
    lignes = [_ligne((ANNEZIN, BETHUNE)[i % 2], str(2019 + i // 2), i + 1) for i in range(12)]
    lignes += [_ligne(ANNEZIN, "2031", 1) for _ in range(20)] + [_ligne("commune:75056", "2019", 1) for _ in range(17)]
    lignes += [{} for _ in range(5000 - len(lignes))]
    client = entrer()
    apercu = _envoyer(client, _classeur(lignes))
    page = _texte(apercu.content.decode())
    assert "12 nouvelles, 37 rejetées" in page
    assert "Enregistrer 12\u00a0valeurs et laisser 37\u00a0lignes rejetées" in page
    jeton = re.search(r'name="jeton" value="([^"]+)"', apercu.content.decode())
    assert jeton
    rejets = client.get(reverse("saisie_rejets", args=[suivi.id, jeton[1]])).content.decode("utf-8-sig").splitlines()
    assert len(rejets) == 38 and rejets[1].startswith("14;Période;")
    assert Valeur.objects.count() == 0
    fini = _texte(_accepter(client, apercu).content.decode())
    assert "37\u00a0lignes rejetées : rien n’en a été écrit." in fini and Valeur.objects.count() == 12


def test_colonnes_deplacees_dates_en_serie_fusion_et_formule_en_erreur(suivi: Programme, entrer: Any) -> None:
    client = entrer()
    octets = _classeur(
        [
            _ligne(ANNEZIN, 43830, 5),
            _ligne(BETHUNE, "2019", "=1/0"),
            _ligne(BETHUNE, "2020", 8),
            _ligne(BETHUNE, "2021", 9),
        ],
        titres=list(reversed(TITRES)),
        fusion="A4:B4",
    )
    page = _texte(_envoyer(client, octets).content.decode())
    assert "2 nouvelles, 2 rejetées" in page
    assert "des cellules sont fusionnées ici (A4:B4)" in page and "une formule est en erreur (#DIV/0!)" in page
    assert Valeur.objects.count() == 0


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", "n’est pas un classeur"),
        (b"<html>", "page web"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, "ancien classeur"),
        (b"PK\x03\x04 tronqu\xe9", "n’est pas un classeur"),
    ],
)
def test_un_mauvais_fichier_est_refuse_avec_un_conseil(
    octets: bytes, phrase: str, suivi: Programme, entrer: Any
) -> None:
    reponse = _envoyer(entrer(), octets or b" ")
    assert reponse.status_code == 422 and phrase in reponse.content.decode()


def test_sans_fichier_ou_sans_titres(suivi: Programme, entrer: Any) -> None:
    client = entrer()
    vide = client.post(reverse("saisie_import", args=[suivi.id]), {})
    assert vide.status_code == 422 and "Choisissez le classeur" in vide.content.decode()
    sans = _envoyer(client, _classeur([], titres=["Libellé"]))
    assert sans.status_code == 422 and "titres" in sans.content.decode()


def test_le_classeur_d_un_autre_programme_et_un_exercice_verrouille(
    suivi: Programme, entrer: Any, personne: Any
) -> None:
    client, sacha = entrer(), personne("sacha", "administrateur")
    _saisies(suivi, (ANNEZIN, "2019", 12))
    cle = CleValeur("production", ANNEZIN, "2019")
    for statut in (StatutValeur.PROPOSE, StatutValeur.VALIDE):
        changer_statut(suivi, [cle], statut, auteur=sacha)
    verrouiller(suivi, "2019", auteur=sacha)
    page = _texte(_envoyer(client, _classeur([_ligne(ANNEZIN, "2019", 13)])).content.decode())
    assert "la période 2019 est verrouillée" in page and "Enregistrer" not in page
    from dataclasses import replace

    from beffroi.web.tables.services.programme import charger

    charger(replace(suivi, id="autre", titre_court="Autre"))
    octets = client.get(reverse("saisie_classeur", args=["autre"])).content
    refus = _envoyer(client, bytes(octets))
    assert refus.status_code == 422 and "préparé pour le programme «\u00a0autre\u00a0»" in refus.content.decode()


def test_ce_qui_change_entre_l_apercu_et_l_accord_se_revoit(suivi: Programme, entrer: Any) -> None:
    client = entrer()
    apercu = _envoyer(client, _classeur([_ligne(ANNEZIN, "2019", 13)]))
    _saisies(suivi, (ANNEZIN, "2019", 13))
    reponse = _accepter(client, apercu)
    assert reponse.status_code == 409 and "ont changé depuis votre premier aperçu" in reponse.content.decode()
    perdu = client.post(reverse("saisie_importer", args=[suivi.id]), {"jeton": "0" * 32}, follow=True)
    assert "n’attend plus" in perdu.content.decode()
    alix = entrer("alix")
    jeton = re.search(r'name="jeton" value="([^"]+)"', apercu.content.decode())
    assert jeton and alix.get(reverse("saisie_rejets", args=[suivi.id, jeton[1]])).status_code == 404


def test_une_part_voyage_en_pour_cent_et_le_theme_entier_se_telecharge(suivi: Programme, entrer: Any) -> None:
    client = entrer()
    cle = CleValeur("a01-i3", "epci:200072460", "2019")
    enregistrer(suivi, [Saisie(cle, Decimal("0.185"))], auteur_nom="import")
    octets = _telecharger(client, "?theme=action:a01&portee=theme")
    valeur = TITRES.index("Valeur")
    lignes = [x for x in _lignes(octets) if x and x[0] == "a01-i3"]
    assert len(lignes) == 18 and [x[valeur] for x in lignes if x[valeur] != ""] == [18.5]
    assert "Ce classeur ne change rien" in _envoyer(client, octets).content.decode()
    nouveau = {"element": "a01-i3", "territoire": "epci:200072460", "periode": "2020", "valeur": 20}
    _accepter(client, _envoyer(client, _classeur([nouveau])))
    assert Valeur.objects.get(periode="2020").valeur == Decimal("0.2")


def test_le_budget_s_importe_avec_sa_ventilation(suivi: Programme, entrer: Any) -> None:
    client = entrer()
    ligne = {
        "element": "a01-b1",
        "territoire": "epci:200072460",
        "periode": "2020",
        "ventilation": "stade=paye",
        "valeur": 50000,
    }
    fausse = ligne | {"ventilation": "stade=perdu"}
    apercu = _envoyer(client, _classeur([ligne, fausse]))
    page = _texte(apercu.content.decode())
    assert "1 nouvelle, 1 rejetée" in page
    _accepter(client, apercu)
    assert Valeur.objects.get().ventilation == "stade=paye"
