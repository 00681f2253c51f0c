# The yardstick's programs in C. To be sourced by bash.
#
#   build_yardstick PROJECT NAME   compiles them where they are not, or are older than their sources; ends NAME, which is the
#                                  command that wants them, when there is no compiler or nothing to pin a program with

build_yardstick() {
    local sources=$1/relay-bench/src/main/c programs=$1/relay-bench/target/yardstick tool program
    for tool in gcc taskset flock; do
        if ! command -v "$tool" >/dev/null; then
            echo "$2: $tool is needed and was not found (gcc, and util-linux for the others)" >&2
            exit 1
        fi
    done
    mkdir -p "$programs"
    for program in wsload limit; do
        if [ ! "$programs/$program" -nt "$sources/$program.c" ]; then
            gcc -O2 -Wall -Wextra -o "$programs/$program" "$sources/$program.c"
        fi
    done
}
