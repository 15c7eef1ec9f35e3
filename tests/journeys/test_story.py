"""The whole story of `bin/demo --once`, through both programs."""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
def test_the_whole_story_holds_from_the_first_opening_to_the_roasters_leaving() -> None:
    # Talkative, because one of its steps looks for tokens and secrets in all that was logged.
    environment = {**os.environ, "LOG_LEVEL": "DEBUG"}
    story = subprocess.run(
        [sys.executable, "-m", "standin.demo", "--once"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert story.returncode == 0, story.stdout[-8000:] + story.stderr[-2000:]
    last = story.stdout.strip().splitlines()[-1]
    assert last.startswith("story: 17 of 17 steps")
