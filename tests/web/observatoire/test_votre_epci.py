"""« Votre EPCI » : chercher, lire le portrait, l'exporter, créer un PLH vide ; chaque refus dit quoi faire."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from beffroi.exchange import lire_contenu
from beffroi.exchange.ecriture import yaml_de
from beffroi.kernel.errors import NotLoaded
from beffroi.kernel.figure import nombre
from beffroi.warehouse.comparison import compare
from beffroi.warehouse.observatory import Observatoire
from beffroi.warehouse.portrait import portrait, sources_absentes
from beffroi.warehouse.query import Entrepot
from beffroi.web.editions.tasks import produire
from beffroi.web.tables.models import Edition, Evenement, ProgrammeVersion
from beffroi.web.tables.selectors.programme import programme_en_vigueur
from beffroi.web.tables.services.programme import NATURE_CREATION

LYON, NANCY, BETHUNE = "200046977", "245400676", "200072460"


@pytest.fixture
def ouvrir(personne: Any) -> Any:
    """Navigateur d'un compte : ``ouvrir(role, siren)``."""

    def connecter(role: str | None, siren: str = LYON) -> Client:
        client = Client()
        client.force_login(personne("x", role, siren), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return connecter


def test_chercher_par_nom_siren_commune(ouvrir: Any) -> None:
    client = ouvrir(None)
    texte = client.get("/observatoire/?q=lyon").content.decode()
    assert "Métropole de Lyon" in texte and "Sainte-Foy-lès-Lyon" in texte and f"/observatoire/{LYON}/" in texte
    assert client.get(f"/observatoire/?q={NANCY}")["Location"] == f"/observatoire/{NANCY}/"
    assert client.get("/observatoire/?q=annezin")["Location"] == f"/observatoire/{BETHUNE}/"
    assert "Aucune intercommunalité ne répond" in client.get("/observatoire/?q=zzzz").content.decode()
    assert client.get("/observatoire/999999999/").status_code == 404


@pytest.mark.parametrize("siren", [LYON, NANCY, BETHUNE])
def test_le_portrait_dit_chaque_indicateur(ouvrir: Any, siren: str) -> None:
    """La page et le fichier disent les mêmes valeurs que la ligne de commande, et le mot de chaque absence."""
    client = ouvrir(None)
    observatoire = Observatoire.ouvrir()
    p = portrait(observatoire, observatoire.entrepot.epci(siren))
    texte = client.get(f"/observatoire/{siren}/").content.decode()
    assert f"beffroi observatoire {siren} --miroir DOSSIER" in texte
    assert "source non chargée" in texte and "sur 6" in texte
    reponse = client.get(f"/observatoire/{siren}/portrait.csv")
    lignes = list(csv.DictReader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))
    assert len(lignes) == len(p.valeurs) == sum(p.decompte.values())
    assert {m: sum(x["situation"] == m for x in lignes) for m in p.decompte} == p.decompte
    for x in lignes:
        assert (x["valeur"] == "") == (x["situation"] != "valeur")
        assert x["situation"] != "valeur" or (x["qualite_sur_6"] and x["sources"] and x["periode"])
    for x in sources_absentes(p):
        assert f"beffroi donnees actualiser {x} " in texte or "à télécharger à la main" in texte


@pytest.mark.parametrize("siren", [LYON, NANCY])
def test_comparer_un_taux(ouvrir: Any, siren: str) -> None:
    """La page donne les repères, les valeurs et le rang que donne la comparaison en Python."""
    indicateur = "besoins.taille_menage"
    observatoire = Observatoire.ouvrir()
    c = compare(observatoire, indicateur, observatoire.entrepot.epci(siren))
    reponse = ouvrir(None).get(f"/observatoire/{siren}/?comparer={indicateur}")
    tableau = reponse.context["comparaison"]
    assert [(r.nom, r.chiffre) for r in tableau.reperes] == [(t.nom, f) for t, f in c.reperes]
    assert len(c.reperes) == 3 and all(r.parle for r in tableau.reperes)
    texte = reponse.content.decode()
    assert f"Rang {nombre(c.rang or 0)} sur {nombre(c.classes)}, du plus haut au plus bas" in texte and c.classes > 1000
    for _, f in c.reperes:
        assert f.texte(c.indicateur.decimals) in texte
    assert "Aucun EPCI semblable" in texte  # le parc de ces EPCI n'est pas dans les extraits livrés


