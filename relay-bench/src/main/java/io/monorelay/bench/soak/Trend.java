package io.monorelay.bench.soak;

/**
 * A straight line through a series of values, by least squares.
 *
 * @param slope a unit of time
 * @param mean of all values
 * @param length of time that the series covers
 */
record Trend(double slope, double mean, double length) {
    /** The line through the values; without two different times it is level. */
    static Trend of(double[] times, double[] values) {
        int count = times.length;
        if (count == 0) {
            return new Trend(0, 0, 0);
        }
        double meanTime = mean(times);
        double meanValue = mean(values);
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < count; i++) {
            covariance += (times[i] - meanTime) * (values[i] - meanValue);
            variance += (times[i] - meanTime) * (times[i] - meanTime);
        }
        return new Trend(variance == 0 ? 0 : covariance / variance, meanValue, times[count - 1] - times[0]);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** How much the line rises from its beginning to its end. */
    double growth() {
        return slope * length;
    }
}
