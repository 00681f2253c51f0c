# How Java runs the programs of the project. To be sourced by bash.
#
#   java_version HOME      prints the major version of the Java at HOME, and nothing where there is none
#   use_java_options       sets the array java_options to what every program of the project is run with
#   use_server_options     adds to it what a server is run with

java_version() {
    [ -x "$1/bin/java" ] && [ -f "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

use_java_options() {
    local version
    version=$(java_version "$JAVA_HOME")
    # Whoever was refused memory may have left anything half done: it ends, and what looks after it starts it again.
    java_options=(--enable-native-access=ALL-UNNAMED -XX:+ExitOnOutOfMemoryError)
    if [ "$version" -ge 23 ]; then
        java_options+=(--sun-misc-unsafe-memory-access=allow)
    fi
    if [ "$version" -ge 25 ]; then
        java_options+=(-XX:+UseCompactObjectHeaders)
    fi
}

use_server_options() {
    # Nearly all garbage is a message's, dead within milliseconds: a small young generation is cheaper in memory, and no
    # dearer in time, than one that grows with the machine.
    java_options+=(-XX:+UseParallelGC -Xms64m -Xmn24m)
    # What the compiler needed at the start goes back to the system; an older JDK may not know how.
    if [ "$(java_version "$JAVA_HOME")" -ge 25 ]; then
        java_options+=(-XX:TrimNativeHeapInterval=2000)
    fi
}
