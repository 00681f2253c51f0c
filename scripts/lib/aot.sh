# The relay's ahead-of-time cache: what the JDK learned in a rehearsal of one. To be sourced by bash, after java.sh.
#
#   use_aot_cache APP    adds to the array java_options, which must be complete but for properties, what makes a relay
#                        start with APP/relay.aot; makes that first where this build was not rehearsed with this JDK
#                        and these options. Never fails: a relay runs without too, only slower at first.
#
# MONORELAY_NO_AOT=1 keeps it from doing anything.

use_aot_cache() {
    local app=$1
    # Caches of older JDKs have no profiles of methods, which are most of what is won.
    [ -z "${MONORELAY_NO_AOT:-}" ] && [ "$(java_version "$JAVA_HOME")" -ge 25 ] || return 0
    if [ -w "$app" ] && ! is_rehearsed "$app"; then
        (
            flock 9
            is_rehearsed "$app" || make_aot_cache "$app"
        ) 9>"$app/rehearsal.lock" || true
    fi
    if [ -f "$app/relay.aot" ] && is_rehearsed "$app"; then
        # One that does not fit after all, as with another collector in MONORELAY_JAVA_OPTS, is left aside in silence.
        java_options+=(-XX:AOTCache="$app/relay.aot" -XX:AOTMode=auto -Xlog:aot*=off -Xlog:cds*=off)
    fi
}

# True when it was rehearsed, with success or not: what fails is not tried again at every start.
is_rehearsed() {
    [ -f "$1/relay.aot.key" ] && [ -z "$(find "$1/lib" -newer "$1/relay.aot.key" -print -quit)" ] &&
        aot_key "$1" | cmp -s - "$1/relay.aot.key"
}

# What a cache fits to beside the jars.
aot_key() {
    printf '%s\n' "$1" "$JAVA_HOME" "${java_options[@]}"
    # Which Java that is: to ask itself would take a third of a start.
    cat "$JAVA_HOME/release"
}

make_aot_cache() {
    local app=$1
    echo "rehearsing (so that later starts are quick) ..." >&2
    rm -f "$app/relay.aot" "$app/relay.aot.key"
    scratch=$(mktemp -d "$app/rehearsal.XXXXXX")
    rehearsed=
    # A start that is interrupted leaves no relay behind.
    trap 'end_rehearsal' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if rehearse "$app" >"$app/rehearsal.log" 2>&1 </dev/null; then
        mv "$scratch/relay.aot" "$app/relay.aot"
    else
        echo "the rehearsal failed, the relay runs without; what happened is in $app/rehearsal.log" >&2
    fi
    aot_key "$app" >"$app/relay.aot.key"
}

end_rehearsal() {
    # Its group: with what watches it and what it has started to write the cache.
    [ -z "$rehearsed" ] || kill -KILL -- "-$rehearsed" 2>/dev/null || true
    rm -rf "$scratch"
}

# Runs a relay on a port of its own while its clients are played, and waits until the JDK has written what it learned.
# Whoever calls this looks at its result, so that nothing here ends it but a return.
rehearse() {
    local app=$1 address
    # The settings are those of the relay that is to be run, not of this one.
    unset "${!MONORELAY_@}"
    timeout --kill-after=30 60 "$JAVA_HOME/bin/java" "${java_options[@]}" -XX:AOTCacheOutput="$scratch/relay.aot" \
        -cp "$app/lib/*" io.monorelay.server.cli.Main serve --listen 127.0.0.1:0 --data "$scratch/data" \
        >"$scratch/out" 9>&- &
    rehearsed=$!
    address=$(address_of_rehearsed) || return 1
    timeout --foreground 30 "$JAVA_HOME/bin/java" "${java_options[@]}" -XX:TieredStopAtLevel=1 \
        -cp "$app/lib/*" io.monorelay.server.cli.Main rehearse --relay "ws://$address" 9>&- || return 1
    kill "$rehearsed"
    wait "$rehearsed" || true
    rehearsed=
    cat "$scratch/out"
    [ -f "$scratch/relay.aot" ]
}

# Prints where the rehearsed relay listens, once it does; fails when it ends before.
address_of_rehearsed() {
    local address=
    while [ -z "$address" ]; do
        kill -0 "$rehearsed" 2>/dev/null || return 1
        sleep 0.1
        address=$(sed -n 's/^listening on //p' "$scratch/out")
    done
    echo "$address"
}
