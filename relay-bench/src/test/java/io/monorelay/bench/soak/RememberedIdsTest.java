package io.monorelay.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.monorelay.bench.load.Moment;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RememberedIdsTest {
    @Test
    void eachMessageOfTheFirstMinutesIsOneMore() {
        assertThat(ids(100, 500).growthSince(49)).isCloseTo(50 * 500, within(1.0));
    }

    @Test
    void pastTheNumberThatIsKeptTheyAreNoMore() {
        assertThat(ids(300, 5000).growthSince(149)).isCloseTo(250_000, within(1.0));
        assertThat(ids(600, 5000).growthSince(299)).isZero();
    }

    @Test
    void pastTheAgeAtWhichTheyAreForgottenTheyAreNoMore() {
        assertThat(ids(3600, 100).growthSince(1799)).isCloseTo(0, within(1.0));
    }

    private static RememberedIds ids(int seconds, double rate) {
        List<Sample> samples = IntStream.rangeClosed(1, seconds)
                .mapToObj(second -> new Moment(second, rate, 0, 0, 0, 0, 0, 0, 0, 0, 0))
                .map(moment -> new Sample(moment, Double.NaN, Double.NaN, 1, 0))
                .toList();
        return new RememberedIds(samples);
    }
}
