"""Why pip could not install, in a sentence with what to do, read from its log.

On the terminal pip tells neither that an index refused nor that wheels are for other platforms:
both end as "no matching distribution". Its log has the words, which differ from release to release;
the patterns hold for 23.2 to 26.3.
"""

import re
from pathlib import Path

from reseller_console.launcher.output import LauncherError

PROXY = (
    "the proxy {words}. HTTPS_PROXY names it (http://user:password@host:port); NO_PROXY names"
    " hosts to reach without it"
)
NETWORK = (
    "{words}. Check the network. Behind a proxy, set HTTPS_PROXY=http://host:port, for an index of"
    " your own set PIP_INDEX_URL"
)
NO_WHEEL = (
    "A package has no wheel for this Python and platform, and could not be built here. Another"
    " Python may have one (CONSOLE_PYTHON=/path/to/python3.13), or install a compiler"
)
# What pip says, and what it means: the first that fits. `{index}` begins what is about the network.
MEANINGS = (
    (
        r"DO NOT MATCH THE HASHES",
        "A package is not the one that was locked: its hash differs, and it was not installed. An"
        " index or proxy that changes files does that; take another one (PIP_INDEX_URL)",
    ),
    (r"No space left on device|Disk quota exceeded", "There is no space left for the packages"),
    (
        r"Failed building wheel|Failed to build|metadata.generation.failed|subprocess.exited"
        r"|build dependencies.* exited with|not a supported wheel",
        NO_WHEEL,
    ),
    (r"407 Proxy Auth", "{index} " + PROXY.format(words="requires a user name and a password")),
    (r"Tunnel connection failed", "{index} " + PROXY.format(words="refuses to connect to it")),
    (r"(?i)ProxyError|connect to proxy", "{index} " + PROXY.format(words="does not answer")),
    (r"OSError: Failed to parse: ", "{index} " + PROXY.format(words="has an invalid address")),
    (
        r"CERTIFICATE_VERIFY_FAILED|CertificateError|SSLError|TLS CA certificate",
        "{index} its certificate is not trusted here. Where a proxy brings its own, set"
        " PIP_CERT=/path/to/its-authority.pem",
    ),
    (
        r"Failed to resolve|[Nn]ame or service not known|name resolution|nodename nor servname",
        "{index} " + NETWORK.format(words="its name cannot be resolved"),
    ),
    (r"timed out|didn't respond", "{index} " + NETWORK.format(words="no answer in time")),
    (
        r"\b40[13] Client Error|HTTP error 40[13]",
        "{index} it refuses access. PIP_INDEX_URL=https://user:password@host/simple/ signs in, or"
        " names another one",
    ),
    (
        r"\b5\d\d (error|Server Error)|HTTP error 5",
        "{index} it reports a server error. Try again later",
    ),
    (
        r"Connection (refused|aborted|reset|broken)|No route to host|Network is unreachable"
        r"|establish a new connection",
        "{index} " + NETWORK.format(words="it cannot be reached"),
    ),
    (r"none of the wheel's tags", NO_WHEEL),
    (
        r"No matching distribution",
        "The package index does not have a package in the lock files. Check PIP_INDEX_URL: it has"
        " to offer all of PyPI",
    ),
)


def error_from(log: Path, tail: list[str]) -> LauncherError:
    """Return the error for the person; the last lines of pip where nothing is known about them."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        text = "\n".join(tail)
    meaning = meaning_of(text)
    said = f"{meaning}." if meaning else "\n".join(["pip could not install the packages:", *tail])
    return LauncherError(f"{said}\npip's full output is in {log}")


def meaning_of(text: str) -> str | None:
    """Return what a log of pip means, without its last full stop; None for something unknown."""
    # Packages before the last one were found.
    text = text.rpartition("to search for versions of")[2]
    asked = re.findall(
        r"(?:(?:fetch URL|while getting) https?://(?:[^/\s]+@)?|Pool\(host=')([^/\s':]+)", text
    )
    index = f"The package index{f' {asked[-1]}' if asked else ''} cannot be used:"
    for pattern, meaning in MEANINGS:
        if re.search(pattern, text):
            return meaning.replace("{index}", index)
    return None
