"""Starting the server says nothing that its people did not ask for."""

import os
import subprocess
import sys

#: As an installation is, which lacks what only tests have: the newer of two http libraries.
START = "import sys; sys.modules['httpx2'] = None; import delivery_app.security.oidc"


def test_the_library_of_the_provider_keeps_its_news_to_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-c", START],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONWARNINGS": "default"},
    )
    assert "AuthlibDeprecationWarning" not in done.stderr
