package io.monorelay.bench.soak;

import io.monorelay.bench.load.Moment;
import io.monorelay.bench.load.Observer;
import io.monorelay.bench.process.Jvm;
import io.monorelay.bench.process.RelayPage;
import io.monorelay.bench.process.RunException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Takes a sample of the relay every second. Used by one thread, which may block. */
final class Watching implements Observer, AutoCloseable {
    /** Enough of them for a line through the second half, and few enough that they cost the relay little. */
    private static final long COLLECTIONS = 30;

    private static final long LEAST_SECONDS_BETWEEN = 5;
    private static final double NANOS_A_MILLI = 1e6;

    private final RelayPage page;
    private final @Nullable Jvm jvm;
    private final long secondsBetweenCollections;
    private final List<Sample> samples = new ArrayList<>();

    /**
     * @param jvm the process of the relay, or null where it cannot be looked into
     * @param length how long it is going to be watched
     */
    Watching(URI relay, @Nullable Jvm jvm, Duration length) {
        page = new RelayPage(relay);
        this.jvm = jvm;
        secondsBetweenCollections = Math.max(LEAST_SECONDS_BETWEEN, length.toSeconds() / COLLECTIONS);
    }

    @Override
    public void onMoment(Moment moment, Histogram deliveries) throws RunException {
        try {
            long asked = System.nanoTime();
            Optional<JsonNode> answer = page.read();
            double answerMillis = answer.isEmpty() ? Double.NaN : (System.nanoTime() - asked) / NANOS_A_MILLI;
            long errors = answer.map(Watching::errors).orElse(0L);
            samples.add(new Sample(moment, heapBytes(), directBytes(), answerMillis, errors));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunException("interrupted while the relay was asked", e);
        }
    }

    private double heapBytes() {
        return jvm == null || samples.size() % secondsBetweenCollections != 0
                ? Double.NaN
                : jvm.heapBytesAfterCollection();
    }

    private double directBytes() {
        return jvm == null ? Double.NaN : jvm.directBytes();
    }

    private static long errors(JsonNode page) {
        JsonNode totals = page.path("totals");
        return totals.path("storage").path("failures").asLong(0)
                + totals.path("faults").path("internal").asLong(0)
                + totals.path("closes").path("internal_error").asLong(0);
    }

    List<Sample> samples() {
        return samples;
    }

    @Override
    public void close() {
        page.close();
    }
}
