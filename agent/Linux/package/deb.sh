#!/usr/bin/env bash
# Makes a Debian package of a published agent.
#   agent/Linux/package/deb.sh EXECUTABLE OUTPUT_DIRECTORY
# It installs the executable and the documentation, and starts nothing before there is a configuration.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../../.." && pwd)

executable=${1:?usage: deb.sh EXECUTABLE OUTPUT_DIRECTORY}
output=${2:?usage: deb.sh EXECUTABLE OUTPUT_DIRECTORY}
command -v dpkg-deb >/dev/null || { echo "deb.sh: dpkg-deb is missing: apt-get install dpkg" >&2; exit 1; }

# Byte 18 of an ELF file is its machine.
case "$(od -An -t u1 -j 18 -N 1 "$executable" | tr -d ' ')" in
  62) architecture=amd64 ;;
  183) architecture=arm64 ;;
  40) architecture=armhf ;;
  *) echo "deb.sh: $executable is no executable for amd64, arm64 or armhf" >&2; exit 1 ;;
esac
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$repository/Directory.Build.props")

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
install -D -m 755 "$executable" "$root/usr/bin/defender-agent"
install -D -m 644 "$repository/docs/agent.md" "$root/usr/share/doc/defender-agent/agent.md"
install -D -m 644 "$repository/LICENSE" "$root/usr/share/doc/defender-agent/copyright"
install -D -m 644 "$here/debian/default" "$root/etc/default/defender-agent"
install -d -m 755 "$root/etc/defender-agent"
mkdir "$root/DEBIAN"
install -m 755 "$here/debian/postinst" "$here/debian/prerm" "$here/debian/postrm" "$root/DEBIAN/"
install -m 644 "$here/debian/conffiles" "$root/DEBIAN/conffiles"
size=$(du -k -s --exclude=DEBIAN "$root" | cut -f 1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@SIZE@/$size/" "$here/debian/control" >"$root/DEBIAN/control"

mkdir -p "$output"
package="$output/defender-agent_${version}_${architecture}.deb"
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
echo "deb.sh: $package"
