"""Architecture rules, as far as a test can hold them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

from tests.each import each

ROOT = Path(__file__).parent.parent
PACKAGES = ("reseller_console", "customers", "authorizations", "notifications")
LAYERS = ("authorizations", "customers", "accounts", "notifications", "tenancy")


def sources(*, under: tuple[str, ...] = PACKAGES, without: tuple[str, ...] = ()) -> list[Path]:
    files = [path for package in under for path in (ROOT / package).rglob("*.py")]
    skipped = ("migrations", "launcher", *without)
    return [path for path in files if not any(part in folders(path) for part in skipped)]


def folders(path: Path) -> tuple[str, ...]:
    """Return its way from the root; in which folder the root lies is nobody's business."""
    return path.relative_to(ROOT).parts


def offenders(pattern: str, files: list[Path], *, allowed: tuple[str, ...] = ()) -> list[str]:
    found = []
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        if name in allowed:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(pattern, line):
                found.append(f"{name}:{number}: {line.strip()}")
    return found


def test_imports_point_down():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_foreign_keys_point_down():
    upward = []
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in LAYERS:
            continue
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey):
                target = field.related_model._meta.app_label
                if target in LAYERS and LAYERS.index(target) < LAYERS.index(label):
                    upward.append(f"{model.__name__}.{field.name}")
    assert upward == []


def test_views_fetch_through_the_person():
    views = [path for path in sources() if "views" in folders(path) or path.stem == "views"]
    assert views
    assert offenders(r"\.objects\b", views) == []


def test_who_chooses_among_their_own_leaves_a_trace():
    allowed = ("customers/forms/fields.py",)
    assert offenders(r"Model(Multiple)?ChoiceField\(", sources(), allowed=allowed) == []


def test_there_is_one_clock():
    pattern = r"date\.today\(|datetime\.now\(|utcnow\(|localdate\(|localtime\("
    assert offenders(pattern, sources(), allowed=("reseller_console/lib/clock.py",)) == []


def test_there_is_one_doorbell():
    pattern = r"\.delay\(|\.apply_async\(|send_task\("
    assert offenders(pattern, sources(), allowed=("notifications/doorbell.py",)) == []


def test_only_the_settings_know_which_environment_it_is():
    pattern = r"CONSOLE_ENV|settings\.PRODUCTION|settings\.DEBUG"
    # Accounts whose password stands in the README must not appear in production.
    allowed = (
        "reseller_console/settings.py",
        "reseller_console/demo/loading.py",
        "reseller_console/demo/deleting.py",
    )
    assert offenders(pattern, sources(), allowed=allowed) == []


# What the frame of the verbs does for all of them, and who else does it.
FRAME = {
    # What happened to customers is written down on leaving the frame.
    r"(?<!class )CustomerEvent\(|\bCustomerEvent\.objects\b|copy_in\(CustomerEvent\b": {
        "customers/actions/frame.py",
        # A look changes nothing and locks nobody.
        "customers/actions/look.py",
        # The night counts what it ends, and the frame asks for the same on entering.
        "authorizations/actions/settle.py",
        # Many customers at once, without a verb for each: imported, and told in the night.
        "customers/actions/import_rows.py",
        "authorizations/night/notices.py",
        "authorizations/night/run.py",
        # They read it.
        "authorizations/details/timeline.py",
        "authorizations/invariants.py",
    },
    # Locks and what follows from purchases: the frame, what `authorizations` adds to it, the night.
    r"\brollup\.refresh\(|(?<!def )\b(?:locked|locked_all|settle)\(": {
        "customers/actions/frame.py",
        "authorizations/actions/around.py",
        "authorizations/night/run.py",
    },
    # A verb is told its day; only those ask that nobody tells, from a link or a webhook on.
    r"(?:reseller|customer)\.(?:day|today)\(": {
        "customers/actions/accept.py",
        "customers/actions/returned.py",
        # Customers of several resellers, each on its own day.
        "customers/actions/frame.py",
    },
}


@pytest.mark.parametrize("pattern", FRAME)
def test_what_every_verb_does_is_done_in_its_frame(pattern):
    files = sources(under=("authorizations", "customers"))
    if "day" in pattern:
        files = [path for path in files if "actions" in folders(path)]
    else:
        # An email that is settled is another thing, and so are the demonstration's own lives.
        files = sources(without=("notifications", "demo"))
    assert offenders(pattern, files, allowed=tuple(FRAME[pattern])) == []


@pytest.mark.parametrize("pattern", FRAME)
def test_whoever_is_named_beside_the_frame_does_it_still(pattern):
    """A name that is not needed any more is taken off the list."""
    files = [ROOT / name for name in sorted(FRAME[pattern])]
    idle = [path.name for path in files if not offenders(pattern, [path])]
    assert idle == []


