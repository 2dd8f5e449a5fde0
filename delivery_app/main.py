"""The product's app: its pages over one installation's database.

Pages are modules named ``routes_*`` in the packages of :data:`PACKAGES`, found by themselves; each has a
``router`` (:class:`delivery_app.web.routing.RoleRouter`) and may have ``background(database, settings)``, a
context manager that is entered while the app runs. A route that does not state its permission keeps the app
from being made.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from types import ModuleType

from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.trustedhost import TrustedHostMiddleware

from delivery_app.db import Database
from delivery_app.security.headers import content_policy, secured
from delivery_app.settings import Settings
from delivery_app.web.compression import Compression
from delivery_app.web.errors import add_error_pages
from delivery_app.web.routing import add_routes, check_permissions
from delivery_app.web.static import StaticWithDigest

PACKAGES = (
    "delivery_app.account",
    "delivery_app.planner",
    "delivery_app.carer",
    "delivery_app.citizen",
    "delivery_app.admin",
)
#: No form and no file that is sent may be larger.
MOST_BYTES = 20 * 1024 * 1024


def create_app(
    database: Database, settings: Settings | None = None, *, more: Iterable[APIRouter] = ()
) -> FastAPI:
    """The app. The caller opens the database, at the newest schema, and closes it.

    Raises
    ------
    RouteWithoutPermissionError
        A route, also one of ``more`` (which tests add), that states no permission.
    """
    settings = settings or Settings()
    modules = page_modules()
    app = FastAPI(
        title="Nærplan",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan(modules),
        max_body_size=MOST_BYTES,
        redirect_slashes=False,
    )
    app.state.database, app.state.settings = database, settings
    app.mount("/static", StaticWithDigest(), name="static")
    add_routes(app, [*(module.router for module in modules), *more])
    check_permissions(app.routes)
    policy = content_policy(settings.image_sources())
    add_error_pages(app, policy)
    app.add_middleware(Compression)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=settings.hosts, www_redirect=False)
    # Added last, so outermost: a refused host gets the headers too.
    app.middleware("http")(secured(policy))
    return app


def page_modules() -> list[ModuleType]:
    """Every module of pages, by name within its package."""
    found = []
    for package in PACKAGES:
        folder = importlib.import_module(package)
        names = sorted(one.name for one in pkgutil.iter_modules(folder.__path__))
        found += [
            importlib.import_module(f"{package}.{name}") for name in names if name.startswith("routes_")
        ]
    return found


def _lifespan(modules: list[ModuleType]):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            for module in modules:
                background = getattr(module, "background", None)
                if background is not None:
                    manager = background(app.state.database, app.state.settings)
                    await run_in_threadpool(manager.__enter__)
                    running.push_async_callback(run_in_threadpool, manager.__exit__, None, None, None)
            yield

    return lifespan
