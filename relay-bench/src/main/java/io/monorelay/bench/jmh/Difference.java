package io.monorelay.bench.jmh;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What changed from one set of results to another, beyond the noise. */
final class Difference {
    /** Allocation is an average over many operations: less than this is no object that one of them makes. */
    private static final double ALLOCATION_FLOOR_BYTES = 0.1;

    private final double tolerance;
    private final Map<Change, List<String>> lines = new EnumMap<>(Change.class);

    /** @param tolerance the part of a figure that a change has to exceed, however little noise there is */
    Difference(JmhResults before, JmhResults after, double tolerance) {
        this.tolerance = tolerance;
        for (Measured first : before.all()) {
            Measured second = after.counterpartOf(first);
            if (second == null) {
                note(Change.GONE, first.name() + ": " + first.score());
            } else {
                compare(first, second);
            }
        }
        for (Measured second : after.all()) {
            if (before.counterpartOf(second) == null) {
                note(Change.NEW, second.name() + ": " + second.score());
            }
        }
    }

    private void compare(Measured first, Measured second) {
        boolean changed = false;
        if (first.score().differs(second.score(), tolerance, 0)) {
            boolean more = second.score().value() > first.score().value();
            note(
                    more == first.moreIsBetter() ? Change.FASTER : Change.SLOWER,
                    line(first.name(), first.score(), second.score()));
            changed = true;
        }
        Score allocated = first.allocated();
        Score allocatedThen = second.allocated();
        if (allocated != null
                && allocatedThen != null
                && allocated.differs(allocatedThen, tolerance, ALLOCATION_FLOOR_BYTES)) {
            boolean more = allocatedThen.value() > allocated.value();
            note(more ? Change.ALLOCATES_MORE : Change.ALLOCATES_LESS, line(first.name(), allocated, allocatedThen));
            changed = true;
        }
        if (!changed) {
            note(Change.NONE, first.name());
        }
    }

    private void note(Change change, String line) {
        lines.computeIfAbsent(change, unused -> new ArrayList<>()).add(line);
    }

    private static String line(String name, Score before, Score after) {
        String share = before.value() == 0
                ? ""
                : String.format(Locale.ROOT, ", %+.0f %%", 100 * (after.value() / before.value() - 1));
        return name + ": " + before + " → " + after + share;
    }

    boolean isWorse() {
        return lines.keySet().stream().anyMatch(Change::isWorse);
    }

    /** What of it is to be read: each change with its benchmarks, then how many there are of each. */
    String text() {
        StringBuilder text = new StringBuilder();
        lines.forEach((change, those) -> {
            if (change != Change.NONE) {
                text.append(change.text()).append(":\n");
                those.forEach(line -> text.append("  ").append(line).append('\n'));
            }
        });
        return text.append(summary()).append('\n').toString();
    }

    private String summary() {
        return lines.entrySet().stream()
                .map(entry -> entry.getValue().size() + " " + entry.getKey().text())
                .collect(Collectors.joining(", "));
    }
}
