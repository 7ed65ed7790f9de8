#!/usr/bin/env bash
# Runs the device's tests in nanoFramework's emulator. Build them first: Nano.Tests.nfproj, in Visual Studio, in VS Code, or with
# msbuild and nanoFramework's targets.
#   tests/Nano.Tests/run-nanoclr.sh [directory with NFUnitTest.pe]
# Ends with "N passed, N failed, N skipped"; 1 when a test failed or none ran, 2 when something is not installed or not built.
set -uo pipefail
cd "$(dirname "$0")"
output=${1:-bin/nano/Release}

if ! command -v nanoclr >/dev/null 2>&1; then
  echo "run-nanoclr.sh: nanoclr is not installed, so no test was run. dotnet tool install --global nanoclr installs it." >&2
  exit 2
fi
if [ ! -f "$output/NFUnitTest.pe" ]; then
  echo "run-nanoclr.sh: there is no $output/NFUnitTest.pe: build tests/Nano.Tests/Nano.Tests.nfproj first, or name its output." >&2
  exit 2
fi

# The launcher is the program; it loads NFUnitTest by that name.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
timeout "${NANOCLR_TIMEOUT:-300}" nanoclr run --assemblies "$output"/*.pe 2>&1 | tee "$log"

count() { grep -c "Test $1," "$log"; }
passed=$(count passed); failed=$(count failed); skipped=$(count skipped)
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
