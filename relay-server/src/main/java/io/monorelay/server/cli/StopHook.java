package io.monorelay.server.cli;

/**
 * Turns Ctrl-C and SIGTERM into an orderly end with exit code 0. Until it is withdrawn, a signal runs its action and
 * then halts the program; the action must be bounded in time. Who is in a hurry sends a second signal, which halts it at
 * once.
 */
final class StopHook {
    private final Thread hook;

    private StopHook(Thread hook) {
        this.hook = hook;
    }

    static StopHook onSignal(Runnable action) {
        // The exit code of a signal is fixed when the hooks begin, but for halt.
        Thread hook = new Thread(
                () -> {
                    Signals.on("TERM", StopHook::haltAtOnce);
                    Signals.on("INT", StopHook::haltAtOnce);
                    action.run();
                    Runtime.getRuntime().halt(ExitCode.OK);
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        return new StopHook(hook);
    }

    private static void haltAtOnce() {
        Runtime.getRuntime().halt(ExitCode.FAILED);
    }

    /** From here on the program ends in its own way. */
    void withdraw() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException expected) {
            // A signal has come first: the hook is running and decides the exit code.
        }
    }
}
