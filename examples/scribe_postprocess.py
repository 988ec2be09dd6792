"""A scribe's note in, what the clinician can still add out: in this process, or over HTTP.

    python examples/scribe_postprocess.py NOTE.txt M54.12
    python examples/scribe_postprocess.py NOTE.txt M54.12 --url http://127.0.0.1:8321

The second needs `chartgap serve` and only the standard library; a key is taken from CHARTGAP_API_KEY.
"""

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any


def main() -> int:
    """Print the prompts, the quickest first; exit code 1 where there are any, 2 where the note could not be checked."""
    parser = argparse.ArgumentParser(description="What a clinician can still add to a drafted note.")
    parser.add_argument("note", type=Path)
    parser.add_argument("codes", nargs="+", help="the ICD-10-CM codes on the claim")
    parser.add_argument("--url", help="a running service; without it the note is checked here")
    given = parser.parse_args()
    try:
        text = given.note.read_text(encoding="utf-8")
        draft = over_http(given.url, text, given.codes) if given.url else in_process(text, given.codes)
    except urllib.error.HTTPError as error:
        print(f"{error.code}: {error.read().decode(errors='replace')}", file=sys.stderr)
        return 2
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for item in draft["items"]:
        ids = ", ".join(gap["requirement_id"] for gap in item["gaps"])
        print(f"{item['effort']:12} {item['prompt']}  ({ids})")
    for problem in draft["errors"]:
        print(problem, file=sys.stderr)
    return 2 if draft["errors"] else bool(draft["items"])


def in_process(text: str, codes: list[str]) -> dict[str, Any]:
    """With the library; keep the checker where there are several notes."""
    from chartgap import Checker, Note
    from chartgap.assess.drafts import drafted
    from chartgap.model import Claim

    checker = Checker()
    report = checker.check(Note(id="draft", text=text, claim=Claim(codes=tuple(codes))))
    return drafted(report, checker.catalog.drafts, checker.catalog.query_rules).model_dump(mode="json")


def over_http(url: str, text: str, codes: list[str]) -> dict[str, Any]:
    """With the service."""
    body = json.dumps({"id": "draft", "text": text, "codes": codes, "draft": True}).encode()
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get("CHARTGAP_API_KEY"):
        headers["X-API-Key"] = key
    request = urllib.request.Request(f"{url.rstrip('/')}/v1/check", body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)  # type: ignore[no-any-return]


if __name__ == "__main__":
    sys.exit(main())
