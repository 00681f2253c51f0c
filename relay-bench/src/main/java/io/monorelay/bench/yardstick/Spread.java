package io.monorelay.bench.yardstick;

import java.util.List;
import java.util.Locale;

/** The median of a figure over all runs, with its extremes. */
public record Spread(double least, double median, double most) {
    /** The spread of these, of which there is at least one. */
    public static Spread of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(sorted.getFirst(), median, sorted.getLast());
    }

    /**
     * The median, and in brackets the extremes where there are any.
     *
     * @param pattern how a number is written, as for {@link String#format}
     */
    public String text(String pattern) {
        String middle = String.format(Locale.ROOT, pattern, median);
        if (least == most) {
            return middle;
        }
        return String.format(Locale.ROOT, "%s (" + pattern + "–" + pattern + ")", middle, least, most);
    }
}
