package io.monorelay.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrendTest {
    @Test
    void straightLineIsFoundAgain() {
        Trend trend = Trend.of(new double[] {10, 11, 12, 13}, new double[] {5, 7, 9, 11});
        assertThat(trend.slope()).isCloseTo(2, within(1e-9));
        assertThat(trend.growth()).isCloseTo(6, within(1e-9));
        assertThat(trend.mean()).isEqualTo(8);
    }

    @Test
    void noiseIsNoGrowth() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        double[] times = new double[1000];
        double[] values = new double[times.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = i;
            values[i] = 100 + random.nextDouble(-10, 10);
        }
        assertThat(Trend.of(times, values).growth()).as("seed %d", seed).isCloseTo(0, within(5.0));
    }

    @Test
    void nothingAndOneValueAreLevel() {
        assertThat(Trend.of(new double[0], new double[0]).growth()).isZero();
        assertThat(Trend.of(new double[] {3}, new double[] {4}).growth()).isZero();
    }
}
