package io.monorelay.log;

import static io.monorelay.log.SignedMessages.verified;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.crypto.VerifiedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SeenCacheTest {
    private static final Duration LIFE = Duration.ofMinutes(20);

    private final AtomicLong nanos = new AtomicLong();
    private final SeenCache cache = new SeenCache(1000, LIFE, nanos::get);

    @Test
    void firstOneIsAdmittedAtItsPositionAndFromItsOrigin() {
        VerifiedMessage message = verified("a");

        FreshMessage fresh = cache.admit(message, 7, Origin.NONE);

        assertThat(fresh).isNotNull();
        assertThat(fresh.message()).isSameAs(message);
        assertThat(fresh.position()).isEqualTo(7);
        assertThat(fresh.origin()).isSameAs(Origin.NONE);
        assertThat(cache.positionOf(message.id())).isEqualTo(7);
    }

    @Test
    void secondOneIsNotAndThePositionStays() {
        VerifiedMessage message = verified("a");
        cache.admit(message, 7, Origin.NONE);

        assertThat(cache.admit(verified("a"), 8, Origin.NONE)).isNull();
        assertThat(cache.positionOf(message.id())).isEqualTo(7);
    }

    @Test
    void anIdThatWasNeverAdmittedIsUnseen() {
        assertThat(cache.positionOf(verified("a").id())).isEqualTo(SeenCache.UNSEEN);
    }

    @Test
    void anIdIsKeptForItsLifeAndNoLonger() {
        VerifiedMessage message = verified("a");
        cache.admit(message, 7, Origin.NONE);

        nanos.addAndGet(LIFE.toNanos() - 1);
        assertThat(cache.positionOf(message.id())).as("just before").isEqualTo(7);
        nanos.incrementAndGet();
        assertThat(cache.positionOf(message.id())).as("at the end").isEqualTo(SeenCache.UNSEEN);
        assertThat(cache.admit(message, 9, Origin.NONE)).isNotNull();
    }

    @Test
    void askingDoesNotProlongTheLifeOfAnId() {
        VerifiedMessage message = verified("a");
        cache.admit(message, 7, Origin.NONE);
        nanos.addAndGet(LIFE.toNanos() - 1);
        cache.positionOf(message.id());
        cache.admit(message, 8, Origin.NONE);
        nanos.incrementAndGet();

        assertThat(cache.positionOf(message.id())).isEqualTo(SeenCache.UNSEEN);
    }

    @Test
    void theNumberOfIdsIsBounded() {
        SeenCache small = new SeenCache(100, LIFE, Ticker.disabledTicker());
        List<VerifiedMessage> messages =
                IntStream.range(0, 400).mapToObj(i -> verified("m" + i)).toList();

        messages.forEach(message -> small.admit(message, 1, Origin.NONE));

        assertThat(messages)
                .filteredOn(message -> small.positionOf(message.id()) != SeenCache.UNSEEN)
                .hasSizeBetween(1, 100);
    }

    @Test
    void theNewestIdsAreRememberedHoweverOftenOthersWereAskedFor() {
        SeenCache small = new SeenCache(100, LIFE, Ticker.disabledTicker());
        List<VerifiedMessage> popular = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            popular.add(verified("popular " + i));
        }
        for (int round = 0; round < 10; round++) {
            popular.forEach(message -> small.admit(message, 1, Origin.NONE));
        }
        List<VerifiedMessage> newest =
                IntStream.range(0, 50).mapToObj(i -> verified("new " + i)).toList();
        newest.forEach(message -> small.admit(message, 2, Origin.NONE));

        assertThat(newest).allMatch(message -> small.positionOf(message.id()) == 2);
    }
}
