"""How gunicorn serves the console, in `./console up` and in the container image alike."""

import os

bind = os.environ.get("CONSOLE_BIND", "127.0.0.1:8000")
# Threads that receive slowly sent requests are not among those counted below.
worker_class = "reseller_console.lib.serving.web_worker.Worker"
workers = int(os.environ.get("CONSOLE_WEB_WORKERS", "2"))
threads = int(os.environ.get("CONSOLE_WEB_THREADS", "4"))
# One import for all workers: a quick start, and a killed worker is replaced at once.
preload_app = True

# A request that takes longer has lost its reader; its statements end earlier (settings).
timeout = 30
graceful_timeout = 20
keepalive = 5
backlog = 2048
max_requests = 20_000
max_requests_jitter = 2_000

limit_request_line = 4_094
limit_request_fields = 60
limit_request_field_size = 8_190

# Workers report their pulse through a file: in memory, so a busy disk cannot stop it.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
control_socket_disable = True
accesslog = "-" if os.environ.get("CONSOLE_ACCESS_LOG") else None
# Links in mail are secrets; their addresses are cut.
logger_class = "reseller_console.lib.serving.access_log.AccessLog"
errorlog = "-"
# Whom to believe about https and the caller's address; nobody, unless a proxy is named.
forwarded_allow_ips = os.environ.get("CONSOLE_PROXY_ADDRESSES", "127.0.0.1")
