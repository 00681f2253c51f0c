package io.monorelay.refs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Offence;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference.Level;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("try") // the keeper follows the book without being asked
class ReferenceKeeperTest {
    private static final URI A = URI.create("http://a.example:8000");
    private static final URI B = URI.create("https://b.example/relay");
    private static final NodeKey KEY = NodeKey.parse("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE");
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00.123456Z"));

    private final ShelfStore store = new ShelfStore();

    /** Keeps what it is given in a field, unless it is told to fail. */
    private static final class ShelfStore implements ReferenceStore {
        volatile List<HttpReference> kept = List.of();
        volatile boolean fails;
        final CountDownLatch failures = new CountDownLatch(1);

        @Override
        public List<HttpReference> load() throws ReferenceStoreException {
            failWhenTold();
            return kept;
        }

        @Override
        public void save(List<HttpReference> references) throws ReferenceStoreException {
            failWhenTold();
            kept = List.copyOf(references);
        }

        private void failWhenTold() throws ReferenceStoreException {
            if (fails) {
                failures.countDown();
                throw new ReferenceStoreException("the shelf is out of reach", new IllegalStateException());
            }
        }
    }

    @Test
    void referencesAreKeptAcrossARestart() throws Exception {
        ReferenceBook before = book();
        try (ReferenceKeeper keeper = ReferenceKeeper.open(store, before)) {
            before.verified(A, KEY, Level.V1);
            before.verified(B, KEY, Level.V2);
            before.succeeded(A, Duration.ofMillis(20));
            before.failed(B);
        }

        ReferenceBook after = book();
        try (ReferenceKeeper keeper = ReferenceKeeper.open(store, after)) {
            assertThat(after.http()).containsExactlyInAnyOrderElementsOf(before.http());
        }
    }

    @Test
    void changeIsSavedWithoutClosing() throws Exception {
        ReferenceBook book = book();
        try (ReferenceKeeper keeper = ReferenceKeeper.open(store, book)) {
            book.verified(A, KEY, Level.V1);
            await().untilAsserted(() ->
                    assertThat(store.kept).extracting(HttpReference::uri).containsExactly(A));
            book.remove(A);
            await().untilAsserted(() -> assertThat(store.kept).isEmpty());
        }
    }

    @Test
    void connectionsAreNotSaved() throws Exception {
        ReferenceBook book = book();
        try (ReferenceKeeper keeper = ReferenceKeeper.open(store, book)) {
            book.connected(new SocketReference(KEY, 7));
        }

        assertThat(store.kept).isEmpty();
    }

    @Test
    void moreThanFitGiveWayToTheBetterOnes() throws Exception {
        ReferenceBook before = book();
        try (ReferenceKeeper keeper = ReferenceKeeper.open(store, before)) {
            before.verified(A, KEY, Level.V1);
            before.failed(A);
            before.verified(B, KEY, Level.V2);
        }

        ReferenceBook small = book(1);
        try (ReferenceKeeper keeper = ReferenceKeeper.open(store, small)) {
            assertThat(small.http()).extracting(HttpReference::uri).containsExactly(B);
        }
    }

    @Test
    void whatIsHeldAgainstANodeIsSavedAtOnce() throws Exception {
        ReferenceBook book = book();
        try (ReferenceKeeper keeper = ReferenceKeeper.open(store, book)) {
            book.verified(A, KEY, Level.V2);
            book.offended(A, Offence.INVALID_ANSWER);
            await().untilAsserted(() -> assertThat(store.kept)
                    .singleElement()
                    .satisfies(kept ->
                            assertThat(kept.conduct().grudge().offences()).isEqualTo(1)));
        }
    }

    @Test
    void whomNobodyHearsFromIsForgottenWithoutBeingAsked() throws Exception {
        Conduct longSilent = new Conduct(CLOCK.instant().minus(Duration.ofDays(31)), 5, 1, 1, 0.5, 0, Grudge.NONE);
        store.kept = List.of(new HttpReference(A, KEY, Level.V1, longSilent));
        ReferenceBook book = book();
        try (ReferenceKeeper keeper = ReferenceKeeper.open(store, book)) {
            await().untilAsserted(() -> assertThat(store.kept).isEmpty());
        }
        assertThat(book.http()).isEmpty();
    }

    @Test
    void storeThatCannotBeReadIsAnError() {
        store.fails = true;

        assertThatThrownBy(() -> ReferenceKeeper.open(store, book()))
                .isInstanceOf(ReferenceStoreException.class)
                .hasMessage("the shelf is out of reach");
    }

    @Test
    void failureToSaveIsMadeGoodWithoutAnotherChange() throws Exception {
        ReferenceBook book = book();
        try (ReferenceKeeper keeper = ReferenceKeeper.open(store, book)) {
            store.fails = true;
            book.verified(A, KEY, Level.V1);
            assertThat(store.failures.await(10, TimeUnit.SECONDS)).isTrue();
            store.fails = false;
            await().untilAsserted(() ->
                    assertThat(store.kept).extracting(HttpReference::uri).containsExactly(A));
        }
    }

    @Test
    void closingSavesAtOnceAfterAFailure() throws Exception {
        ReferenceBook book = book();
        try (ReferenceKeeper keeper = ReferenceKeeper.open(store, book)) {
            store.fails = true;
            book.verified(A, KEY, Level.V1);
            assertThat(store.failures.await(10, TimeUnit.SECONDS)).isTrue();
            store.fails = false;
        }

        assertThat(store.kept).extracting(HttpReference::uri).containsExactly(A);
    }

    private static ReferenceBook book() {
        return book(10);
    }

    private static ReferenceBook book(int max) {
        return new ReferenceBook(max, Duration.ofDays(30), CLOCK, new Counters<>(Offence.class));
    }
}
