#!/usr/bin/env bash
# Builds everything, starts a gateway and this machine's agent on loopback, and shows violations as they come.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'EOF'
usage: ./quickstart.sh [--once] [--mqtt PORT] [--http PORT] [--thing NAME]
  --once        stop after the first report was judged, print the result
  --mqtt PORT   MQTT port of the gateway (1883)
  --http PORT   HTTP port of the gateway (8600: 8080 is one of the ports that the sample profile warns of)
  --thing NAME  what the gateway calls this machine (its host name)
EOF
}

once=; mqtt=1883; http=8600; thing=$(uname -n)
while [ $# -gt 0 ]; do
  case $1 in
    --once) once=1 ;;
    --mqtt | --http | --thing)
      [ $# -ge 2 ] || { echo "quickstart: $1 needs a value" >&2; exit 2; }
      declare "${1#--}=$2"; shift ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

fail() { echo "quickstart: $*" >&2; exit 2; }
command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: https://dotnet.microsoft.com/download"

work=$(mktemp -d)
echo "building ..."
for project in evaluator/Gateway agent/Linux; do
  dotnet build "$project" -c Release --nologo >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; fail "the build failed"; }
done
gateway=evaluator/Gateway/bin/Release/net10.0/defender-gateway
agent=agent/Linux/bin/Release/net10.0/defender-agent
profile=samples/profiles/attack-surface.json

pids=()
cleanup() {
  trap - EXIT INT TERM HUP
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 0' INT TERM HUP

# Each in a process group of its own: Ctrl-C reaches this script alone, which then stops them in order.
set -m
"$gateway" run --mqtt "$mqtt" --http "$http" --data "$work/data" --profile "$profile" >"$work/violations" 2>"$work/gateway.log" &
gateway_pid=$!
set +m
pids=("$gateway_pid")

for _ in $(seq 100); do
  grep -q 'listening on' "$work/gateway.log" && break
  kill -0 "$gateway_pid" 2>/dev/null || { cat "$work/gateway.log" >&2; fail "the gateway did not start"; }
  sleep 0.1
done
grep -q 'listening on' "$work/gateway.log" || { cat "$work/gateway.log" >&2; fail "the gateway did not get ready in 10 seconds"; }

if [ -n "$once" ]; then
  "$agent" run --endpoint "mqtt://127.0.0.1:$mqtt" --thing "$thing" --interval 5s --allow-root true --once || exit 1
  echo "report of $thing accepted and judged: $(wc -l <"$work/violations") violations"
  cat "$work/violations"
  exit 0
fi

set -m
"$agent" run --endpoint "mqtt://127.0.0.1:$mqtt" --thing "$thing" --interval 5s --allow-root true 2>"$work/agent.log" &
pids=("$!" "$gateway_pid")
tail -n +1 -F "$work/violations" 2>/dev/null &
pids+=("$!")
set +m

cat <<EOF
Watching $thing with $profile: each violation is a line below; logs are $work/agent.log and gateway.log.
Try in another terminal:  nc -l 127.0.0.1 2323   -> an in-alarm line within 10 seconds, alarm-cleared after you stop it.
The same through AWS's API: $(grep -o 'AWS_[A-Z_]*=.*' "$work/gateway.log" | tr '\n' ' ')aws --endpoint-url http://127.0.0.1:$http --region us-east-1 iot list-active-violations
Stop with Ctrl-C. List what was found so far:  $gateway violations --data $work/data
EOF
# Ends when either process does, or on Ctrl-C.
wait -n "${pids[@]:0:2}" || true
echo "quickstart: a process ended; its last words:" >&2
tail -n 5 "$work/agent.log" "$work/gateway.log" >&2
exit 1
