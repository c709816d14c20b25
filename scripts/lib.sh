# Shared by the scripts: what must be on the machine. Source it, do not run it.

say() { printf '%s\n' "$*" >&2; }

# Debian packages the build and the programs need.
trasne_packages=(libsqlite3-dev libzstd-dev libqrencode-dev libgd-dev pkg-config)

require_swift() {
    if ! command -v swift >/dev/null 2>&1; then
        say "Swift 6.1 or newer is needed and was not found: install it from swift.org/install and run this again."
        exit 1
    fi
}

# Installs the packages that are missing, as root or through sudo, and says so.
install_missing() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    if ! command -v apt-get >/dev/null 2>&1; then
        say "These packages are needed: ${missing[*]}. Install them with this system's package program and run this again."
        exit 1
    fi
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null 2>&1; then
            say "These packages are needed: ${missing[*]}. Run this as root, or install sudo."
            exit 1
        fi
        as_root=(sudo)
    fi
    say "Installing ${missing[*]} (apt-get, ${as_root[*]:-as root})."
    "${as_root[@]}" apt-get update -qq >/dev/null
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
}