def test_un_repere_trop_peu_couvert_n_a_pas_de_valeur(ouvrir: Any) -> None:
    """Sitadel n'est livré que pour quelques EPCI : « France » n'y serait que leur somme, et n'est pas écrite."""
    reponse = ouvrir(None).get(f"/observatoire/{BETHUNE}/?comparer=production.indice_construction_commence")
    tableau = reponse.context["comparaison"]
    assert [r.parle for r in tableau.reperes] == [False, False, False]
    texte = reponse.content.decode()
    assert texte.count("trop peu de communes chargées") == 3 and "communes sur 34\u202f875" in texte
    assert len(tableau.semblables) == 3 and all(r.parle for r in tableau.semblables)
    assert tableau.ici.chiffre.connu and tableau.comparaison.rang == 3


@pytest.mark.parametrize("demande", ["besoins.population", "vacance.taux", "rien", "<b>", ""])
def test_ne_se_compare_que_ce_qui_est_offert(ouvrir: Any, demande: str) -> None:
    """Un total (il dit la taille), un taux inconnu à Lyon, un mot quelconque : la page s'ouvre sans comparaison."""
    reponse = ouvrir(None).get(f"/observatoire/{LYON}/", {"comparer": demande})
    assert reponse.status_code == 200 and reponse.context["comparaison"] is None
    offerts = {v.indicateur.id for _, valeurs in reponse.context["comparables"] for v in valeurs}
    assert "besoins.taille_menage" in offerts and demande not in offerts


