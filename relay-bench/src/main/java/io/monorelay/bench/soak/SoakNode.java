package io.monorelay.bench.soak;

import java.util.concurrent.CompletionStage;

/** A node that publishes messages through a relay and enters in the ledger what comes back. Any thread may call. */
interface SoakNode {
    /** Signs a message to everybody, with the time of now, and publishes it. */
    void publish(String data);

    /**
     * Leaves the relay with the closing handshake.
     *
     * @return completes when the relay has answered
     */
    CompletionStage<?> close();

    /** Which kind of node a name stands for. */
    enum Level {
        /** An original node. */
        V1,
        /** One of ours. */
        V2
    }
}
