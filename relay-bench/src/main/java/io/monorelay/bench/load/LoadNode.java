package io.monorelay.bench.load;

import java.util.concurrent.CompletionStage;

/** A node that publishes and receives. Any thread may call; nothing blocks. */
interface LoadNode {
    /** Completes when the node is connected for the first time. */
    CompletionStage<Void> connect();

    /** A message is due at that time, in the nanoseconds of {@link System#nanoTime}. */
    void due(long nanos);

    /** Publishes as fast as messages are answered, or no longer. */
    void closedLoop(boolean on);

    /** What it has published and got. */
    Account account();

    CompletionStage<Void> close();
}
