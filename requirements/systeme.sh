#!/bin/sh
# The libraries and the font of the system with which weasyprint makes PDFs: the one list of them, checked, then installed when that is
# possible (Debian, as root). Without them everything but the PDFs works: whoever runs this says what to do of a failure.
set -u
PAQUETS="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
PYTHON=${PYTHON:-python3}

presentes() {
    find /usr/share/fonts /usr/local/share/fonts "${HOME:-/}/.fonts" -name "DejaVuSans.ttf" 2>/dev/null | grep -q . &&
    "$PYTHON" -c '
import ctypes
for nom in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"):
    ctypes.CDLL(nom)
' 2>/dev/null
}

presentes && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installation des bibliothèques des PDF : $PAQUETS"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # one word a package
    apt-get update -q && apt-get install -q -y --no-install-recommends $PAQUETS
    presentes && exit 0
fi
echo "Les PDF ne pourront pas être faits sur cette machine ; tout le reste fonctionne." >&2
echo "Pour les avoir, installez : $PAQUETS" >&2
exit 1
