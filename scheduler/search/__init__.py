"""What must be fast: a compiled search over a whole week; the only importer of Numba.

Compiled code is kept on disk. Numba notices a change only in the file a function stands in, not in the files it calls
into; so the folder it is kept in is named after the content of every file here.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import numba


def _cache_folder() -> Path | None:
    """Where compiled code is kept: beside the sources when that can be written, else Numba's own choice."""
    here = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(here.glob("*.py")):
        digest.update(source.read_bytes())
    folder = here / "__pycache__" / f"compiled-{digest.hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder


if "NUMBA_CACHE_DIR" not in os.environ and (_folder := _cache_folder()) is not None:
    setattr(numba.config, "CACHE_DIR", str(_folder))  # noqa: B010  (the name is not in its type hints)

#: A compiled function called from Python. Numba counts the references of every array at every access to a tuple of arrays,
#: at more than the price of the work itself; ``_nrt=False`` leaves that out. The arrays belong to the caller, who outlives
#: the call; compiled code makes none and copies them element by element.
entry: Any = numba.njit(cache=True, error_model="numpy", _nrt=False)  # type: ignore[call-overload]
#: One called only from compiled code: without the wrappers that unpack a World from Python, which take long to compile.
inner: Any = numba.njit(  # type: ignore[call-overload]  # the last two options lack type hints
    cache=True, error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True
)
#: One that is called so often that the call itself, which hands over every array's parts, would cost more than the work.
hot: Any = numba.njit(  # type: ignore[call-overload]
    cache=True,
    error_model="numpy",
    _nrt=False,
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
    forceinline=True,
)
#: One so short that it is copied into whoever calls it.
inlined: Any = numba.njit(cache=True, error_model="numpy", _nrt=False, inline="always")  # type: ignore[call-overload]
