package io.monorelay.bench.report;

import io.monorelay.bench.yardstick.Spread;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One thing that was measured.
 *
 * @param part what was done
 * @param title what of it is counted, with its unit
 * @param pattern how a number is written, as for {@link String#format}
 * @param values one for each time that it was measured
 */
public record Figure(String part, String title, String pattern, List<Double> values, Goal goal) {
    /** One that was measured once. */
    public static Figure of(String part, String title, String pattern, double value) {
        return new Figure(part, title, pattern, List.of(value), new Goal.None());
    }

    /** One that was measured with each of these. */
    public static <T> Figure of(
            String part, String title, String pattern, List<T> measured, ToDoubleFunction<T> value) {
        List<Double> values = measured.stream().mapToDouble(value).boxed().toList();
        return new Figure(part, title, pattern, values, new Goal.None());
    }

    public Figure withGoal(Goal wanted) {
        return new Figure(part, title, pattern, values, wanted);
    }

    public Spread spread() {
        return Spread.of(values);
    }

    public boolean isAsWanted() {
        return goal.isMetBy(spread());
    }
}
