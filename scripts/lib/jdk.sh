# Finds a JDK for the scripts beside it. To be sourced by bash.
#
#   use_newest_jdk    sets and exports JAVA_HOME, and puts its bin first in PATH
#
# The newest JDK of at least version 21 wins, among JAVA_HOME, the path and the usual places; of two of the same
# version the one named first. Without any it says what to install and exits 1.

# It brings what java.sh has.

# shellcheck source=java.sh
. "$(dirname "${BASH_SOURCE[0]}")/java.sh"

MINIMUM_JDK=21

# Prints the major version of the JDK at $1, and nothing where there is none.
jdk_version() {
    [ ! -x "$1/bin/javac" ] || java_version "$1"
}

# Prints the homes to look at, one a line; some may not exist.
jdk_candidates() {
    local javac
    [ -z "${JAVA_HOME:-}" ] || printf '%s\n' "$JAVA_HOME"
    if javac=$(command -v javac); then
        dirname "$(dirname "$(readlink -f "$javac")")"
    fi
    printf '%s\n' /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home
}

use_newest_jdk() {
    local home version best="" best_version=$((MINIMUM_JDK - 1))
    while IFS= read -r home; do
        version=$(jdk_version "$home")
        if [ "${version:-0}" -gt "$best_version" ]; then
            best=$home
            best_version=$version
        fi
    done < <(jdk_candidates)
    if [ -z "$best" ]; then
        cat >&2 <<END
Monorelay needs a JDK of version $MINIMUM_JDK or newer, and found none in JAVA_HOME, on the path or in /usr/lib/jvm.
Install one, for example:
    apt-get install openjdk-$MINIMUM_JDK-jdk-headless    (Debian, Ubuntu)
    dnf install java-$MINIMUM_JDK-openjdk-devel          (Fedora, RHEL)
    or Eclipse Temurin 25 from https://adoptium.net
or point JAVA_HOME at the one that you have.
END
        exit 1
    fi
    export JAVA_HOME=$best
    export PATH="$JAVA_HOME/bin:$PATH"
}
