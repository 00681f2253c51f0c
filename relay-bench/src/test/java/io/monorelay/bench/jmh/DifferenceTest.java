package io.monorelay.bench.jmh;

import static io.monorelay.bench.jmh.WrittenResult.DELIVER;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DifferenceTest {
    private static Difference between(WrittenResult before, WrittenResult after) {
        return new Difference(WrittenResult.read(before), WrittenResult.read(after), 0.05);
    }

    private static void assertQuiet(Difference difference) {
        assertThat(difference.text()).isEqualTo("1 as before\n");
        assertThat(difference.isWorse()).isFalse();
    }

    @Test
    void whatDidNotChangeIsAsBefore() {
        assertQuiet(between(DELIVER, DELIVER));
    }

    @Test
    void slowerBeyondTheErrorBarsIsWorse() {
        Difference difference = between(DELIVER, DELIVER.scored(80, 4));
        assertThat(difference.text()).isEqualTo("""
                        slower:
                          LoopFanout.deliver (format V2, peers 100): 64.0 ± 2.000 ns/op → 80.0 ± 4.000 ns/op, +25 %
                        1 slower
                        """);
        assertThat(difference.isWorse()).isTrue();
    }

    @Test
    void slowerWithinTheErrorBarsIsNoChange() {
        assertQuiet(between(DELIVER, DELIVER.scored(80, 15)));
        assertQuiet(between(DELIVER.scored(64, 20), DELIVER.scored(80, 1)));
    }

    @Test
    void slowerThanMostProcessesButNotThanAllIsNoChange() {
        assertQuiet(between(DELIVER.scored(64, 2, 60.0, 59.0, 79.0), DELIVER.scored(80, 2)));
        assertThat(between(DELIVER.scored(64, 2, 64.0, 63.0, 65.0), DELIVER.scored(80, 2))
                        .isWorse())
                .isTrue();
    }

    @Test
    void lessThanTheToleranceIsNoChangeHoweverLittleNoiseThereIs() {
        assertQuiet(between(DELIVER.scored(64, 0.1), DELIVER.scored(67, 0.1)));
        assertThat(between(DELIVER.scored(64, 0.1), DELIVER.scored(68, 0.1)).isWorse())
                .isTrue();
    }

    @Test
    void fasterIsSaidAndIsNotWorse() {
        Difference difference = between(DELIVER, DELIVER.scored(32, 1));
        assertThat(difference.text()).startsWith("faster:\n").contains("-50 %").endsWith("\n1 faster\n");
        assertThat(difference.isWorse()).isFalse();
    }

    @Test
    void moreAllocationIsWorseThoughItIsNoSlower() {
        Difference difference = between(DELIVER, DELIVER.allocating(32));
        assertThat(difference.text())
                .startsWith("allocates more:\n")
                .contains("24.0 ± 0.020 B/op → 32.0 ± 0.020 B/op, +33 %")
                .endsWith("\n1 allocates more\n");
        assertThat(difference.isWorse()).isTrue();
    }

    @Test
    void slowerWithLessAllocationIsBoth() {
        Difference difference = between(DELIVER, DELIVER.scored(80, 2).allocating(8));
        assertThat(difference.text()).endsWith("\n1 slower, 1 allocates less\n");
    }

    @Test
    void aFractionOfAByteIsNoAllocation() {
        assertQuiet(between(DELIVER.allocating(0), DELIVER.allocating(0.09)));
        assertThat(between(DELIVER.allocating(0), DELIVER.allocating(0.2)).isWorse())
                .isTrue();
    }

    @Test
    void moreThroughputIsFaster() {
        WrittenResult throughput = DELIVER.in("thrpt", "ops/s");
        assertThat(between(throughput, throughput.scored(80, 2)).text()).startsWith("faster:\n");
        assertThat(between(throughput, throughput.scored(50, 2)).text()).startsWith("slower:\n");
    }

    @Test
    void whatIsMissingInOneIsSaidAndIsNotWorse() {
        Difference difference = between(DELIVER, DELIVER.named("join"));
        assertThat(difference.text()).isEqualTo("""
                        only in the first:
                          LoopFanout.deliver (format V2, peers 100): 64.0 ± 2.000 ns/op
                        only in the second:
                          LoopFanout.join (format V2, peers 100): 64.0 ± 2.000 ns/op
                        1 only in the first, 1 only in the second
                        """);
        assertThat(difference.isWorse()).isFalse();
    }

    @Test
    void figuresInOtherUnitsAreNotCompared() {
        assertThat(between(DELIVER, DELIVER.in("avgt", "us/op")).text())
                .endsWith("\n1 only in the first, 1 only in the second\n");
    }
}
