"""Word documents, each with one thing in it that many a reader loses, and the words they show."""

import io

from docx import Document

from tests.servers.document_samples import packed

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": f"{OFFICE}/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
}
DECLARED = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in SPACES.items())


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def para(*texts: str) -> str:
    return f"<w:p>{''.join(one if one.startswith('<') else run(one) for one in texts)}</w:p>"


def table(*rows: str) -> str:
    """Rows of cells, parted by `|`; a cell is blocks or a text."""
    made = "".join(f"<w:tr>{''.join(map(cell, row.split('|')))}</w:tr>" for row in rows)
    columns = "<w:gridCol w:w='2000'/>" * max(row.count("|") + 1 for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{made}</w:tbl>"


def rich(text: str, look: str) -> str:
    return run(text).replace("<w:t ", f"<w:rPr>{look}</w:rPr><w:t ")


def cell(content: str) -> str:
    return f"<w:tc><w:tcPr/>{content if content.startswith('<') else para(content)}</w:tc>"


def control(content: str) -> str:
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def merged(properties: str, text: str) -> str:
    return cell(para(text)).replace("<w:tcPr/>", f"<w:tcPr>{properties}</w:tcPr>")


def form(data: str, kind: str) -> str:
    return (
        f"<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:name w:val='F'/>{data}</w:ffData>"
        f"</w:fldChar></w:r><w:r><w:instrText> {kind} </w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )


BOX = f"<w:txbxContent>{para('INSIDE one')}{para('INSIDE two')}</w:txbxContent>"
OLD_BOX = (
    "<w:pict><v:shape style='width:200pt;height:100pt'>"
    f"<v:textbox>{BOX}</v:textbox></v:shape></w:pict>"
)
NEW_BOX = (
    "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline>"
    "<wp:extent cx='2000000' cy='900000'/><wp:docPr id='1' name='x'/><a:graphic>"
    f"<a:graphicData uri='{SPACES['wps']}'><wps:wsp><wps:spPr><a:xfrm><a:off x='0' y='0'/>"
    "<a:ext cx='2000000' cy='900000'/></a:xfrm><a:prstGeom prst='rect'/></wps:spPr>"
    f"<wps:txbx>{BOX}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic>"
    f"</wp:inline></w:drawing></mc:Choice><mc:Fallback>{OLD_BOX}</mc:Fallback></mc:AlternateContent>"
)
COLOURS = "<w:listEntry w:val='red'/><w:listEntry w:val='green'/>"
MENU = f"<w:ddList><w:result w:val='1'/>{COLOURS}</w:ddList>"
BODIES = {
    "new box": para("before ", f"<w:r>{NEW_BOX}</w:r>", " after"),
    "old box": para("before ", f"<w:r>{OLD_BOX}</w:r>", " after"),
    "box in a cell": table(f"{para('left')}{para(f'<w:r>{NEW_BOX}</w:r>')}|right"),
    "control in a line": para("Name: ", control(run("Ada Lovelace"))),
    "control around paragraphs": control(para("first words") + para("second words")),
    "menu": para("Colour ", form(MENU, "FORMDROPDOWN"), " chosen"),
    "fields": para("<w:fldSimple w:instr=' QUOTE x '>", "simple", "</w:fldSimple>", " field"),
    "tags": para("<w:smartTag w:element='x'>", "smart", "</w:smartTag>", " tag"),
    "moved": para("kept ", "<w:moveTo w:id='4'>", "arrived", "</w:moveTo>"),
    "inserted": para("kept ", "<w:ins w:id='1' w:author='a'>", "added", "</w:ins>"),
    "reading": para(
        "<w:r><w:ruby><w:rubyPr/><w:rt/><w:rubyBase>",
        "東京",
        "</w:rubyBase></w:ruby></w:r>",
        "駅前",
    ),
    "breaks": para("<w:r><w:t>upper</w:t><w:br/><w:t>middle</w:t><w:cr/><w:t>lower</w:t></w:r>"),
    "paragraphs in cells": table(
        "Task|Quantity", f"{para('Ann')}{para('Bob')}|{para('10')}{para('55')}"
    ),
    "table in a cell": table(f"{table('one|two', 'three|four')}{para('outer')}|side"),
    "cells beyond the grid": table("alpha", "beta").replace("<w:tc>", f"{cell('more')}<w:tc>"),
    "hidden": para("<w:r><w:t>seen words</w:t></w:r>"),
    "merged cells": table("across|both", "first|right", "second|below")
    .replace(cell("across"), merged("<w:gridSpan w:val='2'/>", "across all"))
    .replace(cell("both"), "")
    .replace(cell("first"), merged("<w:vMerge w:val='restart'/>", "down twice"))
    .replace(cell("second"), merged("<w:vMerge/>", "")),
    "link": para("see ", "<w:hyperlink w:anchor='x'>", "the place", "</w:hyperlink>", " there"),
    "underlined": para(rich("underlined", "<w:u w:val='single'/>"), " words"),
    "pages and columns": para("first", "<w:r><w:br w:type='page'/></w:r>", "second")
    + para("<w:r><w:br w:type='column'/></w:r>", "third"),
    "scripts": para("Ελληνικά Русский 中文 日本語 한국어 café naïve Łódź"),
}
"""What stands in the body, by what is odd about it."""


def body_of(name: str) -> bytes:
    return word(BODIES[name])


def word(body: str, *, main: str = "word/document.xml", **parts: str) -> bytes:
    """A document; `parts` are headers, footers, comments and footnotes, by their kind."""
    links = "".join(
        f"<Relationship Id='{kind}' Type='{OFFICE}/relationships/{kind}' Target='{kind}.xml'/>"
        for kind in parts
    )
    types = "".join(
        f"<Override PartName='/word/{kind}.xml' ContentType='{TYPE}.{kind}+xml'/>" for kind in parts
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    linked = f"<Relationships xmlns='{package}/relationships'>"
    typed = "application/vnd.openxmlformats-package.relationships+xml"
    folder, _, name = main.rpartition("/")
    roots = {"header": "hdr", "footer": "ftr"}
    return packed(
        {
            "[Content_Types].xml": f"<Types xmlns='{package}/content-types'><Default "
            f"Extension='rels' ContentType='{typed}'/>"
            "<Default Extension='xml' ContentType='application/xml'/><Override "
            f"PartName='/{main}' ContentType='{TYPE}.document.main+xml'/>{types}</Types>",
            "_rels/.rels": f"{linked}<Relationship Id='rId1' "
            f"Type='{OFFICE}/relationships/officeDocument' Target='{main}'/></Relationships>",
            main: f"<w:document {DECLARED}><w:body>{body}</w:body></w:document>",
            f"{folder}/_rels/{name}.rels": f"{linked}{links}</Relationships>",
            **{
                f"word/{kind}.xml": f"<w:{roots.get(kind, kind)} {DECLARED}>{part}"
                f"</w:{roots.get(kind, kind)}>"
                for kind, part in parts.items()
            },
        }
    )


def with_parts() -> bytes:
    references = (
        "<w:sectPr><w:headerReference w:type='default' r:id='header'/>"
        "<w:footerReference w:type='default' r:id='footer'/></w:sectPr>"
    )
    body = para("Body words", "<w:r><w:footnoteReference w:id='2'/></w:r>")
    body += para("<w:commentRangeStart w:id='0'/>", "remarked", "<w:commentRangeEnd w:id='0'/>",
                 "<w:r><w:commentReference w:id='0'/></w:r>")  # fmt: skip
    return word(
        body + references,
        header=para("Heading of pages"),
        footer=para("Foot of pages"),
        footnotes=f"<w:footnote w:id='2'>{para('Noted below')}</w:footnote>",
        comments=f"<w:comment w:id='0' w:author='Ann'>{para('Said beside')}</w:comment>",
    )


def of_a_library() -> bytes:
    """As a widely used library writes them."""
    made = Document()
    made.add_heading("Report of the year", 0)
    made.add_heading("Overview", 1)
    made.add_paragraph("Sales rose by 12 percent in the north.")
    for one in ("apples", "pears"):
        made.add_paragraph(one, style="List Bullet")
    grid = made.add_table(rows=2, cols=2)
    for at, words in enumerate(("Name", "Units", "Gadget", "1234")):
        grid.cell(at // 2, at % 2).text = words
    made.sections[0].header.paragraphs[0].text = "Confidential draft"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
