#!/usr/bin/env bash
# Runs the program as nobody, without capabilities, on a read-only file system with one directory to write:
#   bash deploy/smoke.sh target/release/jianxin
# Needs bubblewrap and curl. Pages, readiness, a document's pages, a clean stop; exit 0 when all of it works.
set -euo pipefail
program=$(realpath "${1:?the program}")
state=$(mktemp -d) pid=
finish() { status=$?; [ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$state"; exit $status; }
trap finish EXIT
fail() { printf 'deploy/smoke.sh: %s\n' "$*" >&2; cat "$state/err" >&2 2>/dev/null || true; exit 1; }
chmod 700 "$state"
mkdir "$state/data"

# Nothing but the system's libraries, read-only; the program; one directory.
locked() {
  bwrap --unshare-all --share-net --new-session --die-with-parent --clearenv \
    --uid 65534 --gid 65534 --cap-drop ALL \
    --ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin \
    --ro-bind /etc/ssl /etc/ssl --ro-bind-try /etc/resolv.conf /etc/resolv.conf \
    --proc /proc --dev /dev --tmpfs /tmp --ro-bind "$program" /jianxin --bind "$state/data" /data --remount-ro / \
    --setenv JIANXIN__SERVER__LISTEN 127.0.0.1:0 --setenv JIANXIN__DATABASE__URL sqlite:/data/jianxin.db \
    --setenv JIANXIN__SEARCH__DIR /data/index --setenv JIANXIN__FILES__URL file:/data/files \
    --setenv JIANXIN__DEMO__PUBLICATIONS 200 --setenv JIANXIN__SIMULATOR__ENABLED true --chdir /data "$@"
}

! locked sh -c 'touch /usr/x /x /etc/x 2>/dev/null' || fail "the file system can be written"
locked --as-pid-1 --info-fd 9 /jianxin serve >"$state/out" 2>"$state/err" 9>"$state/info" &
pid=$!
for _ in $(seq 300); do grep -q '^listening on ' "$state/out" && break; kill -0 "$pid" 2>/dev/null || fail "it ended"; sleep 0.2; done
origin=$(sed -n 's/^listening on //p' "$state/out" | head -1)
[ -n "$origin" ] || fail "it does not listen"
for path in /healthz /readyz /h5/ /h5/list /h5/follows /api/openapi.json /metrics /simulator; do
  status=$(curl -s -o /dev/null -w '%{http_code}' "$origin$path")
  [[ $status =~ ^(200|302|303|307)$ ]] || fail "$path answers $status"
done
[[ $(curl -s "$origin/readyz") == *'"ready"'* ]] || fail "not ready: $(curl -s "$origin/readyz")"
# As the health check of deploy/compose.yaml asks.
address=${origin#http://}
(exec 3<>"/dev/tcp/${address%:*}/${address#*:}" && printf 'GET /readyz HTTP/1.0\r\n\r\n' >&3 && head -1 <&3 | grep -q ' 200 ') || fail "HTTP/1.0 is not answered"
# The child that draws documents gets its limits from a shell.
printf '%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\ntrailer<</Root 1 0 R>>\n' >"$state/data/x.pdf"
locked sh -c 'ulimit -v 1500000; ulimit -t 20; ulimit -c 0; exec /jianxin render-pdf </data/x.pdf >/data/pages' || fail "a document cannot be drawn"
[ -s "$state/data/pages" ] || fail "a document has no pages"
kill -TERM "$(grep -oE '[0-9]+' "$state/info" | head -1)"
wait "$pid" && status=0 || status=$?
pid=
[ "$status" = 0 ] || fail "SIGTERM ended it with $status"
locked /jianxin audit verify >"$state/audit" || fail "the audit chain does not hold"
printf 'deploy/smoke.sh: all well at %s as nobody on a read-only system; %s\n' "$origin" "$(head -1 "$state/audit")"
