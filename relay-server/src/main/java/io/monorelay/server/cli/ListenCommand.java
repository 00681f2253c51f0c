package io.monorelay.server.cli;

import io.monorelay.client.Delivery;
import io.monorelay.client.LinkDialer;
import io.monorelay.client.RelayLink;
import io.monorelay.client.RelayListener;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints messages as they come. */
@Command(
        name = "listen",
        description = "Prints each message as it comes, until Ctrl-C, which ends it with exit code 0.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ListenCommand implements Callable<Integer> {
    private static final long NO_END = -1;
    private static final long NOWHERE = -1;
    private static final long ACKNOWLEDGE_SECONDS = 1;

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
        if (count < 1 && count != NO_END) {
            throw new ParameterException(spec.commandLine(), "--count " + count + ": expected at least 1");
        }
        if (after < 0 && after != NOWHERE) {
            throw new ParameterException(spec.commandLine(), "--after " + after + ": expected at least 0");
        }
        LinkDialer client = relay.client();
        Printer printer = new Printer();
        StopHook hook = StopHook.onSignal(() -> {
            printer.end.complete(ExitCode.OK);
            printer.acknowledge();
            RelayOptions.close(client);
        });
        try {
            RelayLink link = after == NOWHERE ? relay.connect(client, printer) : relay.resume(client, after, printer);
            if (relay.keepsKey()) {
                printer.acknowledgeOn(link);
            }
            if (!output.isJson()) {
                printer.say("listening to " + relay.relay());
            }
            return untilEnd(printer);
        } finally {
            hook.withdraw();
            RelayOptions.close(client);
        }
    }

    private static int untilEnd(Printer printer) throws InterruptedException, ExecutionException {
        while (true) {
            try {
                return printer.end.get(ACKNOWLEDGE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException notYet) {
                // Time to tell the relay.
            } finally {
                printer.acknowledge();
            }
        }
    }

    /** Runs on the event loop of the link: a reader that does not keep up slows the relay's sending, and nobody else. */
    private final class Printer implements RelayListener {
        private final PrintWriter out = spec.commandLine().getOut();
        private final PrintWriter err = spec.commandLine().getErr();
        private final boolean json = output.isJson();
        private final ZoneId zone = ZoneId.systemDefault();
        private final CompletableFuture<Integer> end = new CompletableFuture<>();
        private long printed;

        // any thread
        private final AtomicLong printedThrough = new AtomicLong();
        private final AtomicLong acknowledged = new AtomicLong();
        private final AtomicReference<@Nullable RelayLink> acknowledging = new AtomicReference<>();

        /** From now on tells the relay what has been printed, when it is asked to. */
        void acknowledgeOn(RelayLink link) {
            acknowledging.set(link);
        }

        void acknowledge() {
            RelayLink link = acknowledging.get();
            long through = printedThrough.get();
            if (link != null && acknowledged.getAndSet(through) != through) {
                link.acknowledge(through);
            }
        }

        @Override
        public void onMessage(Delivery delivery) {
            if (end.isDone()) {
                return;
            }
            out.println(json ? Lines.json(delivery) : Lines.human(delivery, zone));
            printed++;
            printedThrough.set(delivery.position());
            if (out.checkError()) {
                // Nobody reads any more, as after "| head".
                end.complete(ExitCode.FAILED);
            } else if (printed == count) {
                end.complete(ExitCode.OK);
            }
        }

        @Override
        public void onGap(Inbound.Gap gap) {
            say("the messages at " + gap.from() + " to " + gap.to() + " are missing: " + Lines.printable(gap.reason()));
        }

        @Override
        public void onRefusal(Inbound.Refusal refusal) {
            say("the relay refused something: " + Lines.printable(refusal.info()));
        }

        @Override
        public void onDrain(Inbound.Drain drain) {
            say("the relay goes away within " + drain.withinMillis() + " ms");
        }

        @Override
        public void onClosed(int code, String reason, CloseCode.Next next) {
            if (!end.isDone()) {
                String why = reason.isEmpty() ? "" : ": " + Lines.printable(reason);
                say(relay.relay() + ": the link was closed with " + code + why);
                end.complete(ExitCode.FAILED);
            }
        }

        private void say(String line) {
            err.println("relay: " + line);
            err.flush();
        }
    }
}
