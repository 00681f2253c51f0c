package io.monorelay.log;

import static io.monorelay.log.SignedMessages.verified;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.monorelay.crypto.VerifiedMessage;
import java.time.Duration;
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
    void whatWasStoredBeforeIsKnownFromTheStart() {
        VerifiedMessage stored = verified("a");
        cache.remember(stored.id(), 7);

        assertThat(cache.positionOf(stored.id())).isEqualTo(7);
        assertThat(cache.admit(stored, 1_000_008, Origin.NONE)).isNull();
    }

    @Test
    void ofWhatWasStoredBeforeTheNewestAreRememberedAndTheBoundHolds() {
        SeenCache small = new SeenCache(10, LIFE, nanos::get);
        List<VerifiedMessage> stored =
                IntStream.range(0, 30).mapToObj(i -> verified("m" + i)).toList();
        IntStream.range(0, 30)
                .map(i -> i * 7 % 30)
                .forEach(i -> small.remember(stored.get(i).id(), 100 + i));

        assertThat(stored.stream().filter(message -> small.positionOf(message.id()) != SeenCache.UNSEEN))
                .isEqualTo(stored.subList(20, 30));

        for (int i = 0; i < 10; i++) {
            small.admit(verified("new " + i), 2_000_000 + i, Origin.NONE);
        }
        assertThat(stored).allMatch(message -> small.positionOf(message.id()) == SeenCache.UNSEEN);
    }

    @Test
    void aMessageThatTheStoreHadBeforeIsFoundThereFromThenOn() {
        VerifiedMessage message = verified("a");
        cache.admit(message, 70, Origin.NONE);

        cache.correct(message.id(), 7);

        assertThat(cache.positionOf(message.id())).isEqualTo(7);
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
    void pastTheirNumberTheOnesWithTheLowestPositionsAreForgotten() {
        SeenCache small = new SeenCache(100, LIFE, Ticker.disabledTicker());
        List<VerifiedMessage> messages = messages(250);

        for (int i = 0; i < messages.size(); i++) {
            small.admit(messages.get(i), 1 + i, Origin.NONE);
        }

        assertThat(messages.subList(0, 150)).allMatch(message -> small.positionOf(message.id()) == SeenCache.UNSEEN);
        assertThat(messages.subList(150, 250)).noneMatch(message -> small.positionOf(message.id()) == SeenCache.UNSEEN);
    }

    @Test
    void theNewestIdsAreRememberedHoweverOftenOthersWereAskedFor() {
        SeenCache small = new SeenCache(100, LIFE, Ticker.disabledTicker());
        List<VerifiedMessage> messages = messages(150);
        for (int i = 0; i < 100; i++) {
            small.admit(messages.get(i), 1 + i, Origin.NONE);
        }
        for (int round = 0; round < 10; round++) {
            messages.subList(0, 100).forEach(message -> small.admit(message, 0, Origin.NONE));
        }

        for (int i = 100; i < 150; i++) {
            small.admit(messages.get(i), 1 + i, Origin.NONE);
        }

        assertThat(messages.subList(50, 150)).noneMatch(message -> small.positionOf(message.id()) == SeenCache.UNSEEN);
    }

    @Test
    void anIdThatWasAdmittedAgainAfterItsLifeIsNotForgottenForItsOldPosition() {
        SeenCache small = new SeenCache(100, LIFE, nanos::get);
        VerifiedMessage message = verified("a");
        small.admit(message, 7, Origin.NONE);
        nanos.addAndGet(LIFE.toNanos());
        small.admit(message, 50, Origin.NONE);

        small.admit(verified("b"), 107, Origin.NONE);

        assertThat(small.positionOf(message.id())).isEqualTo(50);
    }

    private static List<VerifiedMessage> messages(int count) {
        return IntStream.range(0, count).mapToObj(i -> verified("m" + i)).toList();
    }
}
