package io.monorelay.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.bench.load.Sightings.Sighting;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SightingsTest {
    private final Sightings sightings = new Sightings(2);

    @Test
    void messagesOfEachPublisherAreInAnOrderOfTheirOwn() {
        assertThat(sightings.see(0, 0)).isEqualTo(Sighting.IN_ORDER);
        assertThat(sightings.see(0, 7)).isEqualTo(Sighting.IN_ORDER);
        assertThat(sightings.see(1, 0)).isEqualTo(Sighting.IN_ORDER);
    }

    @Test
    void laterMessageThatCameFirstPutsTheEarlierOutOfOrder() {
        sightings.see(0, 5);
        assertThat(sightings.see(0, 3)).isEqualTo(Sighting.OUT_OF_ORDER);
        assertThat(sightings.see(0, 3)).isEqualTo(Sighting.REPEATED);
        assertThat(sightings.see(0, 4)).isEqualTo(Sighting.OUT_OF_ORDER);
    }

    @Test
    void whatCameBeforeIsRepeatedHoweverOldItIs() {
        for (int sequence = 0; sequence <= 2 * Sightings.WINDOW; sequence++) {
            sightings.see(0, sequence);
        }
        assertThat(sightings.see(0, 2 * Sightings.WINDOW)).isEqualTo(Sighting.REPEATED);
        assertThat(sightings.see(0, Sightings.WINDOW + 1)).isEqualTo(Sighting.REPEATED);
        assertThat(sightings.see(0, 0)).isEqualTo(Sighting.REPEATED);
    }

    @Test
    void agreesWithASetThatRemembersEverything() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Set<Integer> seen = new HashSet<>();
        int newest = -1;
        for (int i = 0; i < 100_000; i++) {
            int sequence = Math.max(0, newest + random.nextInt(100) - (Sightings.WINDOW - 1));
            boolean isNew = seen.add(sequence);
            Sighting expected =
                    !isNew ? Sighting.REPEATED : sequence > newest ? Sighting.IN_ORDER : Sighting.OUT_OF_ORDER;
            assertThat(sightings.see(1, sequence)).as("seed %d", seed).isEqualTo(expected);
            newest = Math.max(newest, sequence);
        }
    }
}
