package io.monorelay.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.MessageLog;
import io.monorelay.log.Origin;
import io.monorelay.log.SeenCache;
import io.monorelay.log.SignedMessages;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.NodeKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is special about it; what all stores have in common is in the contract. */
final class MemoryStoreTest {
    private static final Instant NOW = Instant.parse("2024-02-29T12:00:00Z");

    private final SeenCache seen = SignedMessages.seenCache();
    private final MessageLog log = new MessageLog(64, 1 << 20);
    private final int size = (int) size("0");

    @Test
    void theOldestMessagesMakeRoomForTheNewest() {
        MemoryStore store = new MemoryStore(3L * size, InstantSource.fixed(NOW));
        for (int i = 0; i < 5; i++) {
            store.append(List.of(fresh("" + i)));
        }

        Page page = store.read(new HistoryQuery(0, 5, 100, 1 << 20, Selection.BROADCASTS));

        assertThat(page.messages()).extracting(StoredMessage::position).containsExactly(3L, 4L, 5L);
        assertThat(page.removedThrough()).isEqualTo(2);
        assertThat(store.find(SignedMessages.verified("1").id())).isNull();
        assertThat(store.find(SignedMessages.verified("4").id())).isNotNull();
    }

    @Test
    void aMessageThatIsTooLargeForItAltogetherIsGoneAtOnce() {
        MemoryStore store = new MemoryStore(size / 2, InstantSource.fixed(NOW));

        store.append(List.of(fresh("a")));

        assertThat(store.newestPosition()).isZero();
        assertThat(store.read(new HistoryQuery(0, 1, 1, 1, Selection.BROADCASTS))
                        .removedThrough())
                .isEqualTo(1);
    }

    @Test
    void positionsAfterARestartAreAboveAllBeforeItAndWhatWasBeforeIsSaidToBeGone() {
        MemoryStore before = MemoryStore.afterRestart(1 << 20, InstantSource.fixed(NOW));
        MemoryStore after = MemoryStore.afterRestart(1 << 20, InstantSource.fixed(NOW.plusSeconds(1)));
        long start = before.reservedThrough();

        assertThat(start).isEqualTo(NOW.getEpochSecond() * 1_000_000);
        assertThat(after.reservedThrough()).isEqualTo(start + 1_000_000);
        Page page = after.read(new HistoryQuery(start + 5, start + 2_000_000, 1, 1, Selection.BROADCASTS));
        assertThat(page.messages()).isEmpty();
        assertThat(page.removedThrough()).isEqualTo(start + 1_000_000);
    }

    @Test
    void aPageOfWhatIsRareEndsBeforeItHasLookedAtEverythingAndTheNextOneGoesOnThere() {
        MemoryStore store = new MemoryStore(1 << 30, InstantSource.fixed(NOW));
        MessageLog large = new MessageLog(2 * MemoryStore.MAX_LOOKED_AT, 1 << 30);
        NodeKey receiver = SignedMessages.key(1);
        List<FreshMessage> messages = new ArrayList<>();
        for (int i = 0; i < MemoryStore.MAX_LOOKED_AT; i++) {
            messages.add(SignedMessages.publish(large, seen, SignedMessages.verified("to all " + i), Origin.NONE));
        }
        VerifiedMessage rare = SignedMessages.verified(Form.MONOCHAIN, receiver, "to one");
        messages.add(SignedMessages.publish(large, seen, rare, Origin.NONE));
        store.append(messages);

        long end = messages.size();
        Page first = store.read(new HistoryQuery(0, end, 10, 1 << 20, Selection.addressedTo(receiver)));
        Page second = store.read(new HistoryQuery(first.next(), end, 10, 1 << 20, Selection.addressedTo(receiver)));

        assertThat(first.messages()).isEmpty();
        assertThat(first.isEnd()).isFalse();
        assertThat(first.next()).isEqualTo(MemoryStore.MAX_LOOKED_AT);
        assertThat(second.messages()).extracting(StoredMessage::position).containsExactly(end);
        assertThat(second.isEnd()).isTrue();
        assertThat(second.next()).isEqualTo(end);
    }

    private FreshMessage fresh(String data) {
        return SignedMessages.publish(log, seen, SignedMessages.verified(data), Origin.NONE);
    }

    private static long size(String data) {
        return MemoryStore.BYTES_BESIDE_TEXT
                + SignedMessages.verified(Form.MONOCHAIN, null, data).membersLength();
    }
}
