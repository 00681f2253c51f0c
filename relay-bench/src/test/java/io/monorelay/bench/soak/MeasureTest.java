package io.monorelay.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.bench.load.Moment;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeasureTest {
    private static final int SECONDS = 60;

    @Test
    void memoryThatRisesToTheEndIsGrowth() {
        assertThat(Measure.RESIDENT
                        .judge(residents(second -> 100e6 + 3e6 * second))
                        .isGood())
                .isFalse();
    }

    @Test
    void memoryThatRisesInTheFirstHalfOnlyIsNone() {
        assertThat(Measure.RESIDENT
                        .judge(residents(second -> 100e6 + 10e6 * Math.min(second, SECONDS / 2)))
                        .isGood())
                .isTrue();
    }

    @Test
    void memoryThatGoesUpAndDownIsNone() {
        assertThat(Measure.RESIDENT
                        .judge(residents(second -> 100e6 + (second % 2) * 80e6))
                        .isGood())
                .isTrue();
    }

    @Test
    void secondsWithoutACollectionSayNothingOfTheHeap() {
        List<Sample> samples = IntStream.range(0, SECONDS)
                .mapToObj(second -> sample(second, 0, second % 5 == 0 ? 20e6 : Double.NaN))
                .toList();
        assertThat(Measure.HEAP.judge(samples).isGood()).isTrue();
        assertThat(Measure.HEAP.judge(samples).text()).contains("at 20.0 on the average");
    }

    @Test
    void heapThatRisesIsGrowth() {
        List<Sample> samples = IntStream.range(0, SECONDS)
                .mapToObj(second -> sample(second, 0, second % 5 == 0 ? 20e6 + 2e6 * second : Double.NaN))
                .toList();
        assertThat(Measure.HEAP.judge(samples).isGood()).isFalse();
    }

    private static List<Sample> residents(IntToDoubleFunction bytes) {
        return IntStream.range(0, SECONDS)
                .mapToObj(second -> sample(second, Math.round(bytes.applyAsDouble(second)), Double.NaN))
                .toList();
    }

    private static Sample sample(int second, long residentBytes, double heapBytes) {
        Moment moment = new Moment(second, 0, 0, 0, 0, 0, 0, 0, residentBytes, 10, 20);
        return new Sample(moment, heapBytes, Double.NaN, 1, 0);
    }
}
