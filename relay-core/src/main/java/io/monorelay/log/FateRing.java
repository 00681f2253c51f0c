package io.monorelay.log;

import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A ring of fixed-size records outside of the heap, one for each message of late. Any thread writes and reads, none waits.
 *
 * <p>A record is found by its number. While it is written its stamp is {@link #WRITING}, so that a reader which finds the
 * same number before and after has read one record. What is counted later, by any thread, carries the number's low bits
 * in the same word, so that a count which comes too late finds that its record is gone.
 */
final class FateRing {
    /** What is counted of a message, each in a word of its own. */
    enum Tally {
        SENT,
        LATE,
        AGAIN
    }

    /** How many of those who took a message late a record names. */
    static final int NAMED = 2;

    static final int RECORD_BYTES = 128;

    private static final long WRITING = -1;
    private static final int TIME = 8;
    private static final int ID = 16;
    private static final int SENDER = 48;
    private static final int FROM = 80;
    private static final int TALLIES = 88;
    private static final int NAMES = 112;
    private static final int VALUE_BITS = 40;
    private static final long VALUE_MASK = (1L << VALUE_BITS) - 1;
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer records;
    private final int capacity;

    /**
     * @param capacity a power of two; a record is overwritten by the one whose number is higher by that
     */
    FateRing(int capacity) {
        this.capacity = capacity;
        records = ByteBuffer.allocateDirect(capacity * RECORD_BYTES + Long.BYTES)
                .alignedSlice(Long.BYTES)
                .order(ByteOrder.nativeOrder());
    }

    int capacity() {
        return capacity;
    }

    /** Writes a record; gives up where another thread has a newer one there, or writes one. Numbers begin at 1. */
    void write(long number, MessageId id, NodeKey sender, long from, long epochMillis) {
        int base = base(number);
        long before = (long) LONGS.getVolatile(records, base);
        if (before == WRITING || before >= number || !LONGS.compareAndSet(records, base, before, WRITING)) {
            return;
        }
        records.putLong(base + TIME, epochMillis);
        writeId(base + ID, id);
        sender.write(records, base + SENDER);
        records.putLong(base + FROM, from);
        for (int word = TALLIES; word < RECORD_BYTES; word += Long.BYTES) {
            LONGS.setOpaque(records, base + word, tagged(number, 0));
        }
        LONGS.setRelease(records, base, number);
    }

    private void writeId(int offset, MessageId id) {
        records.putLong(offset, id.a());
        records.putLong(offset + 8, id.b());
        records.putLong(offset + 16, id.c());
        records.putLong(offset + 24, id.d());
    }

    /** Adds to a tally of the record of that number, if it is there still. */
    void add(long number, Tally tally, long amount) {
        int word = base(number) + TALLIES + tally.ordinal() * Long.BYTES;
        long before = (long) LONGS.getOpaque(records, word);
        while (isOf(number, before)
                && !LONGS.compareAndSet(records, word, before, tagged(number, value(before) + amount))) {
            before = (long) LONGS.getOpaque(records, word);
        }
    }

    /** Names one who took the message late, if there is room for the name. */
    void name(long number, long peer) {
        int names = base(number) + NAMES;
        for (int i = 0; i < NAMED; i++) {
            int word = names + i * Long.BYTES;
            long before = (long) LONGS.getOpaque(records, word);
            boolean isFree = isOf(number, before) && value(before) == 0;
            if (isFree && LONGS.compareAndSet(records, word, before, tagged(number, peer & VALUE_MASK))) {
                return;
            }
        }
    }

    /** The number of the newest record of that message, or 0. */
    long find(MessageId id) {
        long found = 0;
        for (int slot = 0; slot < capacity; slot++) {
            int base = slot * RECORD_BYTES;
            long stamp = (long) LONGS.getAcquire(records, base);
            if (stamp > found && isId(base + ID, id)) {
                found = stamp;
            }
        }
        return found;
    }

    private boolean isId(int offset, MessageId id) {
        return records.getLong(offset) == id.a()
                && records.getLong(offset + 8) == id.b()
                && records.getLong(offset + 16) == id.c()
                && records.getLong(offset + 24) == id.d();
    }

    /** Whether there is a record of that number now, whole. */
    boolean has(long number) {
        // What was read before it is not read later.
        VarHandle.loadLoadFence();
        return (long) LONGS.getVolatile(records, base(number)) == number;
    }

    long epochMillis(long number) {
        return records.getLong(base(number) + TIME);
    }

    NodeKey sender(long number) {
        byte[] key = new byte[NodeKey.BYTES];
        records.get(base(number) + SENDER, key);
        return NodeKey.of(key);
    }

    long from(long number) {
        return records.getLong(base(number) + FROM);
    }

    long tally(long number, Tally tally) {
        return value((long) LONGS.getOpaque(records, base(number) + TALLIES + tally.ordinal() * Long.BYTES));
    }

    /** Who is named as that one, from 0 on, or 0. */
    long named(long number, int index) {
        return value((long) LONGS.getOpaque(records, base(number) + NAMES + index * Long.BYTES));
    }

    private int base(long number) {
        return (int) (number & (capacity - 1)) * RECORD_BYTES;
    }

    private static long tagged(long number, long value) {
        return number << VALUE_BITS | value;
    }

    private static boolean isOf(long number, long tagged) {
        return (number << VALUE_BITS ^ tagged) >>> VALUE_BITS == 0;
    }

    private static long value(long tagged) {
        return tagged & VALUE_MASK;
    }
}
