"""A docx, odt or pptx that pandoc reads all of."""

from pathlib import Path
from zipfile import ZipFile

from document_programs.opentext import OpenText
from document_programs.slides import Slides
from document_programs.wordfile import WordFile

from .endings import tell


def run(source: Path, target: Path) -> None:
    with ZipFile(source) as archive:
        names = archive.namelist()
        reader = OpenText if "content.xml" in names else WordFile
        document = (Slides if "ppt/presentation.xml" in names else reader)(archive)
        document.write(target)
    tell(target, comments=document.comments, unread=document.unread)
