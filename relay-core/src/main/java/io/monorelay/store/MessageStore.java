package io.monorelay.store;

import io.monorelay.log.FreshMessage;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps accepted messages in order of position, each id once. Every method may block, so none is called on an event
 * loop.
 *
 * <p>Threads: what changes the store is called by one thread at a time, its writer; what reads it by any.
 */
public interface MessageStore extends AutoCloseable {
    /**
     * A message that was not stored because the store has its id already.
     *
     * @param position the one that it was given now, and that stays empty
     * @param earlier the one under which the store has it
     */
    record Duplicate(long position, long earlier) {}

    /** Takes one id with its position. */
    interface IdSink {
        void take(MessageId id, long position);
    }

    /** What is kept, and for how long. The oldest messages go first. */
    record Retention(long maxAgeMillis, long maxBytes) {}

    Durability durability();

    // writing: one thread at a time

    /**
     * The last position that was ever reserved, by this process or one before it; 0 when the store is new. Nothing
     * above it has ever been given to a message.
     */
    long reservedThrough() throws StoreException;

    /**
     * Reserves all positions up to that one. When this returns, {@link #reservedThrough} is at least that after any
     * crash, the loss of power included, whatever the level of durability.
     */
    void reserve(long through) throws StoreException;

    /**
     * Stores all of these or, when it fails, none; they survive what the level of durability says when this returns.
     *
     * @param messages in rising order of position, above all that the store has
     * @return those that were there before, usually none
     */
    List<Duplicate> append(List<FreshMessage> messages) throws StoreException;

    /**
     * Removes some of what is over the bounds, oldest first.
     *
     * @param maxMessages how many at most, so that the next commit does not wait for long
     * @return how many were removed; fewer than asked for when nothing is over the bounds any more
     */
    int trim(Retention retention, int maxMessages) throws StoreException;

    /** Remembers for each of these keys up to which position its node has processed everything. Never moves back. */
    void rememberPositions(Map<NodeKey, Long> positions) throws StoreException;

    // reading: any thread

    /** The position of the newest message; 0 when there is none. */
    long newestPosition() throws StoreException;

    Page read(HistoryQuery query) throws StoreException;

    /** The message with that id, whoever it is for, or null. */
    @Nullable
    StoredMessage find(MessageId id) throws StoreException;

    /**
     * The position of the message with that id, if it is there.
     *
     * @param sentAtEpochSecond the time that its sender gave it, in seconds, by which it is found sooner
     */
    default OptionalLong positionOf(MessageId id, long sentAtEpochSecond) throws StoreException {
        StoredMessage found = find(id);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.position());
    }

    /** Up to where the node with that key has processed everything, if it ever said. */
    OptionalLong rememberedPosition(NodeKey key) throws StoreException;

    /**
     * Hands over the ids of the messages that were sent at that time or later, the last ones first, at most so many.
     *
     * @param sinceEpochSecond by the times that their senders gave them
     */
    void recentIds(long sinceEpochSecond, int max, IdSink sink) throws StoreException;

    /** Ends it. What is durable stays so. */
    @Override
    void close();
}
