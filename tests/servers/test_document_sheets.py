"""Workbooks: every cell as it looks, and what is hidden is said; LibreOffice shows the same."""

import csv
import io
from datetime import date, datetime, timedelta
from zipfile import ZipFile

import pytest
from odf import table, text
from odf.opendocument import OpenDocumentSpreadsheet
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from tests.servers.document_samples import packed
from tests.servers.office import shown_by_office
from tests.unit.test_document_numbers import SHOWN

pytest_plugins = ["tests.servers.document_desk"]

UNLIKE_OFFICE = {"1E+20", "伍", "一百二十三", "壹万零贰佰零叁", "上午6时00分", "-3", "3000000"}
"""Where LibreOffice does not do what Excel does, in the language and for the days before 1900."""
UNLIKE_OFFICE |= {"1900-01-01", "1900-02-29"}


def written(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(data: bytes, part: str, old: str, new: str) -> bytes:
    with ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    return packed(parts | {part: parts[part].replace(old.encode(), new.encode())})


def tables(desk, name: str, data: bytes) -> list[list[list[str]]]:
    made = desk("convert", name, data, to="csv").files
    return [[*csv.reader(file.path.read_text(encoding="utf-8-sig").splitlines())] for file in made]


@pytest.fixture
def book() -> Workbook:
    found = Workbook()
    found.active.title = "Sales"
    return found


def test_cells_look_as_in_libreoffice(desk, book, tmp_path):
    for row, (value, code, words) in enumerate(SHOWN, 1):
        book.active.cell(row, 1, value).number_format = code
        book.active.cell(row, 2, f"_{words}")

    (rows,) = tables(desk, "a.xlsx", written(book))
    office = shown_by_office(written(book), "xlsx", tmp_path)

    assert [row[0].strip("'") for row in rows] == [" ".join(row[1][1:].split()) for row in rows]
    for ours, theirs in zip(rows, office, strict=True):
        assert ours[1][1:] in UNLIKE_OFFICE or ours[0].strip("'") == " ".join(theirs[0].split())


def test_values_of_every_type_arrive(desk, book):
    sheet = book.active
    rich = CellRichText("plain ", TextBlock(InlineFont(b=True), "bold"), " end")
    sheet.append(["kind", "value"])
    for pair in [
        ("yes", True),
        ("error", "#DIV/0!"),
        ("day", date(2026, 3, 16)),
        ("moment", datetime.fromisoformat("2026-03-16T14:30")),
        ("span", timedelta(hours=36)),
        ("lines", "10\n5"),
        ("rich", rich),
        ("zeros", "00123"),
        ("sum", "=SUM(1,2)"),
        ("long", 123456789012345),
    ]:
        sheet.append(pair)
    sheet["D1"] = "far"
    sheet.merge_cells("A14:B14")
    sheet["A14"] = "merged"

    (rows,) = tables(desk, "a.xlsx", written(book))

    assert [row[1] for row in rows[1:11]] == [
        *("TRUE", "#DIV/0!", "2026-03-16", "2026-03-16 14:30:00", "36:00:00", "10 5"),
        *("plain bold end", "00123", "'=SUM(1,2)", "123456789012345"),
    ]
    assert rows[0] == ["kind", "value", "", "far"]
    assert rows[-1] == ["merged", "", "", ""]
    assert (
        "never calculated, shown as formulas: 1"
        in desk("convert", "a.xlsx", written(book), to="md").text
    )


def test_hidden_sheets_rows_and_columns_are_read_and_named(desk, book):
    book.active.append(["a", "b"])
    book.active.append(["c", "d"])
    book.create_sheet("Prices").append(["secret"])
    book.create_sheet("Empty").sheet_state = "hidden"
    plain = desk("text.extract", "a.xlsx", written(book))
    book["Prices"].sheet_state = "veryHidden"
    book["Sales"].row_dimensions[2].hidden = True

    answer = desk("text.extract", "a.xlsx", written(book))

    assert "idden" not in plain.text
    assert "secret" in answer.text
    assert "the sheets Prices." in answer.text
    assert "were read too: in Sales." in answer.text
    assert desk("info", "a.xlsx", written(book)).content["pages"] == 3


def test_readings_are_no_words_and_escapes_are_undone(desk, book):
    book.active.append(["AA", "x"])
    runs = "<t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh>"
    data = changed(written(book), "xl/worksheets/sheet1.xml", "<t>AA</t>", runs)
    data = changed(data, "xl/worksheets/sheet1.xml", "<t>x</t>", "<t>a_x000D_\nb_x005F_c</t>")

    assert tables(desk, "a.xlsx", data) == [[["東京", "a b_c"]]]


def test_days_since_1904_and_formats_by_number(desk, book):
    book.epoch = datetime.fromisoformat("1904-01-01")
    book.active["A1"] = date(2026, 3, 16)
    book.active["B1"] = 0.5
    book.active["B1"].number_format = "0%"

    assert tables(desk, "a.xlsx", written(book)) == [[["2026-03-16", "50%"]]]


def test_what_lies_over_the_cells_is_read_or_said(desk, book):
    book.active.append([1, 2])
    book.active["B1"].comment = Comment("look twice", "Ann")
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=1, min_row=1))
    book.active.add_chart(chart, "D4")

    answer = desk("text.extract", "a.xlsx", written(book))

    assert "B1: look twice" in answer.text
    assert "below the tables, save in CSV: 1." in answer.text
    assert "embedded files in it, which were not read: 1." in answer.text
    assert tables(desk, "a.xlsx", written(book)) == [[["1", "2"]]]


