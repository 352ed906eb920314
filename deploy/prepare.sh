# What deploy/run and deploy/test need before they can do their work. Sourced with the project's folder as the current one.

# What the programs are built with.
BUILD_PACKAGES=(ca-certificates git libargon2-dev libcrypt-dev libsqlite3-dev libyaml-dev zlib1g-dev)

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# A Swift toolchain of the version that Package.swift asks for.
need_toolchain() {
    command -v swift >/dev/null ||
        fail "Swift 6.3 or later is needed and 'swift' is not on the PATH; install it from https://www.swift.org/install/linux/ and try again."
    local version
    # A toolchain that cannot start says nothing we could read; the test below then fails.
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1) || true
    [ "$(printf '%s\n6.3\n' "$version" | sort -V | head -n 1)" = 6.3 ] ||
        fail "Swift 6.3 or later is needed and 'swift' is version ${version:-unknown}; install it from https://www.swift.org/install/linux/ and try again."
}

# Installs the Debian packages that are missing, and asks for root only if any is.
need_packages() {
    command -v dpkg-query >/dev/null || return 0
    local missing=() package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "Installing Debian packages: ${missing[*]}" >&2
    local root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "these Debian packages are missing: ${missing[*]}; install them as root and try again."
        root=(sudo)
    fi
    # Some of them are servers, which Debian starts when it installs them; a policy of 101 forbids it (policy-rc.d, in
    # invoke-rc.d(8)). An existing policy is the administrator's and stays.
    "${root[@]}" sh -euc '
        export DEBIAN_FRONTEND=noninteractive
        policy=/usr/sbin/policy-rc.d
        if [ ! -e "$policy" ]; then
            printf "#!/bin/sh\nexit 101\n" > "$policy"
            chmod 755 "$policy"
            trap "rm -f $policy" EXIT
        fi
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends "$@"
    ' sh "${missing[@]}" >&2 ||
        fail "these Debian packages could not be installed: ${missing[*]}; apt-get says why above."
}

# Builds the three programs for use, unless they are newer than every source: planning a build alone takes seconds.
build_release() {
    local stamp=.build/release/.built program
    if [ -e "$stamp" ] && [ -z "$(find Package.swift Sources -newer "$stamp" -print -quit)" ]; then
        return 0
    fi
    echo "Building TunerGate; the first time takes several minutes." >&2
    local started=.build/.build-started
    mkdir -p .build
    touch "$started"
    for program in tunergate tunergate-gateway tunergate-backend; do
        swift build -c release --product "$program" >&2 || fail "the build failed; the compiler says why above."
    done
    # As old as the start: what changed during the build is built next time.
    touch -r "$started" "$stamp"
}
