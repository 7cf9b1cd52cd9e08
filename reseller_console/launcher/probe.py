"""Asks a web process whether it is well.

`python -m reseller_console.launcher.probe [port [path]]`
"""

import http.client
import os
import sys
from urllib.parse import urlsplit


def web_answers(port: int, origin: str, seconds: float = 5, path: str = "/healthz") -> bool:
    """Tell whether a path answers 200, asked by the name the site goes by."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        host = urlsplit(origin).netloc or "127.0.0.1"
        connection.request("GET", path, headers={"Host": host, "Connection": "close"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    path = sys.argv[2] if len(sys.argv) > 2 else "/healthz"
    well = web_answers(port, os.environ.get("CONSOLE_ORIGIN", ""), path=path)
    sys.exit(0 if well else 1)
