package io.monorelay.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Offence;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.server.link.WantedLinks.Link;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class WantedLinksTest {
    private static final URI NAMED = URI.create("wss://named.example");
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

    private final long seed = System.nanoTime();
    private final ManualLinkLoop loop = new ManualLinkLoop();
    private final ReferenceBook book = new ReferenceBook(100, Duration.ofDays(1), CLOCK, new Counters<>(Offence.class));
    private final Ties ties = new Ties();

    /** Links that are as a test says. */
    private static final class Ties implements WantedLinks.Ties {
        private final Map<URI, Link> links = new LinkedHashMap<>();
        private final Set<NodeKey> here = new HashSet<>();

        void are(URI relay, NodeKey key, boolean isOpen, int attempts, boolean isOver) {
            links.put(relay, new Link(relay, key, isOpen, attempts, isOver));
        }

        void open(URI relay, NodeKey key) {
            are(relay, key, true, 0, false);
        }

        @Override
        public Collection<Link> links() {
            return List.copyOf(links.values());
        }

        @Override
        public boolean isHere(NodeKey key) {
            return here.contains(key);
        }

        @Override
        public void keep(HttpReference reference) {
            assertThat(links).doesNotContainKey(reference.uri());
            are(reference.uri(), reference.key(), false, 0, false);
        }

        @Override
        public void drop(URI relay) {
            assertThat(links.remove(relay)).isNotNull();
        }
    }

    private static NodeKey key(int number) {
        byte[] key = new byte[NodeKey.BYTES];
        Arrays.fill(key, (byte) number);
        return NodeKey.of(key);
    }

    private static URI uri(int number) {
        return URI.create("https://relay-" + number + ".example");
    }

    private void bookHas(int... numbers) {
        for (int number : numbers) {
            book.verified(uri(number), key(number), HttpReference.Level.V2);
        }
    }

    private WantedLinks wanted(int count) {
        return new WantedLinks(count, book, ties, CLOCK, new Random(seed));
    }

    private WantedLinks started(int count) {
        WantedLinks wanted = wanted(count);
        wanted.start(loop);
        return wanted;
    }

    private Set<URI> linked() {
        return Set.copyOf(ties.links.keySet());
    }

    @Test
    void asManyAreChosenAsAreMissingAndNoMore() {
        bookHas(1, 2, 3, 4, 5);
        ties.open(NAMED, key(9));
        started(3);
        assertThat(linked()).as("seed %d", seed).hasSize(3).contains(NAMED);
    }

    @Test
    void thoseThatAreLinkedOrHereAreNotChosenNorOriginals() {
        bookHas(1, 2, 3);
        book.verified(uri(4), key(4), HttpReference.Level.V1);
        ties.open(NAMED, key(1));
        ties.here.add(key(2));
        started(5);
        assertThat(linked()).containsExactlyInAnyOrder(NAMED, uri(3));
    }

    @Test
    void relayOfTheSettingsIsReliedOnUntilItFailsAFewTimesInARow() {
        bookHas(1);
        ties.are(NAMED, key(9), false, 2, false);
        WantedLinks wanted = started(1);
        assertThat(linked()).containsExactly(NAMED);

        ties.are(NAMED, key(9), false, 3, false);
        wanted.check();
        assertThat(linked()).containsExactlyInAnyOrder(NAMED, uri(1));
    }

    @Test
    void chosenOneStaysWhenThoseOfTheSettingsComeBack() {
        bookHas(1);
        ties.are(NAMED, key(9), false, 3, false);
        WantedLinks wanted = started(1);
        ties.open(uri(1), key(1));
        ties.open(NAMED, key(9));
        wanted.check();
        assertThat(linked()).containsExactlyInAnyOrder(NAMED, uri(1));
    }

    @Test
    void chosenOneThatCannotBeReachedGivesWayAfterAMinute() {
        bookHas(1);
        started(1);
        bookHas(2, 3);
        ties.are(uri(1), key(1), false, 3, false);
        // It would hardly be chosen again.
        for (int i = 0; i < 40; i++) {
            book.failed(uri(1));
        }
        assertThat(loop.timers()).containsExactly(60_000L);
        loop.runTimers();
        assertThat(linked()).as("seed %d", seed).hasSize(1).doesNotContain(uri(1));
        assertThat(loop.timers()).containsExactly(60_000L);
    }

    @Test
    void whoSentThisNodeAwayIsNotAskedAgain() {
        bookHas(1);
        WantedLinks wanted = started(1);
        ties.are(uri(1), key(1), false, 1, true);
        wanted.onStayingAway(uri(1));
        assertThat(linked()).isEmpty();

        book.verified(URI.create("https://the-same-one.example"), key(1), HttpReference.Level.V2);
        loop.runTimers();
        assertThat(linked()).isEmpty();
    }

    @Test
    void linkOfTheSettingsThatIsOverIsLeftToThemAndReplaced() {
        bookHas(1);
        ties.open(NAMED, key(9));
        WantedLinks wanted = started(1);
        assertThat(linked()).containsExactly(NAMED);

        ties.are(NAMED, key(9), false, 1, true);
        wanted.onStayingAway(NAMED);
        assertThat(linked()).containsExactlyInAnyOrder(NAMED, uri(1));
    }

    @Test
    void whoMisbehavesIsDroppedAndAnotherChosen() {
        bookHas(1);
        WantedLinks wanted = started(1);
        ties.open(uri(1), key(1));
        bookHas(2);
        book.offended(uri(1), Offence.INVALID_MESSAGE);
        wanted.check();
        assertThat(linked()).containsExactly(uri(2));
    }
}
