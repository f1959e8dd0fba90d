"""Files that spreadsheets open: CSV (UTF-8 with mark, semicolons) and XLSX, each with its sources."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

from django.http import HttpResponse

Cellule = str | int | Decimal | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _texte(x: Cellule) -> str:
    if isinstance(x, Decimal):
        return f"{x.normalize():f}".replace(".", ",")
    return "" if x is None else str(x)


def _inoffensif(x: Cellule) -> str:
    """A text that a spreadsheet would run as a formula is kept as text."""
    text = _texte(x)
    return f"'{text}" if isinstance(x, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def en_csv(nom: str, entetes: Sequence[str], rangs: Sequence[Sequence[Cellule]]) -> HttpResponse:
    """CSV with a decimal comma."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{nom}.csv"'
    response.write("\ufeff")
    out = csv.writer(response, delimiter=";", lineterminator="\r\n")
    out.writerow(entetes)
    out.writerows([_inoffensif(x) for x in row] for row in rangs)
    return response


def en_xlsx(
    nom: str,
    entetes: Sequence[str],
    rangs: Sequence[Sequence[Cellule]],
    *,
    titre: str,
    lecture: Sequence[tuple[str, str]],
) -> HttpResponse:
    """Workbook: the table, then a sheet that says how to read it and where it comes from."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": titre})
    head = book.add_format({"bold": True, "bg_color": "#EAE1CF", "text_wrap": True, "valign": "top"})
    number = book.add_format({"num_format": "#,##0.##"})
    whole = book.add_format({"num_format": "#,##0"})
    sheet = book.add_worksheet("Objectifs")
    sheet.freeze_panes(1, 3)
    sheet.write_row(0, 0, entetes, head)
    widths = [len(h) // 2 + 4 for h in entetes]
    for i, row in enumerate(rangs, 1):
        for j, x in enumerate(row):
            if isinstance(x, int):
                sheet.write_number(i, j, x, whole)
            elif isinstance(x, Decimal):
                integral = x == x.to_integral_value()
                sheet.write_number(i, j, float(x), whole if integral else number)
            elif x is not None:
                sheet.write_string(i, j, x)
            widths[j] = min(40, max(widths[j], len(_texte(x)) + 2))
    for j, w in enumerate(widths):
        sheet.set_column(j, j, w)
    if rangs:
        sheet.autofilter(0, 0, len(rangs), len(entetes) - 1)
    told = book.add_worksheet("Lecture")
    told.set_column(0, 0, 28)
    told.set_column(1, 1, 110, book.add_format({"text_wrap": True, "valign": "top"}))
    for i, (k, v) in enumerate([("Document", titre), *lecture]):
        told.write_string(i, 0, k, book.add_format({"bold": True, "valign": "top"}))
        told.write_string(i, 1, v)
    book.close()
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{nom}.xlsx"'
    return response
