"""Collections of features (GeoJSON): properties as columns, outlines repaired with shapely and kept as WKB."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

from beffroi.kernel.errors import InvalidInput, Problem
from beffroi.kernel.source import Source
from beffroi.warehouse.reading import Header, advice, match_columns, open_bytes, refuse_page

CONTOUR = ("contour", "ouest", "sud", "est", "nord", "surface_contour")
ILLISIBLE = "illisible"
RAYON_AUTHALIQUE = 6371007.181  # m : sphère de même surface que l'ellipsoïde


def as_table(path: Path, source: Source, aside: Path, name: str) -> tuple[Path, Header]:
    """Write the features as delimited text beside, every cell as text, so that columns are checked as any other.

    Raises:
        InvalidInput: web page, JSON that is cut, something else than a collection, a required property missing.
    """
    with open_bytes(path) as f:
        content = f.read()
    refuse_page(content[:512], name, source)
    try:
        said = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as e:
        line = content.count(b"\n", 0, e.start) + 1
        raise InvalidInput(Problem("ce fichier n'est pas en UTF-8.", name, line, conseil=advice(source))) from e
    except json.JSONDecodeError as e:
        raise InvalidInput(
            Problem("ce fichier GeoJSON est tronqué ou abîmé.", name, e.lineno, e.colno, advice(source))
        ) from e
    features = said.get("features") if isinstance(said, dict) else None
    if not isinstance(features, list) or not features:
        raise InvalidInput(
            Problem("ce fichier n'est pas une collection d'objets GeoJSON.", name, 1, conseil=advice(source))
        )
    odd = next((i for i, f in enumerate(features, 1) if not _is_feature(f)), None)
    if odd is not None:
        raise InvalidInput(
            Problem(f"l'objet n° {odd} de cette collection n'est pas un objet GeoJSON.", name, conseil=advice(source))
        )
    names = list(dict.fromkeys(k for feature in features for k in feature.get("properties") or {}))
    found, missing = match_columns([*names, *CONTOUR], source)
    if missing:
        raise InvalidInput(
            Problem(
                f"la propriété attendue manque (présentes : {', '.join(names[:12])}).",
                name,
                1,
                missing[0],
                "Le producteur a changé son format : gardez le millésime précédent et signalez ce fichier.",
            )
        )
    table = aside / "objets.csv"
    with table.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";", lineterminator="\n")
        writer.writerow([*names, *CONTOUR])
        for feature in features:
            values = feature.get("properties") or {}
            writer.writerow([_text(values.get(n)) for n in names] + _outline(feature.get("geometry")))
    return table, Header(";", "utf-8", 1, (*names, *CONTOUR), tuple(found))


def _is_feature(feature: Any) -> bool:
    return isinstance(feature, dict) and isinstance(feature.get("properties") or {}, dict)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return " ".join(str(value).split())


def _outline(geometry: dict[str, Any] | None) -> list[str]:
    """WKB in hexadecimal and bounds; blanks when there is no outline, ILLISIBLE when it cannot be repaired."""
    import shapely
    from shapely.geometry import shape

    if not geometry:
        return [""] * len(CONTOUR)
    blank = [ILLISIBLE, *[""] * (len(CONTOUR) - 1)]
    try:
        outline = shape(geometry)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError, shapely.errors.ShapelyError):
        return blank
    if not all(map(math.isfinite, shapely.get_coordinates(outline).flat)):
        return blank
    if not outline.is_valid:
        outline = shapely.make_valid(outline, method="structure", keep_collapsed=False)
    if outline.is_empty or outline.geom_type not in ("Polygon", "MultiPolygon"):
        return blank
    return [outline.wkb_hex, *(repr(float(b)) for b in outline.bounds), f"{_area(outline):.0f}"]


def _area(outline: Any) -> float:
    """Area in m², by the equal-area cylindrical projection of the authalic sphere (error under 0.3 % in France)."""
    import shapely

    flat = shapely.transform(
        outline,
        lambda xy: [(math.radians(x) * RAYON_AUTHALIQUE, math.sin(math.radians(y)) * RAYON_AUTHALIQUE) for x, y in xy],
    )
    return float(flat.area)
