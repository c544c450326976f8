#!/usr/bin/env bash
# Is the image sound? Lints its files, then carries out the Dockerfile's own steps and runs what they made:
# in Docker where a daemon answers, else in a temporary directory as a user without rights.
#   scripts/check_container.sh [--no-docker]
# PYTHON names the interpreter to use without Docker (3.11 or newer, with venv).
set -euo pipefail
cd "$(dirname "$0")/.."

readonly uid=10001 patience=90
work=$(mktemp -d)
daemon='' container=''

say()  { printf '\n== %s\n' "$*"; }
fail() { printf 'check_container: %s\n' "$*" >&2; exit 1; }

clean() {
  [[ -z $daemon ]] || kill -KILL "$daemon" 2>/dev/null || true
  [[ -z $container ]] || docker rm --force --volumes "$container" >/dev/null
  chmod -R u+w "$work" && rm -rf "$work"
}
trap clean EXIT

# --- the files ---------------------------------------------------------------------------------------------------

joined() { sed -e ':a' -e '/\\$/N; s/ *\\\n */ /; ta' Dockerfile; }
last_stage() { joined | awk '/^FROM /{text=""} {text=text"\n"$0} END{print text}'; }
build_steps() { joined | awk '/^FROM .* AS build$/{on=1; next} /^FROM /{on=0} on && /^(ENV|RUN|COPY) /'; }
health_command() { joined | sed -n 's/^HEALTHCHECK .* CMD //p'; }

lint() {
  say 'the Dockerfile'
  if command -v hadolint >/dev/null; then hadolint Dockerfile; else echo 'hadolint is not installed: own rules only'; fi
  ! grep -nE '^ADD |^FROM [^ ]+:latest|^FROM [^:$]+( |$)|curl|wget|sudo|chmod 777' Dockerfile || fail 'a line that has no place in it (above)'
  grep -q -- '--require-hashes' Dockerfile || fail 'packages are installed without hashes'
  last_stage | grep -qE '^USER [1-9][0-9]*:[1-9][0-9]*$' || fail 'it does not run under a numbered user without rights'
  last_stage | grep -qE '^ENTRYPOINT \[' || fail 'ENTRYPOINT is not in exec form: signals would end at a shell'
  last_stage | grep -qE '^VOLUME \["/data"\]$' || fail 'the volume is not /data'
  last_stage | grep -q '^HEALTHCHECK ' || fail 'there is no HEALTHCHECK'
  health_command | python3 -c 'import json, sys; assert all(isinstance(w, str) for w in json.load(sys.stdin))' || fail 'the health check is not in exec form'
  local source
  for source in $(build_steps | awk '/^COPY /{for (i = 2; i < NF; i++) print $i}'); do
    [[ -e $source ]] || fail "it copies $source, which is not there"
    grep -qxF "!$source" .dockerignore || fail ".dockerignore keeps $source out"
  done
  local line
  for line in 'read_only: true' 'cap_drop: [ALL]' 'no-new-privileges:true' 'data:/data' 'stop_grace_period:' 'mem_limit:' 'pids_limit:'; do
    grep -qF "$line" compose.yaml || fail "compose.yaml lacks $line"
  done
  if docker compose version >/dev/null 2>&1; then docker compose config --quiet; fi
}

# --- with Docker -------------------------------------------------------------------------------------------------

in_docker() {
  say 'build the image'
  docker build --tag onrecord:check .
  say 'run it as compose.yaml would'
  container=$(docker run --detach --init --read-only --tmpfs /tmp:size=64m,noexec --cap-drop ALL --security-opt no-new-privileges \
    --pids-limit 256 --memory 1g --env ONRECORD_CATALOGUE=false onrecord:check)
  local health=starting second
  for ((second = 0; second < patience; second++)); do
    health=$(docker inspect --format '{{.State.Health.Status}}' "$container")
    [[ $health != healthy ]] || break
    sleep 1
  done
  [[ $health == healthy ]] || { docker logs "$container"; fail "the container is $health"; }
  docker stop --time 15 "$container" >/dev/null
  local code
  code=$(docker inspect --format '{{.State.ExitCode}}' "$container")
  [[ $code == 0 ]] || { docker logs "$container"; fail "SIGTERM ended it with $code"; }
}

# --- without -----------------------------------------------------------------------------------------------------

