package io.monorelay.bench.soak;

import io.monorelay.bench.load.LoadResult;
import io.monorelay.bench.process.ProcessUsage;
import io.monorelay.bench.report.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What came of a soak.
 *
 * @param before the relay's process before anybody connected, and {@code after} when all had left; null where it was not
 *     watched, or had ended
 * @param misbehaved connections that sent what is wrong
 * @param turnedAway connections that the relay did not take
 */
record Outcome(
        LoadResult load,
        List<Sample> samples,
        @Nullable ProcessUsage before,
        @Nullable ProcessUsage after,
        long misbehaved,
        long turnedAway) {
    /** Pools that are filled only when they are needed. */
    static final int MOST_LEFT_DESCRIPTORS = 16;

    static final int MOST_LEFT_THREADS = 16;

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        List<String> failures = load.failures();
        findings.add(new Finding(
                "every message once and in order",
                failures.isEmpty(),
                failures.isEmpty()
                        ? String.format(Locale.ROOT, "%,d deliveries", load.expected())
                        : String.join(", ", failures)));
        findings.add(judgeErrors());
        findings.add(judgePage());
        findings.add(new Finding(
                "connections are taken beside those that misbehave",
                turnedAway == 0,
                misbehaved + " misbehaved, " + turnedAway + " could not connect"));
        ProcessUsage first = before;
        ProcessUsage last = after;
        if (first != null && last != null) {
            for (Measure measure : Measure.values()) {
                findings.add(measure.judge(samples));
            }
            findings.add(left("descriptors", first.descriptors(), last.descriptors(), MOST_LEFT_DESCRIPTORS));
            findings.add(left("threads", first.threads(), last.threads(), MOST_LEFT_THREADS));
        }
        return findings;
    }

    private Finding judgePage() {
        long unanswered = samples.stream()
                .filter(sample -> Double.isNaN(sample.answerMillis()))
                .count();
        return new Finding(
                "GET / is answered", unanswered == 0, unanswered + " of " + samples.size() + " times it was not");
    }

    /** They are counted up, so that the most is the last. */
    private Finding judgeErrors() {
        long errors = samples.stream().mapToLong(Sample::errors).max().orElse(0);
        return new Finding("no failures of the store and no bugs", errors == 0, errors + " counted");
    }

    static Finding left(String what, int before, int after, int most) {
        return new Finding(
                what + " are given back",
                after - before <= most,
                before + " before, " + after + " when all had left; " + most + " more may be");
    }

    boolean isGood() {
        return findings().stream().allMatch(Finding::isGood);
    }
}
