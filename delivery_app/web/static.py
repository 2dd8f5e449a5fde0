"""Files that pages need: each address holds the file's digest, so that browsers may keep it for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from starlette.datastructures import QueryParams
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from delivery_app.templating import STATIC

KEPT = "public, max-age=31536000, immutable"
#: Asked for without its digest (a font named in a style sheet, a module that another one imports).
ASKED_AGAIN = "public, max-age=0, must-revalidate"
DIGEST_SIGNS = 12


@cache
def _digest(path: str, changed_ns: int) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:DIGEST_SIGNS]


def static_url(path: str) -> str:
    """The address of a file in ``static/``; raises FileNotFoundError when there is none."""
    return f"/static/{path}?v={_digest(path, (STATIC / path).stat().st_mtime_ns)}"


class StaticWithDigest(StaticFiles):
    """Serves ``static/``."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    def file_response(
        self, full_path: Any, stat_result: Any, scope: Scope, *args: Any, **rest: Any
    ) -> Response:
        """A file, with how long the browser may keep it."""
        response = super().file_response(full_path, stat_result, scope, *args, **rest)
        asked = QueryParams(scope.get("query_string", b"")).get("v")
        relative = str(full_path).removeprefix(str(STATIC)).lstrip("/")
        fresh = asked is not None and asked == _digest(relative, stat_result.st_mtime_ns)
        response.headers["Cache-Control"] = KEPT if fresh else ASKED_AGAIN
        return response
