package io.monorelay.relay;

import static io.monorelay.log.SignedMessages.decoded;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.log.SignedMessages;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.relay.Receipt.Acknowledged;
import io.monorelay.relay.Receipt.Refused;
import io.monorelay.store.ManualThreads;
import io.monorelay.store.MemoryStore;
import io.monorelay.store.StoreReaders;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LatePathTest {
    private static final Duration RETENTION = Duration.ofDays(7);
    private static final Duration OLD = Duration.ofDays(1);

    private final PathWorld world = new PathWorld(SignedMessages.TIME.plus(OLD));
    private final MemoryStore store = new MemoryStore(1 << 20, world.clock);
    private final ManualThreads questions = new ManualThreads();

    private RecordedPublisher publish(DecodedMessage message) {
        return publish(message, RETENTION);
    }

    private RecordedPublisher publish(DecodedMessage message, Duration retention) {
        LatePath late = new LatePath(
                world.path,
                new TimeWindow(PathWorld.WINDOW, world.clock),
                new StoreReaders(store, questions),
                retention);
        RecordedPublisher publisher = new RecordedPublisher(Origin.NONE, world.commits);
        late.publish(message, publisher, Runnable::run);
        return publisher;
    }

    private void becomesDurable() {
        world.mark.advanceTo(world.log.lastPosition());
    }

    @Test
    void oldMessageThatTheStoreHasNotIsTakenLikeAnyOther() {
        RecordedPublisher publisher = publish(decoded("late"));
        assertThat(world.logged()).as("the store is asked first").isEmpty();

        questions.runAll();
        becomesDurable();

        assertThat(publisher.only()).isInstanceOfSatisfying(Acknowledged.class, receipt -> {
            assertThat(receipt.position()).isEqualTo(1);
            assertThat(receipt.duplicate()).isFalse();
        });
        assertThat(world.logged()).hasSize(1);
    }

    @Test
    void oldMessageThatTheStoreHasGoesNoFurther() {
        DecodedMessage message = decoded("late");
        publish(message);
        questions.runAll();
        List<FreshMessage> logged = world.logged();
        store.append(logged);
        becomesDurable();
        // As after a restart, or after more than twice the window.
        PathWorld later = new PathWorld(SignedMessages.TIME.plus(OLD));
        later.mark.advanceTo(1);
        LatePath late = new LatePath(
                later.path,
                new TimeWindow(PathWorld.WINDOW, later.clock),
                new StoreReaders(store, questions),
                RETENTION);
        RecordedPublisher publisher = new RecordedPublisher(Origin.NONE, later.commits);

        late.publish(message, publisher, Runnable::run);
        questions.runAll();

        assertThat(publisher.only()).isInstanceOfSatisfying(Acknowledged.class, receipt -> {
            assertThat(receipt.position()).isEqualTo(1);
            assertThat(receipt.duplicate()).isTrue();
        });
        assertThat(later.logged()).isEmpty();
    }

    @Test
    void oldMessageThatComesTwiceAtOnceIsTakenOnce() {
        RecordedPublisher first = publish(decoded("late"));
        RecordedPublisher second = publish(decoded("late"));

        questions.runAll();
        becomesDurable();

        assertThat(((Acknowledged) first.only()).duplicate()).isFalse();
        assertThat(((Acknowledged) second.only()).duplicate()).isTrue();
        assertThat(world.logged()).hasSize(1);
    }

    @Test
    void messageWithinTheWindowNeedsNoQuestion() {
        PathWorld now = new PathWorld(SignedMessages.TIME);
        LatePath late = new LatePath(
                now.path, new TimeWindow(PathWorld.WINDOW, now.clock), new StoreReaders(store, questions), RETENTION);
        late.publish(decoded("in time"), new RecordedPublisher(Origin.NONE, now.commits), Runnable::run);

        assertThat(questions.waiting()).isZero();
        assertThat(now.logged()).hasSize(1);
    }

    @Test
    void messageOfWhichTheStoreMayHaveForgottenThatItHadItIsRefused() {
        Duration retention = OLD.plus(PathWorld.WINDOW).minusSeconds(1);

        assertThat(publish(decoded("too late"), retention).only()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.fault()).isEqualTo(Fault.STALE_TIME);
            assertThat(refused.retryAfterMillis()).isZero();
        });
        publish(decoded("just in time"), retention.plusSeconds(1));
        assertThat(questions.waiting()).isEqualTo(1);
    }

    @Test
    void whoeverComesWhileTooManyAreAskedForIsToldToTryAgain() {
        LatePath late = new LatePath(
                world.path,
                new TimeWindow(PathWorld.WINDOW, world.clock),
                new StoreReaders(store, questions),
                RETENTION);
        RecordedPublisher publisher = new RecordedPublisher(Origin.NONE, world.commits);
        for (int i = 0; i < LatePath.MAX_QUESTIONS; i++) {
            late.publish(decoded("late " + i), publisher, Runnable::run);
        }
        assertThat(publisher.receipts).isEmpty();

        RecordedPublisher refused = new RecordedPublisher(Origin.NONE, world.commits);
        late.publish(decoded("one more"), refused, Runnable::run);

        assertThat(refused.only()).isInstanceOfSatisfying(Refused.class, refusal -> {
            assertThat(refusal.fault()).isEqualTo(Fault.STORE_UNAVAILABLE);
            assertThat(refusal.retryAfterMillis()).isEqualTo(LatePath.RETRY_AFTER_MILLIS);
        });
        questions.runAll();
        late.publish(decoded("one more"), refused, Runnable::run);
        assertThat(questions.waiting()).isEqualTo(1);
    }

    @Test
    void storeThatCannotBeAskedIsNoReasonToLoseTheMessage() {
        questions.setBusy(true);

        assertThat(publish(decoded("late")).only()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.fault()).isEqualTo(Fault.STORE_UNAVAILABLE);
            assertThat(refused.retryAfterMillis()).isEqualTo(LatePath.RETRY_AFTER_MILLIS);
        });
    }
}