# What to put before a command for it to run as a user without rights; nothing if we are one.
unprivileged=()
((EUID != 0)) || unprivileged=(setpriv "--reuid=$uid" "--regid=$uid" --clear-groups --no-new-privs --)

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3.12 python3.13 python3 /usr/bin/python3}; do
    if "${unprivileged[@]}" "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  fail 'there is no Python 3.11 or newer with venv that a user without rights can run (Debian: apt-get install python3-venv)'
}

# The Dockerfile's first stage, its paths below $work.
carry_out() {
  local python=$1 step words
  while read -r step; do
    printf '+ %s\n' "$step"
    case $step in
      'ENV '*) words=${step#ENV }; for words in $words; do export "${words?}"; done ;;
      'COPY '*) copy "${step#COPY }" ;;
      'RUN '*)
        words=${step#RUN }
        words=${words//\/opt\/onrecord/$work/opt/onrecord}
        words=${words//\/dist/$work/dist}
        words=${words/#python /$python }
        (cd "$work/src" && HOME="$work/home" "${unprivileged[@]}" bash -ec "$words") || fail 'that step failed'
        ;;
    esac
  done < <(build_steps)
}

copy() {
  local -a words
  read -ra words <<<"$1"
  local target=${words[-1]} target_path source
  for source in "${words[@]:0:${#words[@]}-1}"; do
    if [[ $target == ./ ]]; then target_path=$source; else target_path=$target; fi
    mkdir -p "$(dirname "$work/src/$target_path")"
    tar --create --exclude=__pycache__ --directory="$(dirname "$source")" "$(basename "$source")" | tar --extract --no-same-owner --directory="$(dirname "$work/src/$target_path")"
  done
  ((EUID != 0)) || chown -R $uid:$uid "$work/src"
}

whole_wheel() {
  say 'every file of the packages is in the wheel'
  (cd "$work/src" && find service watchers notifiers migrations -type f ! -name '*.pyc' | sort) >"$work/wanted"
  python3 -m zipfile --list "$work"/dist/onrecord-*.whl | awk 'NR > 1 {print $1}' | sort >"$work/packed"
  local missing
  missing=$(comm -23 "$work/wanted" "$work/packed")
  [[ -z $missing ]] || fail "the wheel lacks: $missing"
}

on_this_machine() {
  local python
  python=$(find_python)
  mkdir -p "$work"/{src,opt,dist,data,home}
  chmod 755 "$work"
  ((EUID != 0)) || chown -R $uid:$uid "$work"
  say "the steps of the image, with $("$python" --version)"
  carry_out "$python"
  whole_wheel
  # nothing but /data may be written, as in the container
  ((EUID != 0)) || chown -R root:root "$work/opt" "$work/src" "$work/dist"
  chmod -R a-w "$work/opt" "$work/src"
  run_daemon
}

run_daemon() {
  say 'run it'
  local port code=0 second
  port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
  local -a environment=(env -i "PATH=$work/opt/onrecord/bin:/usr/bin:/bin" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
    "ONRECORD_DATA_DIR=$work/data" "ONRECORD_HTTP__LISTEN=127.0.0.1:$port" ONRECORD_CATALOGUE=false)
  local -a health
  mapfile -t health < <(health_command | python3 -c 'import json, sys; print(*json.load(sys.stdin), sep="\n")')
  cd "$work/data"
  "${unprivileged[@]}" "${environment[@]}" onrecord run >"$work/log" 2>&1 &
  daemon=$!
  for ((second = 0; second < patience; second++)); do
    kill -0 "$daemon" 2>/dev/null || { cat "$work/log"; daemon=''; fail 'it ended by itself'; }
    if "${unprivileged[@]}" "${environment[@]}" "${health[@]}" 2>/dev/null; then break; fi
    sleep 1
  done
  ((second < patience)) || { cat "$work/log"; fail "/healthz did not answer within $patience s"; }
  echo "healthy after $second s; runs as user $(stat --format=%u "/proc/$daemon")"
  SECONDS=0
  kill -TERM "$daemon"
  wait "$daemon" || code=$?
  daemon=''
  ((code == 0)) || { cat "$work/log"; fail "SIGTERM ended it with $code"; }
  ((SECONDS <= 11)) || fail "it took $SECONDS s to stop"
  echo "stopped with 0 after $SECONDS s"
}

lint
if [[ ${1:-} != --no-docker ]] && docker info >/dev/null 2>&1; then in_docker; else on_this_machine; fi
say 'sound'
