#!/usr/bin/env bash
# Builds the agent for release: one native file where Native AOT links here, else one file that carries its runtime.
#   agent/Linux/package/publish.sh OUTPUT_DIRECTORY [RUNTIME_IDENTIFIER]
# Tries, in this order, and says what it picked:
#   native net10.0   needs the package Microsoft.NETCore.App.Runtime.NativeAOT.<rid>, which not every registry has
#   native net9.0    its compiler package carries the runtime
#   bundled net10.0  ready-to-run, trimmed; larger, and cannot live under MemoryDenyWriteExecute
set -uo pipefail
cd "$(dirname "$0")"

output=${1:?usage: publish.sh OUTPUT_DIRECTORY [RUNTIME_IDENTIFIER]}
mkdir -p "$output" && output=$(cd "$output" && pwd)
case "$(uname -m)" in
  x86_64) host=linux-x64 ;;
  aarch64) host=linux-arm64 ;;
  armv*) host=linux-arm ;;
  *) echo "publish.sh: this machine is a $(uname -m), which .NET does not know" >&2; exit 2 ;;
esac
rid=${2:-$host}
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# Away from the tree: another target framework would leave its restore behind in obj, where the usual build finds it.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

try() {
  local name=$1
  shift
  echo "publish.sh: trying $name for $rid"
  if dotnet publish ../Defender.Agent.Linux.csproj -c Release -r "$rid" --artifacts-path "$work/$name" -o "$work/$name/out" -v quiet "$@" >"$work/$name.log" 2>&1; then
    cp "$work/$name/out/defender-agent" "$output/defender-agent" || exit 1
    [ -f "$work/$name/out/defender-agent.dbg" ] && cp "$work/$name/out/defender-agent.dbg" "$output/"
    echo "publish.sh: picked $name: $(stat -c %s "$output/defender-agent") bytes in $output/defender-agent"
    exit 0
  fi
  echo "publish.sh: $name does not build here: $(grep -m 1 -o 'error .*' "$work/$name.log" | cut -c 1-200)"
}

try native-net10.0 -p:AgentNative=true
try native-net9.0 -p:AgentNative=true -p:AgentTargetFramework=net9.0
try bundled-net10.0 -p:PublishSingleFile=true -p:PublishTrimmed=true -p:PublishReadyToRun=true --self-contained
echo "publish.sh: nothing builds for $rid; the last words were:" >&2
tail -n 5 "$work/bundled-net10.0.log" >&2
exit 1
