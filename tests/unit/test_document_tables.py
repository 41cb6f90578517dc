"""Rows out of texts whose cells are parted by one sign or another."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.tools.document.tables import as_html, rows_of


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("name,units\n\nAnn,1\n\n", "name,units|Ann,1"),
        ("Name;Preis\r\nA;1,50\r\nB;2,75\r\n", "Name,Preis|A,1;50|B,2;75"),
        ("1,5;2,5\n3,5;4,5\n", "1;5,2;5|3;5,4;5"),
        ("sep=;\na;b\n1,5;2\n", "a,b|1;5,2"),
        ('"sep=|"\na|b\n', "a,b"),
        ("name\tunits\nAnn\t1,5\n", "name,units|Ann,1;5"),
        ("a|b\n1|2\n", "a,b|1,2"),
        ("name,phone\nAnn,1,2\n", "name,phone|Ann,1,2"),
        ("id,tags\n1,x;y\n2,z;w\n", "id,tags|1,x;y|2,z;w"),
        ("Tag;Text\n1.1.;Kauf, Rest\n2.1.;a, b, c\n", "Tag,Text|1.1.,Kauf; Rest|2.1.,a; b; c"),
        ("Konto: 1\n\nname;units\nAnn;1\n", "Konto: 1|name,units|Ann,1"),
        ("name\nAnn\n", "name|Ann"),
        ("Preis\n1,50\n2,75 €\n", "Preis|1;50|2;75 €"),
        ('a,b\n"x, y","say ""hi"""\n', 'a,b|x; y,say "hi"'),
        ('a, b\n1, "x, y"\n', "a,b|1,x; y"),
        ('a,b\n"unclosed,1\n2,3\n', 'a,b|"unclosed,1|2,3'),
        ('a,b\n5" pipe,3\n', 'a,b|5" pipe,3'),
        ('a,b\n"say \\"hi\\", x",3\n', 'a,b|say "hi"; x,3'),
        (";;\n;;\n", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_separator_is_found_out_and_nothing_is_lost(text, rows):
    """In the expected rows, `,` parts cells and `;` stands for a comma within one."""
    found = rows_of(text.replace("\r\n", "\n"))

    asked = [row.split(",") for row in rows.split("|")] if rows else []
    assert [[cell.replace(",", ";") for cell in row] for row in found] == asked


def test_a_name_may_say_that_tabs_part_cells():
    assert rows_of("a,b\tc\n1,2\t3\n", tabbed=True) == [["a,b", "c"], ["1,2", "3"]]
    assert rows_of("a,b\n1,2\n", tabbed=True) == [["a", "b"], ["1", "2"]]


CELLS = st.text("ab1 ,;|\t\"'\n-=.€香", min_size=1, max_size=6).map(str.strip).filter(bool)


ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=5)


@given(ROWS, st.sampled_from("\t;|,"))
def test_what_a_spreadsheet_writes_comes_back(rows, separator):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)

    assert rows_of(out.getvalue()) == rows


@given(st.text("ab,;|\t\"'\n= "))
def test_every_character_of_a_word_arrives(text):
    words = "".join(cell for row in rows_of(text) for cell in row)

    assert sorted(words.replace('"', "")).count("a") == text.count("a")


def test_rows_are_as_wide_as_the_widest_and_no_markup():
    html = as_html([("S<", [["a"], ["<b>", "x\ny", "3"]], ["A1: <n>"])])

    assert html.startswith("<h2>S&lt;</h2><table><thead><tr><td>a</td><td></td><td></td></tr>")
    assert "<tr><td>&lt;b&gt;</td><td>x<br>y</td><td>3</td></tr>" in html
