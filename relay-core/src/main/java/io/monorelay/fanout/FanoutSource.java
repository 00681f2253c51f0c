package io.monorelay.fanout;

import io.monorelay.log.MessageLog;
import io.monorelay.store.CommitMark;
import io.monorelay.store.CommitQueue;
import io.monorelay.store.StoreReaders;

/**
 * Where the fan-out of one event loop has its messages from: the log as they come, the store for what was before.
 *
 * @param mark up to where the store has what was in the log
 * @param commits the queue of this loop
 */
public record FanoutSource(MessageLog log, StoreReaders readers, CommitMark mark, CommitQueue commits) {}