# Columns that belong to a rule, and the files that compare them or compute with them: the rule's
# own, the constraints of the model, and what is named with its reason.
RULES = {
    # When a PA is overdue, suspended, lapsed: `authorizations.rules.status`.
    "due_on|suspends_on|lapses_on": {
        "authorizations/rules/dates.py",
        "authorizations/rules/status.py",
        # Constraints, and how many days are left.
        "authorizations/models/authorizations.py",
    },
    # Which licenses there are, and what is left to renew: `authorizations.rules.licenses`.
    "usable_until_on|renews_on|return_until_on": {
        # How long after its order something was returned.
        "reseller_console/demo/everyday.py",
        "authorizations/rules/dates.py",
        "authorizations/rules/licenses.py",
        "authorizations/rules/renewals.py",
        "authorizations/rules/rollup.py",
        # When the licenses of a PA stop and end.
        "authorizations/rules/status.py",
        "authorizations/models/authorizations.py",
        "authorizations/models/orders.py",
        "authorizations/models/querysets.py",
        # A term of which nothing is left is not looked at again: which ones ended is asked here.
        "authorizations/night/ladders.py",
    },
    # Which anniversary date holds on a day: `customers.anniversary`.
    "renewed_anniversary_on|renewed_from_on|first_anniversary_on": {
        "customers/anniversary.py",
        "customers/models/customers.py",
        "authorizations/rules/rollup.py",
    },
    # Who is in which filter: `customers.standing`; computed by `authorizations.rules.rollup`.
    "products_from_on|no_products_from_on|pending_until_on|past_due_from_on|past_due_until_on"
    "|past_due_again_from_on|past_due_again_until_on|renewal_on|next_renewal_on"
    "|requested_until_on": {
        "customers/standing.py",
        "customers/models/customers.py",
        "authorizations/rules/rollup.py",
        # The renewal notices of the customers whose window is open.
        "authorizations/night/ladders.py",
    },
}
COMPARED = (
    r"\b(?:{0})(?:__(?:lt|lte|gt|gte|range)\b|\s*(?:<=?|>=?|<>|[+-]|\bBETWEEN\b|\bIS DISTINCT\b)\s)"
    r"|(?:<=?|>=?|<>|\bBETWEEN\b|\s[+-])\s+(?:\w+\.)*(?:{0})\b"
)


@pytest.mark.parametrize("columns", RULES)
def test_columns_of_a_rule_are_compared_where_the_rule_stands(columns):
    """In Python and in SQL text alike, whichever language the comparison is in."""
    assert offenders(COMPARED.format(columns), sources(), allowed=tuple(RULES[columns])) == []


def test_the_comparison_of_a_rule_is_found_in_sql_and_in_python(tmp_path):
    """The twin: without this, silence would mean nothing."""
    said = (
        "Q(due_on__lt=today)",
        '"WHERE pa.due_on < %(today)s"',
        "if pa.due_on + dt.timedelta(days=1) > today:",
        '"WHERE %(today)s > pa.suspends_on"',
        '"today BETWEEN due_on AND x"',
    )
    pattern = COMPARED.format("due_on|suspends_on|lapses_on")
    assert [line for line in said if not re.search(pattern, line)] == []


def test_every_tenant_table_names_its_reseller():
    shared = {
        "Program",
        "ProgramTerms",
        "Reseller",
        "Submission",
        "Product",
        "StandingTally",
        "SignInAttempt",
        # A person may be known to several.
        "Erasure",
        "VipTerms",
        "VipTermsText",
    }
    without = []
    for model in apps.get_models():
        if model._meta.app_label in LAYERS and model.__name__ not in shared:
            names = {field.name for field in model._meta.get_fields()}
            if "reseller" not in names and model._meta.managed:
                without.append(model.__name__)
    assert without == []


@each(
    "table",
    [
        "accounts_calendarfeed",
        "customers_customer",
        "customers_invitation",
        "customers_customerevent",
        "customers_membership",
        "customers_admininvitation",
        "customers_termsacceptance",
        "authorizations_person",
        "authorizations_assignment",
        "authorizations_purchaseauthorization",
        "authorizations_authorizationline",
        "authorizations_orderline",
        "authorizations_renewalcontact",
        "authorizations_orderreport",
        "authorizations_reportline",
    ],
)
def test_the_database_keeps_references_inside_a_reseller(db, table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE conrelid = %s::regclass"
            " AND contype = 'f' AND conname LIKE '%%same_tenant' AND cardinality(conkey) = 2",
            [table],
        )
        assert cursor.fetchone()[0] >= 1


def test_the_application_role_owns_nothing_and_rewrites_no_history(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        role, superuser = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = %s", [role])
        assert (superuser, cursor.fetchone()[0]) == (False, 0)
        for table in ("customers_customerevent", "customers_termsacceptance", "accounts_teamevent"):
            for right in ("UPDATE", "DELETE"):
                cursor.execute("SELECT has_table_privilege(%s, %s)", [table, right])
                assert cursor.fetchone()[0] is False, (table, right)


def test_every_public_function_says_what_it_does():
    silent = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            kinds = ast.FunctionDef | ast.ClassDef
            if isinstance(node, kinds) and not node.name.startswith("_"):
                nested = node.name in {"Meta"} or not ast.get_docstring(node)
                if nested and node.name != "Meta" and node.col_offset == 0:
                    silent.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert silent == []


def test_no_page_has_inline_script_or_style():
    pattern = r"<script(?![^>]*\bsrc=)|<style|\bstyle=\"|\son[a-z]+=\"|hx-on|javascript:"
    pages = (ROOT / "templates").rglob("*.html")
    templates = [path for path in pages if "email" not in folders(path)]
    assert offenders(pattern, templates) == []


def test_every_htmx_address_is_a_real_one_too():
    missing = []
    for path in (ROOT / "templates").rglob("*.html"):
        for tag in re.findall(r"<(?:a|form|button|input|select)\b[^>]*>", path.read_text(), re.S):
            if "hx-get=" in tag and not re.search(r"\b(href|action|formaction|name)=", tag):
                missing.append(f"{path.name}: {tag[:80]}")
            if "hx-post=" in tag and not re.search(r"\b(action|formaction|name)=", tag):
                missing.append(f"{path.name}: {tag[:80]}")
    assert missing == []
