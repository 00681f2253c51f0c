package io.monorelay.server.cli;

import io.monorelay.client.Delivery;
import io.monorelay.client.KeptLinkListener;
import io.monorelay.client.RelayException;
import io.monorelay.client.RelayLink;
import io.monorelay.protocol.CloseCode.Next;
import io.monorelay.protocol.Inbound;
import java.io.PrintWriter;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Tells people how it is with the links of a command, one line for each change. A relay that cannot be dialled from the
 * start is more likely a mistake than one that comes back: when all are, the command fails.
 */
final class LinkNews implements KeptLinkListener {
    // fixed after construction
    private final int relays;
    private final PrintWriter err;
    private final Consumer<Delivery> receiver;

    // any thread
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final CompletableFuture<Void> alone = new CompletableFuture<>();
    private final AtomicBoolean finished = new AtomicBoolean();

    // owned by the event loop
    private final Set<URI> without = new HashSet<>();
    private final Set<URI> hadBefore = new HashSet<>();
    private int leftAlone;

    /** @param relays how many are dialled */
    LinkNews(int relays, PrintWriter err, Consumer<Delivery> receiver) {
        this.relays = relays;
        this.err = err;
        this.receiver = receiver;
    }

    /** Blocks until a link is open, for as long as the limits of the client let a dial take. */
    void awaitFirst() throws CommandException, InterruptedException {
        try {
            opened.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw CommandException.failed(String.valueOf((cause == null ? e : cause).getMessage()), e);
        }
    }

    /** Completes when every relay wants this node to stay away. */
    CompletableFuture<Void> alone() {
        return alone;
    }

    /** From now on links end because they are to. */
    void finish() {
        finished.set(true);
    }

    /** Prints a line. */
    void say(String line) {
        if (!finished.get()) {
            err.println("relay: " + line);
            err.flush();
        }
    }

    @Override
    public void onOpen(RelayLink link) {
        opened.complete(null);
        if (without.remove(link.relay()) || !hadBefore.add(link.relay())) {
            say(link.relay() + ": linked again");
        }
    }

    @Override
    public void onMessage(RelayLink link, Delivery delivery) {
        receiver.accept(delivery);
    }

    @Override
    public void onGap(RelayLink link, Inbound.Gap gap) {
        say("the messages at " + gap.from() + " to " + gap.to() + " are missing: " + Lines.printable(gap.reason()));
    }

    @Override
    public void onRefusal(RelayLink link, Inbound.Refusal refusal) {
        say("the relay refused something: " + Lines.printable(refusal.info()));
    }

    @Override
    public void onDrain(RelayLink link, Inbound.Drain drain) {
        say("the relay goes away within " + drain.withinMillis() + " ms");
    }

    @Override
    public void onEnded(RelayLink link, String why, Next next) {
        without.add(link.relay());
        say(Lines.printable(why) + (next == Next.STAY_AWAY ? "" : "; dialling it again"));
    }

    @Override
    public void onNotOpened(RelayException failure) {
        boolean isNew = without.add(failure.relay());
        if (opened.isDone()) {
            if (isNew) {
                say(Lines.printable(String.valueOf(failure.getMessage())));
            }
        } else if (without.size() == relays) {
            opened.completeExceptionally(failure);
        }
    }

    @Override
    public void onStayingAway(String why) {
        leftAlone++;
        if (leftAlone == relays) {
            alone.complete(null);
        }
    }
}
