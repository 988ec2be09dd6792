#!/bin/sh
# Runs an installed service with a key on all addresses, as the container does, and asks it one note. $1 is its environment.
set -eu
export CHARTGAP_API_KEY=0123456789abcdef0123456789abcdef
cd "$(mktemp -d)"
"$1/bin/chartgap" serve --host 0.0.0.0 --port 8322 --workers 1 &
service=$!
trap 'kill $service' EXIT
"$1/bin/python" - <<'PY'
import json, os, time, urllib.error, urllib.request

def ask(path, body=None, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:8322{path}", body, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)

for attempt in range(120):
    try:
        ask("/readyz")
        break
    except (urllib.error.URLError, ConnectionError):
        time.sleep(0.5)
note = json.dumps({"text": "Assessment: Cervical radiculopathy.", "codes": ["M54.12"]}).encode()
media = {"Content-Type": "application/json"}
report = ask("/v1/check", note, **media, **{"X-API-Key": os.environ["CHARTGAP_API_KEY"]})
assert report["codes"][0]["verdict"] == "incomplete", report["codes"]
try:
    ask("/v1/check", note, **media)
    raise SystemExit("answered without a key")
except urllib.error.HTTPError as error:
    assert error.code == 401
PY
if [ -n "${CHARTGAP_HEALTH:-}" ]; then
    "$1/bin/python" -c "$CHARTGAP_HEALTH"
fi
echo "the installed service answers"
