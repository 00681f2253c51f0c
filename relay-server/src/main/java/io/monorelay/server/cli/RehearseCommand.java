package io.monorelay.server.cli;

import io.monorelay.crypto.Ed25519;
import io.monorelay.crypto.Ed25519Provider;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Does to a relay what its clients will do to it, for the JDK to see which classes and methods matter. */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Talks to a relay as its clients do, for the JDK to learn from; for the launcher.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RehearseCommand implements Callable<Integer> {
    private static final int MAX_SECONDS = 60;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RelayOptions relay;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "3", description = "for how long")
    private int seconds;

    @Override
    public Integer call() throws CommandException, InterruptedException {
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw new ParameterException(spec.commandLine(), "--seconds " + seconds + ": expected 1 to " + MAX_SECONDS);
        }
        Ed25519 ed25519 = Ed25519Provider.choose(Ed25519Provider.Preference.BOUNCYCASTLE);
        try {
            new Rehearsal(relay.relays().getFirst(), ed25519, seconds).run();
        } catch (ExecutionException e) {
            throw CommandException.failed("the rehearsal failed: " + rootOf(e).getMessage(), e);
        }
        return ExitCode.OK;
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