def test_a_table_as_csv_has_amounts_powers_and_struck_words_as_they_are(desk):
    cells = ["-$5.00", "-CHF 7.00", "--", "10<sup>5</sup>", "1<sup>st</sup>", "<s>10</s>8", "-A1"]
    page = f"<html><table><tr>{''.join(f'<td>{one}</td>' for one in cells)}</tr></table>"

    (rows,) = tables(desk, "a.html", page.encode())

    assert rows == [["-$5.00", "-CHF 7.00", "--", "10⁵", "1st", "10 8", "'-A1"]]


def test_cells_without_places_and_styles_are_read(desk, book):
    book.active.append(["a", 5])
    data = changed(written(book), "xl/worksheets/sheet1.xml", '<c r="B1" t="n">', '<c s="99">')

    assert tables(desk, "a.xlsx", data) == [[["a", "5"]]]


@pytest.mark.parametrize("cells", [[(1, 1), (1, 16_384)], [(one, one) for one in range(1, 3_000)]])
def test_cells_far_apart_are_bounded(cells, desk, book):
    for row, column in cells:
        book.active.cell(row, column, 1)
    if len(cells) > 2:
        assert desk.refusal("text.extract", "a.xlsx", written(book)) == "too_much"
    else:
        assert "1" in desk("convert", "a.xlsx", written(book), to="csv").files[0].path.read_text()


def test_an_open_spreadsheet_is_read_as_it_looks(desk, tmp_path):
    document = OpenDocumentSpreadsheet()
    sheet = table.Table(name="Sales")
    for cells in (["Rate", "Lines"], ["7.50%", "10\n5"]):
        row = table.TableRow()
        for one in cells:
            cell = table.TableCell(valuetype="string")
            for line in one.split("\n"):
                cell.addElement(text.P(text=line))
            row.addElement(cell)
        sheet.addElement(row)
    row = table.TableRow()
    row.addElement(table.TableCell(numbercolumnsrepeated=1))
    row.addElement(table.TableCell(formula="of:=[.A1]*2"))
    row.addElement(table.TableCell(valuetype="date", datevalue="2026-03-16"))
    row.addElement(table.TableCell(valuetype="time", timevalue="PT36H05M00S"))
    row.addElement(table.TableCell(valuetype="percentage", value="0.07"))
    sheet.addElement(row)
    sheet.addElement(table.TableRow(numberrowsrepeated=1_000_000))
    document.spreadsheet.addElement(sheet)
    out = io.BytesIO()
    document.write(out)

    rows = [["Rate", "Lines", "", "", ""], ["7.50%", "10 5", "", "", ""]]
    rows.append(["", "'=[.A1]*2", "2026-03-16", "36:05:00", "7%"])
    assert tables(desk, "a.ods", out.getvalue()) == [rows]
    answer = desk("text.extract", "a.ods", out.getvalue())
    assert "shown as formulas: 1" in answer.text
