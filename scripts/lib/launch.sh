# Runs the relay from where its jars are. To be sourced by bash. It brings what java.sh and aot.sh have, which are beside it.
#
#   launch APP COMMAND...   becomes Monorelay, of the jars in APP/lib, on the Java of JAVA_HOME

beside=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=java.sh
. "$beside/java.sh"
# shellcheck source=aot.sh
. "$beside/aot.sh"

launch() {
    local app=$1
    shift
    use_utf8
    options_for "$app" "$@"
    # shellcheck disable=SC2086 # options are words
    exec "$JAVA_HOME/bin/java" "${java_options[@]}" ${MONORELAY_JAVA_OPTS:-} \
        -cp "$app/lib/*" io.monorelay.server.cli.Main "$@"
}

options_for() {
    local app=$1
    shift
    use_java_options
    if [ "${1:-}" = serve ] || [ "${1:-}" = join ]; then
        case ${MONORELAY_JAVA_OPTS:-} in
            *-XX:+Use*GC*) ;;
            *) use_server_options ;;
        esac
        case " $* " in
            *" --help "* | *" -h "*) ;;
            *) use_aot_cache "$app" ;;
        esac
    else
        # What only talks to a relay is over before a better compiler or collector pays.
        java_options+=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC)
    fi
    if [ -t 1 ]; then
        java_options+=(-Dmonorelay.terminal=true)
    else
        java_options+=(-Dmonorelay.terminal=false)
    fi
}

# Java reads the words of the command line in the encoding of the locale.
use_utf8() {
    case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
        *[Uu][Tt][Ff]*) ;;
        *) export LC_ALL=C.UTF-8 ;;
    esac
}
