"""Loading of the largest packaged programme (100 communes), against a bare YAML load of the same file.

Budget of the project: under 2 s. The ratio says what the checks, positions and types cost.
"""

import json
import statistics
import time
from collections.abc import Callable

import yaml

from beffroi import demo
from beffroi.exchange import lire


def mesurer(action: Callable[[], object], tours: int = 5) -> float:
    """Median time of some runs, in milliseconds."""
    temps = []
    for _ in range(tours):
        debut = time.perf_counter()
        action()
        temps.append((time.perf_counter() - debut) * 1000)
    return statistics.median(temps)


def main() -> None:
    """Print one JSON line per measure."""
    chemin = max(demo.programmes(), key=lambda c: c.stat().st_size)
    texte = chemin.read_text(encoding="utf-8")
    chargeur = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    repere = mesurer(lambda: yaml.load(texte, Loader=chargeur))  # noqa: S506 — chargeur sûr de PyYAML
    duree = mesurer(lambda: lire(chemin))
    assert duree < 2000, f"{duree:.0f} ms"
    print(
        json.dumps(
            {
                "mesure": f"lire {chemin.name}",
                "duree_ms": round(duree, 1),
                "repere": "yaml.load nu, même fichier",
                "repere_ms": round(repere, 1),
                "rapport": round(duree / repere, 2),
                "plafond": 4,
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
