package io.monorelay.bench.load;

import java.util.concurrent.CompletionStage;

/** A node that publishes and receives. Any thread may call; nothing blocks. */
interface LoadNode {
    /** Completes when the node is connected for the first time. */
    CompletionStage<Void> connect();

    /** What it publishes, which may be nothing. */
    Publishing publishing();

    /** What it has published and got. */
    Account account();

    CompletionStage<Void> close();
}
