package io.monorelay.bench.store;

import io.monorelay.bench.messages.SampleMessages;
import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.MessageId;
import io.monorelay.server.store.JdbcStore;
import io.monorelay.store.StoreException;
import io.monorelay.store.StoredMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Fills a store with messages that look like signed ones of 128 bytes of data. Each has an id of its own, drawn at
 * random as the digest of a message is as good as that; their texts repeat. The store will have it that they were stored
 * evenly over the last day.
 */
final class Filling {
    private static final int DATA_BYTES = 128;
    private static final int TEXTS = 1_000;
    private static final int AT_A_TIME = 4_096;
    private static final double DAY_MILLIS = Duration.ofDays(1).toMillis();

    private final JdbcStore store;
    private final long nowMillis;
    private final List<VerifiedMessage> texts = SampleMessages.broadcasts(TEXTS, DATA_BYTES).stream()
            .map(SampleMessages::verified)
            .toList();
    private final SplittableRandom random = new SplittableRandom(1);

    Filling(JdbcStore store, long nowMillis) {
        this.store = store;
        this.nowMillis = nowMillis;
    }

    /** Adds so many bytes of messages, and returns how many messages that are. */
    long add(long bytes) throws StoreException {
        long first = store.reservedThrough() + 1;
        long position = first;
        long left = bytes;
        while (left > 0) {
            List<StoredMessage> messages = new ArrayList<>(AT_A_TIME);
            while (left > 0 && messages.size() < AT_A_TIME) {
                StoredMessage message = message(position++, nowMillis - (long) (DAY_MILLIS * left / bytes));
                left -= message.members().length;
                messages.add(message);
            }
            store.reserve(position - 1);
            store.restore(messages);
        }
        return position - first;
    }

    private StoredMessage message(long position, long acceptedAtMillis) {
        VerifiedMessage text = texts.get((int) (position % TEXTS));
        int from = text.membersOffset();
        return new StoredMessage(
                position,
                new MessageId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()),
                text.sender(),
                null,
                text.form(),
                acceptedAtMillis,
                acceptedAtMillis / 1_000,
                Arrays.copyOfRange(text.array(), from, from + text.membersLength()));
    }
}
