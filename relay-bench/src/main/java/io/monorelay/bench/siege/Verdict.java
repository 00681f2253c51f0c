package io.monorelay.bench.siege;

import io.monorelay.bench.report.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How a relay bore an attack. */
record Verdict(Attack attack, Aftermath aftermath, Hours hours, State before, State after, Finding newcomers) {
    /** By as much as the honest p99 may grow. */
    static final double MOST_GROWTH = 2;

    /**
     * A p99 below this is good whatever the calm one was. The relay may keep a message for 22 ms, its flush interval, on
     * purpose as soon as it is busy; and with as many runnable threads as here, of the relay, the honest nodes and the
     * attackers on the same few cores, a thread waits for its turn for two or three slices of a scheduler, 3 ms each, at
     * each of three hops.
     */
    static final double FLOOR_MILLIS = 50;

    /**
     * Resident memory may grow by that: what is kept for slow peers (64 MiB by default), the messages of the log (64 MiB),
     * and one begun message of 64 KiB on each of the 1,024 connections of a network.
     */
    static final double MOST_RESIDENT_GROWTH = 192 * 1024 * 1024.0;

    /** What is remembered on purpose: ids of messages for 20 minutes, networks and keys for what they have spent. */
    static final double MOST_HEAP_LEFT = 24 * 1024 * 1024.0;

    private static final double BYTES_A_MB = 1e6;

    double mostP99Millis() {
        return Math.max(FLOOR_MILLIS, MOST_GROWTH * hours.calm().p99Millis());
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>(own());
        findings.add(newcomers);
        findings.addAll(memory());
        findings.addAll(attack.judge(aftermath));
        return findings;
    }

    private List<Finding> own() {
        List<String> failures = aftermath.load().failures();
        double p99 = hours.attack().p99Millis();
        return List.of(
                new Finding(
                        "every honest message once and in order",
                        failures.isEmpty(),
                        failures.isEmpty() ? "so it was" : String.join(", ", failures)),
                new Finding(
                        "honest p99",
                        p99 <= mostP99Millis(),
                        String.format(
                                Locale.ROOT,
                                "%.1f ms under attack, %.1f ms before; %.1f may be",
                                p99,
                                hours.calm().p99Millis(),
                                mostP99Millis())),
                new Finding(
                        "no bugs and no failures of the store",
                        aftermath.counted().errors() == 0,
                        aftermath.counted().errors() + " counted"),
                new Finding(
                        "connections are back",
                        after.connections() <= before.connections(),
                        before.connections() + " before, " + after.connections() + " after"));
    }

    private List<Finding> memory() {
        if (before.usage() == null || after.usage() == null) {
            return List.of();
        }
        double resident = hours.attack().residentBytes() - hours.calm().residentBytes();
        double heap = after.heapBytes() - before.heapBytes() + after.directBytes() - before.directBytes();
        return List.of(
                new Finding(
                        "descriptors are back",
                        after.descriptors() - before.descriptors() <= State.MOST_LEFT_DESCRIPTORS,
                        before.descriptors() + " before, " + hours.attack().descriptors() + " at most, "
                                + after.descriptors() + " after"),
                growth("resident memory under attack", resident, MOST_RESIDENT_GROWTH),
                growth("heap and direct memory afterwards", heap, MOST_HEAP_LEFT));
    }

    private static Finding growth(String what, double bytes, double most) {
        return new Finding(
                what,
                bytes <= most,
                String.format(Locale.ROOT, "%+.1f MB, %+.0f MB may be", bytes / BYTES_A_MB, most / BYTES_A_MB));
    }

    boolean isGood() {
        return findings().stream().allMatch(Finding::isGood);
    }

    /** How often a second something came of what attackers did. */
    double attacksPerSecond() {
        return aftermath.outcomes().ofAll(what -> true)
                / (double) Math.max(1, aftermath.length().toSeconds());
    }

    /** For programs. */
    Map<String, Object> raw() {
        return Map.ofEntries(
                Map.entry("attack", attack.name()),
                Map.entry("what", attack.what()),
                Map.entry("seconds", aftermath.length().toSeconds()),
                Map.entry("good", isGood()),
                Map.entry("honest_published_per_s", hours.attack().publishedPerSecond()),
                Map.entry("honest_delivered_per_s", hours.attack().deliveredPerSecond()),
                Map.entry("calm_p50_ms", hours.calm().p50Millis()),
                Map.entry("calm_p99_ms", hours.calm().p99Millis()),
                Map.entry("attack_p50_ms", hours.attack().p50Millis()),
                Map.entry("attack_p99_ms", hours.attack().p99Millis()),
                Map.entry("calm_cores", hours.calm().cores()),
                Map.entry("attack_cores", hours.attack().cores()),
                Map.entry("calm_resident_bytes", hours.calm().residentBytes()),
                Map.entry("attack_resident_bytes", hours.attack().residentBytes()),
                Map.entry("outcomes", aftermath.outcomes().all()),
                Map.entry("refusals", aftermath.counted().refusals()),
                Map.entry("findings", findings()));
    }
}
