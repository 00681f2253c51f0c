package io.monorelay.refs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference.Level;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReferenceBookTest {
    private static final URI A = URI.create("http://a.example");
    private static final URI B = URI.create("http://b.example");
    private static final URI C = URI.create("http://c.example");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final ReferenceBook book = new ReferenceBook(2, now::get);

    @Test
    void verifiedNodeIsFoundByAddressAndByKey() {
        book.verified(A, key(1), Level.V1);

        HttpReference expected = new HttpReference(A, key(1), Level.V1, START, 0, 0, 0);
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
        book.succeeded(A);
        book.verified(A, key(2), Level.V2);

        assertThat(book.find(A)).isEqualTo(new HttpReference(A, key(2), Level.V2, START, 1, 0, 0));
        assertThat(book.findByKey(key(1))).isEmpty();
    }

    @Test
    void behaviourIsCounted() {
        book.verified(A, key(1), Level.V1);
        book.failed(A);
        book.failed(A);
        assertThat(book.find(A)).isEqualTo(new HttpReference(A, key(1), Level.V1, START, 0, 2, 2));

        now.set(START.plusSeconds(5));
        book.succeeded(A);
        assertThat(book.find(A)).isEqualTo(new HttpReference(A, key(1), Level.V1, now.get(), 1, 2, 0));
    }

    @Test
    void behaviourOfAnUnknownAddressIsOfNoInterest() {
        book.succeeded(A);
        book.failed(A);

        assertThat(book.http()).isEmpty();
    }

    @Test
    void whenFullTheOneThatWasNotGoodForLongestGivesWay() {
        book.verified(A, key(1), Level.V1);
        now.set(START.plusSeconds(1));
        book.verified(B, key(2), Level.V1);
        now.set(START.plusSeconds(2));
        book.succeeded(A);
        book.verified(C, key(3), Level.V1);

        assertThat(book.http()).extracting(HttpReference::uri).containsExactlyInAnyOrder(A, C);
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
        ReferenceBook none = new ReferenceBook(0, now::get);
        none.verified(A, key(1), Level.V1);

        assertThat(none.http()).isEmpty();
        assertThatThrownBy(() -> new ReferenceBook(-1, now::get)).isInstanceOf(IllegalArgumentException.class);
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

    private static NodeKey key(int first) {
        byte[] bytes = new byte[NodeKey.BYTES];
        bytes[0] = (byte) first;
        return NodeKey.of(bytes);
    }
}
