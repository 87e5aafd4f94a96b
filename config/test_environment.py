"""The tests' own world: loaded by pytest (`-p config.test_environment`) before the settings are.

Every run gets a data folder and a database server of its own, removed afterwards; the developer's are not touched.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

from config import env

_folder = Path(tempfile.mkdtemp(prefix="asystent-test-"))
_folder.chmod(0o755)  # the database's own account must get in when root runs the tests
env.use_for_tests(
    DATA_DIR=str(_folder),
    SECRET_KEY="tests-only-" + "x" * 40,
    FETCH_ALLOWED_HOSTS="127.0.0.1,localhost",
    READ_ALOUD_ONLINE="false",
    LONG_STAGES_AT_ONCE="0",  # tests take pieces one after another without finishing them
    DIARIZER="off",  # tests that want speakers say so
    DJANGO_ALLOW_ASYNC_UNSAFE="1",  # Playwright's own event loop runs in the thread of the test
)
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
