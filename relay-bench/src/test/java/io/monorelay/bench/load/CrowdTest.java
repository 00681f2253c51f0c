package io.monorelay.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CrowdTest {
    private final Crowd crowd = new Crowd(10, 2, 2, 1, 1);

    @Test
    void eachNodeIsOfOneKind() {
        assertThat(numbers(crowd::isSlow)).containsExactly(9);
        assertThat(numbers(crowd::isOriginal)).containsExactly(7, 8);
        assertThat(numbers(crowd::leaves)).containsExactly(6);
    }

    @Test
    void slowAndLeavingNodesSayNothingOfTheRelaysLatency() {
        assertThat(numbers(crowd::isSteady)).containsExactly(0, 1, 2, 3, 4, 5, 7, 8);
    }

    @Test
    void nobodyLeavesWithoutChurn() {
        assertThat(numbers(new Crowd(10, 1, 0, 0, 0)::leaves)).isEmpty();
    }

    @Test
    void morePublishersThanNodesAreRefused() {
        assertThatThrownBy(() -> new Crowd(10, 11, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("publishers: 11, expected 1 to 10");
    }

    private static List<Integer> numbers(IntPredicate which) {
        return IntStream.range(0, 10).filter(which).boxed().toList();
    }
}
