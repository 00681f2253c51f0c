package io.monorelay.fanout;

import io.monorelay.log.MessageLog;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.CommitMark;
import io.monorelay.store.CommitQueue;
import io.monorelay.store.StoreReaders;
import org.jspecify.annotations.Nullable;

/**
 * Where the fan-out of one event loop has its messages from: the log as they come, the store for what was before.
 *
 * @param mark up to where the store has what was in the log
 * @param commits the queue of this loop
 * @param streamed messages addressed to this key are for every event stream, as if they were for everybody; null for
 *     none
 */
public record FanoutSource(
        MessageLog log,
        StoreReaders readers,
        CommitMark mark,
        CommitQueue commits,
        @Nullable NodeKey streamed) {
    /** A source with event streams of what is for everybody. */
    public FanoutSource(MessageLog log, StoreReaders readers, CommitMark mark, CommitQueue commits) {
        this(log, readers, mark, commits, null);
    }
}
