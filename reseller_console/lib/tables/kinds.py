"""What a file is, by its content: names of files are often wrong."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reseller_console.lib.tables.faults import Unreadable

_HEAD = 4096
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_OLD_WORKBOOK = gettext_lazy("an Excel workbook of the old kind (.xls)")
_LOCKED = gettext_lazy("an Excel workbook with a password")
_PICTURE = gettext_lazy("a picture")
_WEB_PAGE = gettext_lazy("a web page, even if it is called .xls or .csv")
_ARCHIVE = gettext_lazy("an archive")
# How files that are no tables begin.
_BEGINNINGS: tuple[tuple[bytes, str | Promise], ...] = (
    (b"%PDF", gettext_lazy("a PDF")),
    (b"{\\rtf", gettext_lazy("a text document (.rtf)")),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ", _ARCHIVE),
    (b"SQLite format 3\0", gettext_lazy("a database")),
    (b"PAR1", gettext_lazy("a Parquet file")),
)
_TEXTS: tuple[tuple[bytes, str | Promise], ...] = (
    (rb"<\?xml[^>]*>\s*<\?mso-application", gettext_lazy("an XML spreadsheet")),
    (
        rb"<\?xml\b.*urn:schemas-microsoft-com:office:spreadsheet",
        gettext_lazy("an XML spreadsheet"),
    ),
    (rb"(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body|meta|table|style)\b", _WEB_PAGE),
    (rb"<\?xml\b.{0,200}<(?:!doctype\s+)?html", _WEB_PAGE),
    (rb"<\?xml\b", gettext_lazy("an XML file")),
    (rb"BEGIN:VCARD", gettext_lazy("an address book (vCard)")),
    (rb"BEGIN:VCALENDAR", gettext_lazy("a calendar")),
    (rb'[\[{]\s*["{\[]', gettext_lazy("a JSON file")),
    (rb"ID;P", gettext_lazy("a SYLK spreadsheet (.slk)")),
)
# Members of archives that tell what they are.
_PARTS: tuple[tuple[str, str | Promise], ...] = (
    ("xl/workbook.bin", gettext_lazy("a binary Excel workbook (.xlsb)")),
    ("word/document.xml", gettext_lazy("a Word document")),
    ("ppt/presentation.xml", gettext_lazy("a presentation")),
    ("Index/Document.iwa", gettext_lazy("a document of Numbers or Pages")),
    ("Index.zip", gettext_lazy("a document of Numbers or Pages")),
    ("content.xml", gettext_lazy("an OpenDocument file (.ods)")),
)


def is_workbook(file: BinaryIO) -> bool:
    """Whether the file is a workbook of the kind .xlsx; False when it is text.

    Raises Unreadable for whatever is neither, with its name and what to do. The file's
    position is at its beginning afterwards.
    """
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    if head.startswith(b"PK\x03\x04"):
        return _is_workbook(file)
    name = _name_of(head) or _name_of_old(head, file)
    if name:
        raise _refused(name)
    return False


def _name_of(head: bytes) -> str | Promise:
    for beginning, name in _BEGINNINGS:
        if head.startswith(beginning):
            return name
    text = head
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.replace(b"\0", b"")[2:]
    text = text.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((name for pattern, name in _TEXTS if re.match(pattern, text, re.S | re.I)), "")


def _name_of_old(head: bytes, file: BinaryIO) -> str | Promise:
    """Return what a compound file of the older Office is: encrypted ones are kept in it too."""
    if head.startswith((b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00")):
        return _OLD_WORKBOOK
    if not head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return ""
    locked = _ENCRYPTED in file.read()
    file.seek(0)
    return _LOCKED if locked else _OLD_WORKBOOK


def _is_workbook(file: BinaryIO) -> bool:
    try:
        names = set(zipfile.ZipFile(file).namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable(
            _("The file is damaged: it starts like an Excel workbook but cannot be read as one."),
            code="damaged",
        ) from error
    finally:
        file.seek(0)
    if any(name.casefold().endswith("xl/workbook.xml") for name in names):
        return True
    raise _refused(next((name for part, name in _PARTS if part in names), _ARCHIVE))


def _refused(name: str | Promise) -> Unreadable:
    return Unreadable(
        _(
            "This is %(kind)s. Open it in a spreadsheet program"
            " and save the list as “Excel workbook (.xlsx)” or “CSV UTF-8”."
        )
        % {"kind": name},
        code="kind",
    )
