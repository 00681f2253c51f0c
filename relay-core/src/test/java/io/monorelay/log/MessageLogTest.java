package io.monorelay.log;

import static io.monorelay.log.SignedMessages.verified;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.crypto.VerifiedMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

final class MessageLogTest {
    private static final int SLOTS = 8;
    private static final long PLENTY = 1 << 20;
    private static final VerifiedMessage[] MESSAGES = new VerifiedMessage[100];

    static {
        Arrays.setAll(MESSAGES, i -> verified("message " + i));
    }

    private final SeenCache seen = SignedMessages.seenCache();
    private final Queue<Runnable> wakeUps = new ArrayDeque<>();
    private int used;

    @Test
    void positionsStartAtOneAndRise() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader reader = addReader(log);
        assertThat(log.lastPosition()).isEqualTo(MessageLog.FIRST_POSITION - 1);
        assertThat(reader.position()).isEqualTo(MessageLog.FIRST_POSITION - 1);

        publish(log, 3);

        assertThat(log.lastPosition()).isEqualTo(3);
        assertThat(positionsIn(read(reader))).containsExactly(1L, 2L, 3L);
        assertThat(reader.position()).isEqualTo(3);
    }

    @Test
    void everyReaderSeesAllMessagesInTheSameOrder() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader one = addReader(log);
        LogReader other = addReader(log);
        List<FreshMessage> readByOne = new ArrayList<>();
        List<FreshMessage> readByOther = new ArrayList<>();

        for (int round = 0; round < 5; round++) {
            publish(log, SLOTS);
            readByOne.addAll(read(one));
            readByOther.addAll(read(other));
        }

        assertThat(readByOne).hasSize(5 * SLOTS).isEqualTo(readByOther);
    }

    @Test
    void isFullWhenTheSlowestReaderIsARingBehind() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader slow = addReader(log);
        LogReader quick = addReader(log);
        publish(log, SLOTS);
        read(quick);
        long held = log.heldBytes();

        assertThat(log.tryClaim(1)).isEqualTo(MessageLog.FULL);
        assertThat(log.heldBytes())
                .as("nothing is held for a message that was turned away")
                .isEqualTo(held);

        read(slow);
        assertThat(log.tryClaim(1)).isEqualTo(SLOTS + 1);
    }

    @Test
    void isFullWhenTheMessagesThatSomebodyNeedsAreTooManyBytes() {
        MessageLog log = new MessageLog(SLOTS, 1000);
        LogReader reader = addReader(log);
        log.abandon(log.tryClaim(400));
        log.abandon(log.tryClaim(500));

        assertThat(log.tryClaim(101)).isEqualTo(MessageLog.FULL);
        assertThat(log.heldBytes()).isEqualTo(900);
        assertThat(log.lastPosition()).as("no position is used up").isEqualTo(2);
        assertThat(log.tryClaim(100)).as("what just fits").isEqualTo(3);

        read(reader);
        assertThat(log.heldBytes()).isEqualTo(100);
    }

    @Test
    void holdsNothingOnceEveryReaderHasPassed() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader one = addReader(log);
        LogReader other = addReader(log);
        publish(log, 5);
        read(one);
        assertThat(log.heldBytes()).isPositive();
        assertThat(log.messageAt(0)).as("the other reader needs it").isNotNull();

        read(other);

        assertThat(log.heldBytes()).isZero();
        for (int slot = 0; slot < SLOTS; slot++) {
            assertThat(log.messageAt(slot)).isNull();
        }
    }

    @Test
    void anAbandonedPositionIsPassedOverAndItsBytesAreGivenBack() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader reader = addReader(log);
        publish(log, 1);
        log.abandon(log.tryClaim(1000));
        publish(log, 1);

        assertThat(positionsIn(read(reader))).containsExactly(1L, 3L);
        assertThat(log.heldBytes()).isZero();
    }

    @Test
    void anAbandonedPositionStaysEmptyAfterTheRingHasComeRound() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader reader = addReader(log);
        publish(log, SLOTS);
        read(reader);

        log.abandon(log.tryClaim(1));

        assertThat(read(reader)).isEmpty();
        assertThat(reader.position()).isEqualTo(SLOTS + 1);
    }

    @Test
    void aClaimedPositionHoldsBackWhatComesAfterIt() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader reader = addReader(log);
        long claimed = log.tryClaim(1);
        publish(log, 1);
        assertThat(read(reader)).isEmpty();

        log.abandon(claimed);

        assertThat(positionsIn(read(reader))).containsExactly(2L);
    }

    @Test
    void readerStopsWhereItsSinkWantsNoMoreAndGoesOnAfterIt() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader reader = addReader(log);
        publish(log, 5);
        List<FreshMessage> taken = new ArrayList<>();

        reader.read(message -> taken.add(message) && taken.size() < 2);

        assertThat(positionsIn(taken)).containsExactly(1L, 2L);
        assertThat(reader.park()).as("there is more").isFalse();
        assertThat(positionsIn(read(reader))).containsExactly(3L, 4L, 5L);
    }

    @Test
    void whatASinkFailsOnIsReadOnceMoreAndWhatItHadTakenIsNot() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader reader = addReader(log);
        publish(log, 3);
        List<FreshMessage> taken = new ArrayList<>();

        assertThatThrownBy(() -> reader.read(message -> {
                    if (taken.size() == 1) {
                        throw new IllegalStateException("no memory, say");
                    }
                    return taken.add(message);
                }))
                .isInstanceOf(IllegalStateException.class);
        taken.addAll(read(reader));

        assertThat(positionsIn(taken)).containsExactly(1L, 2L, 3L);
        assertThat(log.heldBytes()).isZero();
    }

    @Test
    void parkedReaderIsWokenOnceHoweverManyMessagesFollow() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader reader = addReader(log);
        assertThat(reader.isParked()).isTrue();

        publish(log, 3);

        assertThat(wakeUps).hasSize(1);
        assertThat(reader.isParked()).isFalse();
    }

    @Test
    void readerThatParksAgainIsWokenAgain() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader reader = addReader(log);
        publish(log, 1);
        wakeUps.clear();
        read(reader);
        assertThat(reader.park()).isTrue();

        log.abandon(log.tryClaim(1));

        assertThat(wakeUps).as("an abandoned position has to be passed, too").hasSize(1);
    }

    @Test
    void readerDoesNotParkWhileThereIsSomethingToRead() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader reader = addReader(log);
        publish(log, 1);
        wakeUps.clear();

        assertThat(reader.park()).isFalse();
        assertThat(reader.isParked()).isFalse();
        publish(log, 1);
        assertThat(wakeUps).isEmpty();
    }

    @Test
    void producerIsNotDisturbedByAReaderWhoseOwnerHasShutDown() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        log.addReader(
                task -> {
                    throw new RejectedExecutionException();
                },
                () -> {});
        LogReader alive = addReader(log);

        publish(log, 1);

        assertThat(wakeUps).hasSize(1);
        assertThat(read(alive)).hasSize(1);
    }

    @Test
    void readersCannotComeLate() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        addReader(log);
        log.tryClaim(1);

        assertThatThrownBy(() -> addReader(log)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void positionsStartWhereTheLogIsToldTo() {
        MessageLog log = new MessageLog(SLOTS, PLENTY, 1_000_001);
        LogReader reader = addReader(log);
        assertThat(log.lastPosition()).isEqualTo(1_000_000);
        assertThat(reader.position()).isEqualTo(1_000_000);

        publish(log, SLOTS);
        assertThat(positionsIn(read(reader))).startsWith(1_000_001L, 1_000_002L).hasSize(SLOTS);
        assertThat(reader.position()).isEqualTo(log.lastPosition());
        publish(log, SLOTS);

        assertThat(positionsIn(read(reader))).endsWith(1_000_000L + 2 * SLOTS);
        assertThatThrownBy(() -> new MessageLog(SLOTS, PLENTY, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsScannedIsNotPassed() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader reader = addReader(log);
        publish(log, SLOTS);
        List<FreshMessage> scanned = new ArrayList<>();

        long end = reader.scan(message -> {
            scanned.add(message);
            return scanned.size() < 3;
        });

        assertThat(end).isEqualTo(3);
        assertThat(reader.position()).isZero();
        assertThat(log.tryClaim(1)).as("every slot is taken still").isEqualTo(MessageLog.FULL);
        assertThat(reader.scan(message -> true)).as("from the start again").isEqualTo(SLOTS);
        assertThat(positionsIn(scanned)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void passingFreesTheSlotsUpToThere() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader reader = addReader(log);
        publish(log, SLOTS);
        reader.scan(message -> true);

        reader.passTo(3);

        assertThat(reader.position()).isEqualTo(3);
        publish(log, 3);
        assertThat(log.tryClaim(1)).isEqualTo(MessageLog.FULL);
        assertThat(positionsIn(read(reader))).startsWith(4L).hasSize(SLOTS);
    }

    @Test
    void onlyWhatWasScannedCanBePassed() {
        MessageLog log = new MessageLog(SLOTS, PLENTY);
        LogReader reader = addReader(log);
        publish(log, 2);
        reader.scan(message -> false);

        assertThatThrownBy(() -> reader.passTo(2)).isInstanceOf(IllegalArgumentException.class);
        reader.passTo(1);
        assertThatThrownBy(() -> reader.passTo(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private LogReader addReader(MessageLog log) {
        return log.addReader(wakeUps::add, () -> {});
    }

    private void publish(MessageLog log, int count) {
        for (int i = 0; i < count; i++) {
            SignedMessages.publish(log, seen, MESSAGES[used++], Origin.NONE);
        }
    }

    private static List<FreshMessage> read(LogReader reader) {
        List<FreshMessage> read = new ArrayList<>();
        reader.read(read::add);
        return read;
    }

    private static List<Long> positionsIn(List<FreshMessage> messages) {
        return messages.stream().map(FreshMessage::position).toList();
    }
}
