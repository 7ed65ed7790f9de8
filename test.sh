#!/usr/bin/env bash
# Runs every test: installs what they need, builds, runs all runners, and ends with one line "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")"

# What the tests run against: real MQTT and AWS clients, the system's SQLite, and a PostgreSQL server that they start themselves.
packages=(iproute2 mosquitto mosquitto-clients openssl python3-paho-mqtt libsqlite3-0 postgresql awscli python3-boto3)
command -v npm >/dev/null 2>&1 || packages+=(nodejs npm)
missing=()
for package in "${packages[@]}"; do
  dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  # Debian's package makes and starts a server of its own, unless it is told not to.
  no_cluster=/etc/postgresql-common/createcluster.d/defender-tests.conf
  $sudo mkdir -p "${no_cluster%/*}" && echo "create_main_cluster = false" | $sudo tee "$no_cluster" >/dev/null
  $sudo apt-get update -q && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -qy "${missing[@]}" || {
    echo "test.sh: cannot install ${missing[*]}" >&2
    exit 1
  }
  $sudo rm -f "$no_cluster"
fi

# The libraries that the drivers of some tests need, by directory.
install_driver() {
  [ -d "$1/node_modules/$2" ] && return
  npm install --prefix "$1" --no-package-lock --no-audit --no-fund --loglevel=error || {
    echo "test.sh: cannot install $2" >&2
    exit 1
  }
}
install_driver tests/interop/Aws/drivers @aws-sdk/client-iot
install_driver tests/interop/Mqtt/drivers mqtt

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

dotnet build DefenderAgent.sln --nologo -v minimal || { echo "test.sh: the build failed" >&2; echo "0 passed, 1 failed"; exit 1; }

status=0
dotnet test DefenderAgent.sln --no-build --nologo --settings nano.runsettings \
  --results-directory "$results" --logger trx --logger "console;verbosity=minimal" || status=1

# The counters of every result file: one file per test project.
total() { cat "$results"/*.trx 2>/dev/null | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{n += $1} END {print n + 0}'; }
all=$(total total); passed=$(total passed); executed=$(total executed)
failed=$((executed - passed)); skipped=$((all - executed))

# A project whose run broke off leaves no result file.
for project in tests/*/*.Tests.csproj; do
  assembly=$(basename "$project" .csproj)
  grep -lqi "$assembly.dll" "$results"/*.trx 2>/dev/null || { echo "test.sh: no results of $assembly" >&2; failed=$((failed + 1)); }
done
[ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1

echo "$passed passed, $failed failed$([ "$skipped" -gt 0 ] && echo ", $skipped skipped")"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
