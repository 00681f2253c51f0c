package io.monorelay.bench.storm;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** When dials succeeded and failed, counted from the last start of the clock. Any thread may call. */
final class Timeline {
    private final ConcurrentLinkedQueue<Long> successes = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Long> failures = new ConcurrentLinkedQueue<>();

    void succeeded() {
        successes.add(System.nanoTime());
    }

    void failed() {
        failures.add(System.nanoTime());
    }

    void clear() {
        successes.clear();
        failures.clear();
    }

    /** How long after that moment the dials succeeded, in seconds, in rising order. */
    double[] successes(long afterNanos) {
        return successes.stream()
                .mapToDouble(at -> (at - afterNanos) / 1e9)
                .sorted()
                .toArray();
    }

    /** How many dials succeeded within each interval from that moment on. */
    int[] successesEach(Duration interval, long afterNanos) {
        return each(interval, afterNanos, successes);
    }

    /** How many dials failed within each interval from that moment on. */
    int[] failuresEach(Duration interval, long afterNanos) {
        return each(interval, afterNanos, failures);
    }

    private static int[] each(Duration interval, long afterNanos, ConcurrentLinkedQueue<Long> moments) {
        int[] counts = {};
        for (long at : moments) {
            int place = Math.toIntExact((at - afterNanos) / interval.toNanos());
            if (at >= afterNanos) {
                counts = Arrays.copyOf(counts, Math.max(counts.length, place + 1));
                counts[place]++;
            }
        }
        return counts;
    }

    /** A table of both, a row for each second from that moment on. */
    String markdown(long afterNanos) {
        Duration second = Duration.ofNanos(TimeUnit.SECONDS.toNanos(1));
        int[] succeeded = successesEach(second, afterNanos);
        int[] failed = failuresEach(second, afterNanos);
        StringBuilder text = new StringBuilder(
                "\n| second after the relay died | dials refused | links opened |\n|---:|---:|---:|\n");
        for (int i = 0; i < Math.max(succeeded.length, failed.length); i++) {
            text.append("| ").append(i + 1);
            text.append(" | ").append(i < failed.length ? failed[i] : 0);
            text.append(" | ").append(i < succeeded.length ? succeeded[i] : 0).append(" |\n");
        }
        return text.toString();
    }
}
