package io.monorelay.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void withoutARampMessagesAreEquallyFarApart() {
        Schedule schedule = new Schedule(4, Duration.ZERO);
        assertThat(LongStream.range(0, 4).map(schedule::dueNanos).toArray())
                .containsExactly(0, SECOND / 4, SECOND / 2, 3 * SECOND / 4);
    }

    @Test
    void onTheRampTheRateRisesEvenly() {
        Schedule schedule = new Schedule(1000, Duration.ofSeconds(10));
        assertThat(countBefore(schedule, 5)).isCloseTo(1250, within(2L));
        assertThat(countBefore(schedule, 10)).isCloseTo(5000, within(2L));
        assertThat(countBefore(schedule, 11)).isCloseTo(6000, within(2L));
    }

    @Test
    void nothingIsDueBeforeWhatComesBeforeIt() {
        Schedule schedule = new Schedule(333, Duration.ofSeconds(3));
        assertThat(LongStream.range(0, 5000).map(schedule::dueNanos).boxed()).isSorted();
    }

    private static long countBefore(Schedule schedule, long seconds) {
        return LongStream.range(0, 20_000)
                .filter(number -> schedule.dueNanos(number) < seconds * SECOND)
                .count();
    }
}
