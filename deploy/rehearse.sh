#!/bin/sh
# The steps of the Dockerfile in its order, without an engine: only what it copies, its install, a user without rights, its health check.
set -eu
cd "$(dirname "$0")/.."
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
mkdir "$root/src"
# COPY of the first stage: "COPY a b ./" and "COPY src src"
sed -n '/^COPY --from/d; s/^COPY \(.*\) [^ ]*$/\1/p' deploy/Dockerfile | tr ' ' '\n' | while read -r name; do
    mkdir -p "$root/src/$(dirname "$name")"
    cp -R "$name" "$root/src/$(dirname "$name")/"
done
"$root/src/deploy/install.sh" "$root/opt" "$root/src"
rm -rf "$root/src" # the second stage has the environment only
PYTHONDONTWRITEBYTECODE=1
CHARTGAP_HEALTH=$(sed -n 's/^HEALTHCHECK .*CMD \[\(.*\)\]$/\1/p' deploy/Dockerfile | sed 's/^"[^"]*", "-c", "\(.*\)"$/\1/; s/8321/8322/')
export PYTHONDONTWRITEBYTECODE CHARTGAP_HEALTH
cp deploy/smoke.sh "$root/smoke.sh"
as_user="setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/nonexistent"
if ! $as_user "$root/opt/bin/python" -c "" 2>/dev/null; then
    echo "USER is not rehearsed: not root here, or this Python is root's own" >&2
    as_user=
fi
$as_user "$root/smoke.sh" "$root/opt"
