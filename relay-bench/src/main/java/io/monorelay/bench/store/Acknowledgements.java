package io.monorelay.bench.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.bench.messages.SignedMessages;
import io.monorelay.bench.process.RunException;
import io.monorelay.bench.process.Server;
import io.monorelay.bench.report.Figure;
import io.monorelay.bench.report.Goal;
import io.monorelay.protocol.Form;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * How long a sender waits for its acknowledgement at a steady rate: from when a message was due, whether it could be sent
 * then or not, to when its acknowledgement was read. One link publishes everything, one message after the other.
 */
final class Acknowledgements {
    private static final int RATE = 1_000;
    private static final int DATA_BYTES = 128;
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final String ACKNOWLEDGED = "{\"info\":";
    private static final Goal P99_MILLIS = new Goal.AtMost(15);

    private final BareLink link;
    private final List<byte[]> messages;
    private final int warmup;
    private final long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);

    // owned by the reading thread
    private final Histogram nanos = new Histogram(LONGEST_NANOS, 3);
    private int acknowledged;

    // owned by the sending thread, until it has ended
    private final Histogram lateness = new Histogram(LONGEST_NANOS, 3);

    private Acknowledgements(BareLink link, List<byte[]> messages, int warmup) {
        this.link = link;
        this.messages = messages;
        this.warmup = warmup;
    }

    static List<Figure> run(String part, Server relay, Plan plan)
            throws IOException, InterruptedException, RunException {
        int warmup = Math.toIntExact(plan.warmup().toSeconds() * RATE);
        int count = Math.toIntExact(plan.measured().toSeconds() * RATE);
        List<byte[]> messages = new SignedMessages(SampleMessages.ed25519(), 1, Form.MONOCHAIN, DATA_BYTES)
                .messages(0, warmup + count, Instant.now());
        try (BareLink link = BareLink.open(relay.port(), null)) {
            Acknowledgements run = new Acknowledgements(link, messages, warmup);
            run.publishAll();
            return run.figures(part);
        }
    }

    private List<Figure> figures(String part) {
        return List.of(
                Figure.of(part, "p50, ms", "%.1f", nanos.getValueAtPercentile(50) / 1e6),
                Figure.of(part, "p99, ms", "%.1f", nanos.getValueAtPercentile(99) / 1e6)
                        .withGoal(P99_MILLIS),
                Figure.of(part, "longest, ms", "%.1f", nanos.getMaxValue() / 1e6),
                Figure.of(part, "of this, sent late, p99, ms", "%.1f", lateness.getValueAtPercentile(99) / 1e6));
    }

    private void publishAll() throws IOException, InterruptedException, RunException {
        FutureTask<Void> sending = new FutureTask<>(this::send);
        Thread sender = Thread.ofPlatform().name("sender").daemon().start(sending);
        try {
            link.read(this::onText);
            sending.get();
        } catch (ExecutionException failure) {
            throw new RunException("publishing failed: " + failure.getCause(), failure);
        } finally {
            sender.interrupt();
        }
    }

    private Void send() throws IOException {
        for (int i = 0; i < messages.size() && !Thread.currentThread().isInterrupted(); i++) {
            long wait = due(i) - System.nanoTime();
            while (wait > 0) {
                LockSupport.parkNanos(wait);
                wait = due(i) - System.nanoTime();
            }
            link.send(messages.get(i));
            if (i >= warmup) {
                lateness.recordValue(Math.min(-wait, LONGEST_NANOS));
            }
        }
        return null;
    }

    private long due(int number) {
        return start + number * (TimeUnit.SECONDS.toNanos(1) / RATE);
    }

    /** The relay acknowledges what comes over one link in order, and nobody else publishes. */
    private boolean onText(byte[] buffer, int offset, int length) throws RunException {
        if (!new String(buffer, offset, Math.min(length, ACKNOWLEDGED.length()), UTF_8).equals(ACKNOWLEDGED)) {
            throw new RunException("not acknowledged: " + new String(buffer, offset, length, UTF_8));
        }
        if (acknowledged >= warmup) {
            nanos.recordValue(Math.min(System.nanoTime() - due(acknowledged), LONGEST_NANOS));
        }
        acknowledged++;
        return acknowledged < messages.size();
    }
}
