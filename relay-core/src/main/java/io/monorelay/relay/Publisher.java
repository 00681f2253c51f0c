package io.monorelay.relay;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.store.CommitQueue;

/**
 * Whoever publishes a message and is told what became of it. One thread owns it: {@link MessagePath#publish} is called
 * there, and calls back there.
 */
public interface Publisher {
    /** The connection that the message comes in by. */
    Origin origin();

    /** The queue of the owner, in which the receipt waits until the message is durable. */
    CommitQueue commits();

    /** A new message is in the log, and on its way to everybody else. Its receipt follows. */
    void onAppended(FreshMessage message);

    /** The answer: at once when the message is refused, otherwise when it is durable. */
    void onReceipt(Receipt receipt);
}
