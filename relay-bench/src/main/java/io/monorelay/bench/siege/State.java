package io.monorelay.bench.siege;

import io.monorelay.bench.process.Jvm;
import io.monorelay.bench.process.ProcessUsage;
import io.monorelay.bench.process.RelayPage;
import io.monorelay.bench.process.RunException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A relay at one moment.
 *
 * @param page what it says of itself
 * @param usage its process, or null where it is not watched
 * @param heapBytes what is left of its heap after a collection, NaN where that is not known; so is {@code directBytes}
 */
record State(JsonNode page, @Nullable ProcessUsage usage, double heapBytes, double directBytes) {
    /** Pools that are filled only when they are needed. */
    static final int MOST_LEFT_DESCRIPTORS = 16;

    private static final Duration LEAVING = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(200);

    /** Looks at relays. Used by one thread, which may block. */
    static final class Looker implements AutoCloseable {
        private final Target target;
        private final RelayPage pages;
        private final @Nullable Jvm jvm;

        Looker(Target target, @Nullable Jvm jvm) {
            this.target = target;
            this.jvm = jvm;
            pages = new RelayPage(target.relay());
        }

        JsonNode page() throws InterruptedException, RunException {
            return pages.read().orElseThrow(() -> new RunException("the relay does not answer GET /"));
        }

        /** Lets the relay collect its garbage. */
        State look() throws InterruptedException, RunException {
            JsonNode page = page();
            Jvm machine = jvm;
            return new State(
                    page,
                    target.pid().isPresent() ? ProcessUsage.of(target.pid().getAsLong()) : null,
                    machine == null ? Double.NaN : machine.heapBytesAfterCollection(),
                    machine == null ? Double.NaN : machine.directBytes());
        }

        /** As it is once everything has been given back, or when the time for that is over. */
        State whenAllHaveLeft(State before) throws InterruptedException, RunException {
            long end = System.nanoTime() + LEAVING.toNanos();
            State now = look();
            while (System.nanoTime() < end && now.hasMoreThan(before)) {
                LockSupport.parkNanos(LOOK.toNanos());
                now = look();
            }
            return now;
        }

        @Override
        public void close() {
            pages.close();
        }
    }

    int connections() {
        return Counted.connections(page);
    }

    int descriptors() {
        return usage == null ? 0 : usage.descriptors();
    }

    long residentBytes() {
        return usage == null ? 0 : usage.residentBytes();
    }

    private boolean hasMoreThan(State before) {
        return connections() > before.connections() || descriptors() - before.descriptors() > MOST_LEFT_DESCRIPTORS;
    }
}