def test_un_entrepot_absent_dit_la_commande(ouvrir: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def rien(*_: Any) -> Entrepot:
        raise NotLoaded("aucun entrepôt. Lancez « beffroi donnees actualiser ».")

    client = ouvrir(None)
    monkeypatch.setattr(Entrepot, "ouvrir", rien)
    for adresse in ("/observatoire/", f"/observatoire/{LYON}/"):
        assert "beffroi donnees actualiser" in client.get(adresse).content.decode()


@pytest.mark.parametrize(("siren", "communes"), [(LYON, 58), (NANCY, 20)])
def test_creer_un_plh_vide(ouvrir: Any, siren: str, communes: int) -> None:
    client = ouvrir("administrateur", siren)
    page = client.get(f"/observatoire/{siren}/").content.decode()
    assert "Créer le PLH vide" in page
    reponse = client.post(f"/observatoire/{siren}/creer-plh/", {"plh-annee": "2028", "plh-titre": ""}, follow=True)
    ident = f"plh-{siren}-2028"
    assert reponse.redirect_chain == [(f"/programme/{ident}/", 302)]
    texte = reponse.content.decode()
    assert "inventaire non chargé" in texte and texte.count("à écrire") >= 4 and "CCH, art. L. 302-1 IV" in texte
    programme = programme_en_vigueur(ident)
    assert programme is not None and programme.version == "brouillon" and not programme.fictif
    assert len(programme.communes()) == communes and programme.inventaire_sru is None
    assert [e.annee for e in programme.exercices()] == [2028, 2029, 2030, 2031, 2032, 2033]
    assert {v.valeur for o in programme.objectifs for v in o.valeurs} == {None}
    assert not programme.actions and all(not s.contenu for s in programme.sections)
    evenement = Evenement.objects.get(programme=ident)
    assert (evenement.nature, evenement.collectivite) == (NATURE_CREATION, siren)
    assert ProgrammeVersion.objects.get(programme=ident).charge_par_id == evenement.auteur_id
    # Le fichier rendu se relit tel quel.
    fichier = client.get(f"/programme/{ident}/programme.yaml").content.decode()
    assert lire_contenu(fichier, "x.yaml") == programme and yaml_de(programme) == fichier


def test_le_titre_propose_suit_l_annee(ouvrir: Any) -> None:
    client = ouvrir("administrateur")
    propose = client.get(f"/observatoire/{LYON}/").context["form"].propose
    client.post(f"/observatoire/{LYON}/creer-plh/", {"plh-annee": "2031", "plh-titre": propose})
    client.post(f"/observatoire/{LYON}/creer-plh/", {"plh-annee": "2040", "plh-titre": "PLH des mobilités"})
    titres = set(ProgrammeVersion.objects.values_list("titre", flat=True))
    assert titres == {"Programme local de l’habitat 2031-2036, Métropole de Lyon", "PLH des mobilités"}


def test_deux_fois_le_meme_et_les_fautes(ouvrir: Any) -> None:
    client = ouvrir("administrateur")
    adresse = f"/observatoire/{LYON}/creer-plh/"
    assert client.post(adresse, {"plh-annee": "2028"}).status_code == 302
    encore = client.post(adresse, {"plh-annee": "2028"})
    assert encore.status_code == 422
    assert "commence déjà cette année-là" in encore.content.decode()
    for annee, mot in (("1999", "de 2010 à 2100"), ("", "comme 2027"), ("bientôt", "quatre chiffres")):
        reponse = client.post(adresse, {"plh-annee": annee})
        assert reponse.status_code == 422 and mot in reponse.content.decode()
    assert ProgrammeVersion.objects.count() == Evenement.objects.count() == 1


def test_etre_administrateur_ailleurs_ne_suffit_pas(ouvrir: Any) -> None:
    client = ouvrir("administrateur", NANCY)
    assert "Créer le PLH vide" not in client.get(f"/observatoire/{LYON}/").content.decode()
    assert client.post(f"/observatoire/{LYON}/creer-plh/", {"plh-annee": "2028"}).status_code == 404
    assert not ProgrammeVersion.objects.exists()


def test_sans_objectif_aucune_phrase_ne_compte_le_vide(ouvrir: Any) -> None:
    """Tableau de bord et objectifs, là où les logements autorisés sont connus et l'objectif à écrire."""
    client = ouvrir("administrateur", BETHUNE)
    client.post(f"/observatoire/{BETHUNE}/creer-plh/", {"plh-annee": "2021"})
    bord = client.get(f"/programme/plh-{BETHUNE}-2021/tableau-de-bord/?au=2022").content.decode()
    assert "Aucun objectif de référence n’est renseigné" in bord and "attendus à date" not in bord
    assert "2\u202f107" in bord  # 1 073 logements autorisés en 2021 et 1 034 en 2022
    objectifs = client.get(f"/programme/plh-{BETHUNE}-2021/objectifs/?au=2022").content.decode()
    assert "Rien à rapprocher" in objectifs and "Aucune contradiction relevée" not in objectifs


def test_le_bilan_se_produit_en_docx(ouvrir: Any, settings: Any, tmp_path: Any) -> None:
    """La demande, le travail de fond, puis le fichier : le même chemin que pour un programme complet."""
    settings.DONNEES = tmp_path
    client = ouvrir("administrateur", BETHUNE)
    client.post(f"/observatoire/{BETHUNE}/creer-plh/", {"plh-annee": "2021"})
    client.post(f"/programme/plh-{BETHUNE}-2021/bilans/demander/", {"annee": "2022"})
    edition = Edition.objects.get()
    produire.func(edition.pk)
    edition.refresh_from_db()
    assert (edition.statut, edition.erreur) == (Edition.Statut.PRETE, "")
    fichier = client.get(f"/programme/plh-{BETHUNE}-2021/bilans/edition/{edition.pk}/fichier/")
    contenu = b"".join(fichier.streaming_content)
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        assert "aucun objectif n’est renseigné" in archive.read("word/document.xml").decode().replace("\u202f", " ")


def test_le_bilan_d_un_plh_vide(ouvrir: Any) -> None:
    """Exercice clos : un aperçu où rien n'est inventé ; exercice à venir : une phrase qui dit d'attendre."""
    client = ouvrir("administrateur")
    for annee in ("2022", "2030"):
        client.post(f"/observatoire/{LYON}/creer-plh/", {"plh-annee": annee})
    clos = client.get(f"/programme/plh-{LYON}-2022/bilans/2022/apercu/")
    assert clos.status_code == 200 and "non renseigné" in clos.content.decode()
    futur = client.get(f"/programme/plh-{LYON}-2030/bilans/2030/apercu/", follow=True)
    assert "clos" in futur.content.decode()
