# Builds what the scripts run. To be sourced by bash, after jdk.sh and use_newest_jdk.
#
#   build_when_needed PROJECT MODULE...   lays out PROJECT/MODULE/target/app/lib for the last of the modules named, when
#                                         that was not done since a source of one of them changed; names what it
#                                         depends on before it
# True when something that the last module named is made from is newer than what was built of it.
is_stale() {
    local project=$1 sources=("$1/pom.xml") module stamp
    shift
    for module; do
        sources+=("$project/$module/pom.xml" "$project/$module/src/main")
        stamp=$project/$module/target/app/built
    done
    [ ! -f "$stamp" ] || [ -n "$(find "${sources[@]}" -newer "$stamp" -print -quit)" ]
}

# A start that waited for another one's build finds nothing left to do. One lock for all modules: they share what they
# depend on.
build_when_needed() {
    local project=$1 module=${*: -1}
    is_stale "$@" || return 0
    mkdir -p "$project/relay-server/target" "$project/$module/target"
    (
        flock 9
        is_stale "$@" || exit 0
        echo "building $module (the first time takes a few minutes) ..." >&2
        log=$project/$module/target/build.log
        began=$(mktemp "$project/$module/target/build-began.XXXXXX")
        if ! (cd "$project" && ./mvnw -pl "$module" -am -Dmaven.test.skip -Dspotless.check.skip -Dforbiddenapis.skip \
            -Dexec.skip package) >"$log" 2>&1 </dev/null; then
            rm -f "$began"
            tail -n 40 "$log" >&2
            echo "the build failed; its whole log is in $log" >&2
            exit 1
        fi
        # As old as the beginning, so that what changed meanwhile is built the next time.
        for built in "${@:2}"; do
            if [ -d "$project/$built/target/app" ]; then
                cp -p "$began" "$project/$built/target/app/built"
            fi
        done
        rm -f "$began"
    ) 9>"$project/relay-server/target/relay-build.lock"
}
