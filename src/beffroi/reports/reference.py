"""Pages of ``docs/reference/``, written from the declarations: rules, parameters, examples.

Whatever is declared is documented; ``beffroi docs verifier`` fails when a page is stale.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from beffroi.catalogue import all_parameters, all_rules
from beffroi.exchange.schema import fichiers as formats_d_echange
from beffroi.kernel.convert import type_words
from beffroi.kernel.parameter import ParameterValue
from beffroi.kernel.rule import Rule, valeur_texte
from beffroi.reports.reference_donnees import pages_donnees

ENTETE = "<!-- Page écrite par « beffroi docs generer » : ne pas modifier à la main. -->\n\n"


def pages(racine: Path) -> dict[str, str]:
    """Path under ``docs/reference`` → content of every generated page."""
    exemples = _exemples(racine / "tests" / "domain")
    result: dict[str, str] = {}
    by_area: dict[str, list[tuple[Rule, ...]]] = {}
    for versions in all_rules().values():
        by_area.setdefault(versions[0].area, []).append(versions)
    for area, rules in sorted(by_area.items()):
        result[f"regles/{area}.md"] = ENTETE + _page_regles(area, rules, exemples)
    result["regles/README.md"] = ENTETE + _index(by_area)
    result["parametres.md"] = ENTETE + _page_parametres(all_parameters())
    result |= formats_d_echange()
    result |= {name: ENTETE + text for name, text in pages_donnees().items()}
    return result


def _exemples(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Rule id → examples that are also its tests."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(folder.glob("*/exemples/*.toml")):
        for e in tomllib.loads(path.read_text(encoding="utf-8")).get("exemple", []):
            found.setdefault(e["regle"], []).append(e)
    return found


def _index(by_area: Mapping[str, list[tuple[Rule, ...]]]) -> str:
    lines = ["# Règles\n"]
    for area, rules in sorted(by_area.items()):
        lines.append(f"## [{area}]({area}.md)\n")
        lines += [f"- `{v[-1].id}` : {v[-1].label} ({v[-1].legal})" for v in rules]
        lines.append("")
    return "\n".join(lines) + "\n"


def _page_regles(area: str, rules: Iterable[tuple[Rule, ...]], exemples: Mapping[str, list[dict[str, Any]]]) -> str:
    lines = [f"# Règles : {area}\n"]
    for versions in rules:
        for rule in versions:
            until = f" jusqu'au {rule.until:%d/%m/%Y}" if rule.until else ""
            lines += [
                f"## {rule.label}\n",
                f"Identifiant `{rule.id}`, à partir du {rule.since:%d/%m/%Y}{until}. Texte : {_lien(rule)}.\n",
                rule.description + "\n",
            ]
            if rule.entrees:
                lines += ["| entrée | sens | type | attendu |", "|---|---|---|---|"]
                for name, annotation in rule.entrees.items():
                    e = rule.entree(name)
                    lines.append(f"| `{name}` | {e.label} | {type_words(annotation)} | {e.attendu()} |")
                lines.append("")
        lines += [_exemple(exemple) for exemple in exemples.get(versions[-1].id, [])]
    return "\n".join(lines).rstrip() + "\n"


def _lien(rule: Rule) -> str:
    return f"[{rule.legal}]({rule.legal.url})" if rule.legal.url.startswith("http") else str(rule.legal)


def _exemple(e: Mapping[str, Any]) -> str:
    situation = "; ".join(f"{k} = {_court(v)}" for k, v in e["situation"].items())
    attendu = e["attendu"]
    if "erreur" in attendu:
        answer = f"refusé : « {attendu['erreur']} »"
    else:
        parts = [_court(attendu["valeur"])] if "valeur" in attendu else []
        parts += [f"{k} : {_court(v)}" for k, v in attendu.get("etapes", {}).items()]
        parts += [f"avertit : « {attendu['avertissement']} »"] if "avertissement" in attendu else []
        answer = "; ".join(parts)
    source = f", {e['source']}" if e.get("source") else ""
    return (
        f"**Exemple {e['id']}** ({e['origine']}{source}). {e['titre']}.  \n"
        f"Le {e['le']:%d/%m/%Y}, {situation} → **{answer}**\n"
    )


def _court(value: Any, limit: int = 400) -> str:
    if isinstance(value, dict):
        text = "{" + ", ".join(f"{k}: {_court(v)}" for k, v in value.items()) + "}"
    elif isinstance(value, list):
        text = "[" + ", ".join(_court(v) for v in value) + "]"
    else:
        text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _page_parametres(values: Iterable[ParameterValue]) -> str:
    lines = [
        "# Paramètres datés\n",
        "Chaque valeur qu'un texte peut changer, avec sa date d'effet. « À vérifier » : le texte n'a pas été relu.\n",
        "| paramètre | identifiant | du | au | valeur | texte | |",
        "|---|---|---|---|---|---|---|",
    ]
    for p in values:
        end = f"{p.au:%d/%m/%Y}" if p.au else ""
        ref = f"[{p.legal}]({p.legal.url})" if p.legal.url.startswith("http") else str(p.legal)
        check = "à vérifier" if p.a_verifier else ""
        lines.append(
            f"| {p.label} | `{p.id}` | {p.du:%d/%m/%Y} | {end} | {valeur_texte(p.valeur, p.unite)} | {ref} | {check} |"
        )
    return "\n".join(lines) + "\n"
