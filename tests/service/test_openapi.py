"""What schemathesis makes of the OpenAPI: nothing that it sends gets a 5xx or an answer that is not described."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(sys.executable).with_name("schemathesis")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.skipif(not shutil.which(TOOL), reason="schemathesis is not installed")
def test_nothing_that_is_sent_gets_a_5xx_or_an_answer_not_described(real, tmp_path):
    command = [TOOL, "run", f"{real.url}/openapi.json", "--checks", CHECKS, "-n", "10", "--seed", "1", "--no-color"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-5000:]
    assert "11 selected / 11 total" in done.stdout
