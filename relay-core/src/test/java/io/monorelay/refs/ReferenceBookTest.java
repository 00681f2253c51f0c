package io.monorelay.refs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Offence;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference.Level;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReferenceBookTest {
    private static final URI A = URI.create("http://a.example");
    private static final URI B = URI.create("http://b.example");
    private static final URI C = URI.create("http://c.example");
    private static final URI D = URI.create("http://d.example");
    private static final Duration FORGET_AFTER = Duration.ofDays(30);
    private static final Duration TOOK = Duration.ofMillis(20);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final Counters<Offence> offences = new Counters<>(Offence.class);
    private final ReferenceBook book = book(2);

    @Test
    void verifiedNodeIsFoundByAddressAndByKey() {
        book.verified(A, key(1), Level.V1);

        HttpReference expected = new HttpReference(A, key(1), Level.V1, Conduct.ofNewcomer(START));
        assertThat(book.find(A)).isEqualTo(expected);
        assertThat(book.findByKey(key(1))).containsExactly(expected);
        assertThat(book.findByKey(key(2))).isEmpty();
        assertThat(book.find(B)).isNull();
    }

    @Test
    void sameKeyMayStandAtSeveralAddresses() {
        book.verified(A, key(1), Level.V1);
        book.verified(B, key(1), Level.V2);

        assertThat(book.findByKey(key(1))).extracting(HttpReference::uri).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void addressHasTheKeyThatWasProvenLast() {
        book.verified(A, key(1), Level.V1);
        book.succeeded(A, TOOK);
        book.verified(A, key(2), Level.V2);

        assertThat(found(A).key()).isEqualTo(key(2));
        assertThat(found(A).level()).isEqualTo(Level.V2);
        assertThat(found(A).conduct().successes()).isEqualTo(1);
        assertThat(book.findByKey(key(1))).isEmpty();
    }

    @Test
    void behaviourIsCounted() {
        book.verified(A, key(1), Level.V1);
        book.failed(A);
        book.failed(A);
        assertThat(found(A).conduct().failuresInARow()).isEqualTo(2);

        now.set(START.plusSeconds(5));
        book.succeeded(A, TOOK);
        Conduct conduct = found(A).conduct();
        assertThat(conduct.successes()).isEqualTo(1);
        assertThat(conduct.failures()).isEqualTo(2);
        assertThat(conduct.failuresInARow()).isZero();
        assertThat(conduct.lastGood()).isEqualTo(now.get());
        assertThat(conduct.latencyMicros()).isEqualTo(20_000);
    }

    @Test
    void behaviourOfAnUnknownAddressIsOfNoInterest() {
        book.succeeded(A, TOOK);
        book.failed(A);

        assertThat(book.http()).isEmpty();
    }

    @Test
    void whenFullTheOneThatIsTrustedLeastGivesWay() {
        book.verified(A, key(1), Level.V1);
        book.verified(B, key(2), Level.V1);
        book.succeeded(A, TOOK);
        book.verified(C, key(3), Level.V1);

        assertThat(book.http()).extracting(HttpReference::uri).containsExactlyInAnyOrder(A, C);
    }

    @Test
    void manyNewcomersDoNotDriveOutTheOneThatHasProvenItself() {
        book.verified(A, key(1), Level.V1);
        book.succeeded(A, TOOK);
        for (int i = 0; i < 100; i++) {
            book.verified(URI.create("http://stranger.example/" + i), key(9), Level.V2);
        }

        assertThat(book.find(A)).isNotNull();
        assertThat(book.http()).hasSize(2);
    }

    @Test
    void amongEqualsTheOneThatWasNotGoodForLongestGivesWay() {
        book.verified(A, key(1), Level.V1);
        now.set(START.plusSeconds(1));
        book.verified(B, key(2), Level.V1);
        book.verified(C, key(3), Level.V1);

        assertThat(book.http()).extracting(HttpReference::uri).containsExactlyInAnyOrder(B, C);
    }

    @Test
    void oneThatFailsGivesWayFirst() {
        book.verified(A, key(1), Level.V1);
        now.set(START.plusSeconds(1));
        book.verified(B, key(2), Level.V1);
        book.failed(B);
        book.verified(C, key(3), Level.V1);

        assertThat(book.http()).extracting(HttpReference::uri).containsExactlyInAnyOrder(A, C);
    }

    @Test
    void bookOfNoneRemembersNone() {
        ReferenceBook none = book(0);
        none.verified(A, key(1), Level.V1);

        assertThat(none.http()).isEmpty();
        assertThatThrownBy(() -> book(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void connectionIsAReferenceAsLongAsItLives() {
        SocketReference first = new SocketReference(key(1), 1);
        SocketReference second = new SocketReference(key(1), 2);
        book.connected(first);
        book.connected(second);
        book.verified(A, key(1), Level.V1);
        book.disconnected(first);

        assertThat(book.list()).hasSize(2).contains(second);
        assertThat(book.http()).extracting(HttpReference::uri).containsExactly(A);
    }

    @Test
    void listenersLearnOfEveryChangeAfterItIsMade() {
        List<String> changes = new ArrayList<>();
        book.addListener(uri -> changes.add(uri.getHost() + (book.find(uri) == null ? " gone" : " known")));
        book.verified(A, key(1), Level.V1);
        now.set(START.plusSeconds(1));
        book.verified(B, key(2), Level.V1);
        book.verified(C, key(3), Level.V1);
        book.remove(B);
        book.remove(B);

        assertThat(changes)
                .containsExactly(
                        "a.example known", "b.example known", "c.example known", "a.example gone", "b.example gone");
    }

    @Test
    void offenceIsCountedAndTheNodeIsAvoided() {
        List<URI> changes = new ArrayList<>();
        book.verified(A, key(1), Level.V2);
        book.addListener(changes::add);
        book.offended(A, Offence.WRONG_KEY);
        book.offended(B, Offence.WRONG_KEY);

        assertThat(found(A).conduct().isAvoided(START)).isTrue();
        assertThat(changes).containsExactly(A);
        assertThat(offences.nonZero()).containsExactly(Map.entry(Offence.WRONG_KEY, 1L));
    }

    @Test
    void provingTheKeyOnceMoreIsNoPardon() {
        book.verified(A, key(1), Level.V2);
        book.offended(A, Offence.INVALID_ANSWER);
        book.verified(A, key(2), Level.V2);

        assertThat(found(A).conduct().isAvoided(START)).isTrue();
    }

    @Test
    void nobodyIsForgottenBeforeItsTimeOrWithoutHavingBeenCalled() {
        ReferenceBook large = book(10);
        large.verified(A, key(1), Level.V1);
        large.verified(B, key(2), Level.V1);
        now.set(START.plus(FORGET_AFTER));
        large.failed(A);
        large.forgetTheSilent();
        assertThat(large.http()).hasSize(2);

        now.set(START.plus(FORGET_AFTER).plusSeconds(1));
        List<URI> changes = new ArrayList<>();
        large.addListener(changes::add);
        large.forgetTheSilent();

        assertThat(large.http()).extracting(HttpReference::uri).containsExactly(B);
        assertThat(changes).containsExactly(A);
    }

    @Test
    void onlyNodesOfOursThatAreNotAvoidedAreDialledAndEachKeyOnce() {
        ReferenceBook large = book(10);
        large.verified(A, key(1), Level.V1);
        large.verified(B, key(2), Level.V2);
        large.offended(B, Offence.WRONG_KEY);
        large.verified(C, key(3), Level.V2);
        large.verified(URI.create("https://c.example"), key(3), Level.V2);
        SocketReference misbehaving = new SocketReference(key(4), 7);
        large.verified(D, key(4), Level.V2);
        large.connected(misbehaving);
        large.offended(misbehaving, Offence.INVALID_MESSAGE);

        assertThat(large.bestToDial(10, new Random(1)))
                .extracting(HttpReference::key)
                .containsExactly(key(3));
        large.disconnected(misbehaving);
        assertThat(large.bestToDial(10, new Random(1)))
                .extracting(HttpReference::key)
                .containsExactlyInAnyOrder(key(3), key(4));
        assertThat(large.bestToDial(1, new Random(1))).hasSize(1);
        assertThat(large.bestToDial(0, new Random(1))).isEmpty();
        now.set(START.plus(Duration.ofHours(1)));
        assertThat(large.bestToDial(10, new Random(1)))
                .extracting(HttpReference::key)
                .containsExactlyInAnyOrder(key(2), key(3), key(4));
    }

    @Test
    void theTrustedAreDialledFirstMoreOftenButNotAlways() {
        ReferenceBook large = book(10);
        for (URI uri : List.of(A, B, C)) {
            large.verified(uri, key(uri.hashCode()), Level.V2);
        }
        for (int i = 0; i < 20; i++) {
            large.succeeded(A, TOOK);
            large.succeeded(B, Duration.ofSeconds(2));
        }
        Map<URI, Integer> first = new HashMap<>();
        Random random = new Random(42);
        for (int i = 0; i < 1_000; i++) {
            first.merge(large.bestToDial(3, random).get(0).uri(), 1, Integer::sum);
        }

        assertThat(first.get(A)).isBetween(450, 700);
        assertThat(first.get(C)).isBetween(100, 300);
        assertThat(first.get(B)).isBetween(100, 300);
    }

    private ReferenceBook book(int max) {
        return new ReferenceBook(max, FORGET_AFTER, now::get, offences);
    }

    private HttpReference found(URI uri) {
        HttpReference reference = book.find(uri);
        assertThat(reference).isNotNull();
        return reference;
    }

    private static NodeKey key(int first) {
        byte[] bytes = new byte[NodeKey.BYTES];
        bytes[0] = (byte) first;
        return NodeKey.of(bytes);
    }
}
