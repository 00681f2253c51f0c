package io.monorelay.bench.report;

import io.monorelay.bench.yardstick.Spread;
import java.util.Locale;

/** What a figure is to be. */
public sealed interface Goal {
    boolean isMetBy(Spread figure);

    /** The goal as one reads it. */
    String text(String pattern);

    /** No goal. */
    record None() implements Goal {
        @Override
        public boolean isMetBy(Spread figure) {
            return true;
        }

        @Override
        public String text(String pattern) {
            return "";
        }
    }

    /** At least so much, by the median. */
    record AtLeast(double bound) implements Goal {
        @Override
        public boolean isMetBy(Spread figure) {
            return figure.median() >= bound;
        }

        @Override
        public String text(String pattern) {
            return "≥ " + String.format(Locale.ROOT, pattern, bound);
        }
    }

    /** At most so much, every time. */
    record AtMost(double bound) implements Goal {
        @Override
        public boolean isMetBy(Spread figure) {
            return figure.most() <= bound;
        }

        @Override
        public String text(String pattern) {
            return "≤ " + String.format(Locale.ROOT, pattern, bound);
        }
    }
}
