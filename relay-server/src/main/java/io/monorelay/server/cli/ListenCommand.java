package io.monorelay.server.cli;

import io.monorelay.client.Delivery;
import io.monorelay.client.RelayClient;
import io.monorelay.client.RelayMemory;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints messages as they come. */
@Command(
        name = "listen",
        description = {
            "Prints each message as it comes, until Ctrl-C, which ends it with exit code 0.",
            "A relay that goes away is dialled again, and goes on where it was."
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ListenCommand implements Callable<Integer> {
    private static final long NO_END = -1;
    private static final long NOWHERE = -1;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RelayOptions relay;

    @Mixin
    private OutputOptions output;

    @Option(names = "--count", paramLabel = "N", description = "end after this many messages, with exit code 0")
    private long count = NO_END;

    @Option(
            names = "--after",
            paramLabel = "POSITION",
            description = "first print what the relay has after this position, 0 for all that it has"
                    + " (default: with --key what came since this key listened last, else nothing)")
    private long after = NOWHERE;

    @Override
    public Integer call() throws CommandException, InterruptedException, ExecutionException {
        check();
        Printer printer = new Printer();
        LinkNews news = new LinkNews(relay.relays().size(), spec.commandLine().getErr(), printer::print);
        RelayClient client = RelayOptions.start(relay.client().listener(news).memory(memory(printer)));
        StopHook hook = StopHook.onSignal(() -> {
            printer.end.complete(ExitCode.OK);
            close(client, news);
        });
        try {
            news.awaitFirst();
            if (!output.isJson()) {
                relay.relays().forEach(url -> news.say("listening to " + url));
            }
            news.alone().thenRun(() -> printer.end.complete(ExitCode.FAILED));
            return printer.end.get();
        } finally {
            hook.withdraw();
            close(client, news);
        }
    }

    private void check() {
        if (count < 1 && count != NO_END) {
            throw new ParameterException(spec.commandLine(), "--count " + count + ": expected at least 1");
        }
        if (after < 0 && after != NOWHERE) {
            throw new ParameterException(spec.commandLine(), "--after " + after + ": expected at least 0");
        }
        if (after > 0 && relay.relays().size() > 1) {
            throw new ParameterException(
                    spec.commandLine(), "--after " + after + ": a position is one of a single relay");
        }
    }

    private RelayMemory memory(Printer printer) {
        OptionalLong start = after == NOWHERE ? OptionalLong.empty() : OptionalLong.of(after);
        return new CommandMemory(RelayMemory.inMemory(), start, relay.keepsKey(), () -> printer.passesOver);
    }

    private static void close(RelayClient client, LinkNews news) {
        news.finish();
        RelayOptions.close(client);
    }

    /** Runs on the event loop of the client: a reader that does not keep up slows the relay's sending, and nobody else. */
    private final class Printer {
        private final PrintWriter out = spec.commandLine().getOut();
        private final boolean json = output.isJson();
        private final ZoneId zone = ZoneId.systemDefault();
        private final CompletableFuture<Integer> end = new CompletableFuture<>();
        private long printed;
        private boolean passesOver;

        void print(Delivery delivery) {
            if (end.isDone()) {
                passesOver = true;
                return;
            }
            out.println(json ? Lines.json(delivery) : Lines.human(delivery, zone));
            printed++;
            if (out.checkError()) {
                // Nobody reads any more, as after "| head".
                passesOver = true;
                end.complete(ExitCode.FAILED);
            } else if (printed == count) {
                end.complete(ExitCode.OK);
            }
        }
    }
}
