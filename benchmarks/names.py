"""Names of organizations in several scripts, the forms of them included that are stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from reseller_console.demo.organizations import organizations
from reseller_console.lib.text import comparison_key, findable, searchable, sort_key

# Words for made-up organizations: whose, what, and what parts the two.
_SCRIPTS = (
    ("Московский Казанский Томский Уральский", "университет институт колледж театр лицей", " "),
    ("Невский Байкальский Киевский Минский", "завод музей архив банк", " "),
    (
        "東京 大阪 京都 札幌 福岡 北京 上海 南京",
        "大学 研究所 学院 病院 銀行 図書館 高校 製作所",
        "",
    ),
    ("서울 부산 대구 인천 광주 대전", "대학교 연구소 병원 은행 학교 도서관", ""),
    ("Αθηνών Πατρών Κρήτης Ιωαννίνων", "Πανεπιστήμιο Ινστιτούτο Σχολή Μουσείο", " "),
    ("القاهرة بغداد دمشق الرباط", "جامعة معهد كلية متحف", " "),
    ("กรุงเทพ เชียงใหม่ ขอนแก่น", "มหาวิทยาลัย สถาบัน โรงเรียน", ""),
    ("ירושלים חיפה", "אוניברסיטה מכללה מוזיאון", " "),
)
_LATIN_NAMES = 1_800
_FIRST = "Ada Mari Jörg Chloé Łucja Иван Ольга 明 花子 민준 Ελένη Omar Ruth Sven Zoë Nils"
_LAST = "Tamm Müller Núñez Петров 山田 김 O'Brien Østergård Silva Novák Haddad Rossi Nguyễn"

# Words after the name, and how many customers in a thousand have each.
WORDS = {
    "Group": 120,
    "Trust": 120,
    "Works": 120,
    "Holding": 50,
    "Partners": 50,
    "Services": 50,
} | {
    "Foundry": 1,
    "Shipyard": 1,
    "Apothecary": 1,
}


@dataclass(frozen=True)
class Name:
    """A name as typed, and its forms for comparing, sorting and searching."""

    typed: str
    key: str
    sort: str
    search: str


def base_names() -> Iterator[Name]:
    """Yield the names a seed is made of, always the same: real ones and made-up ones."""
    latin = [row.name for row in organizations()][:_LATIN_NAMES]
    others = [
        f"{what}{between}{who}"
        for whose, whats, between in _SCRIPTS
        for who, what in product(whose.split(), whats.split())
    ]
    for typed in dict.fromkeys([*latin, *others]):
        yield Name(typed, comparison_key(typed), sort_key(typed), findable(typed))


def words() -> Iterator[tuple[str, int, int]]:
    """Yield each word after a name with the first and last number of a thousand that gets it."""
    first = 0
    for word, share in WORDS.items():
        yield word, first, first + share - 1
        first += share


def contacts() -> Iterator[tuple[str, str, str]]:
    """Yield first name, last name and their form for searching, always the same."""
    for first, last in product(_FIRST.split(), _LAST.split()):
        yield first, last, findable(f"{first} {last}")


def searchable_sql(typed: str) -> str:
    """Return SQL for the searchable form of an expression that holds plain lower-case text."""
    for character in "-@./":
        typed = f"replace({typed}, '{character}', '{searchable(character)}')"
    return typed
