package io.monorelay.server.forward;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.metrics.Drop;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.MessageEncoder;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.HttpReference.Level;
import io.monorelay.server.config.RelayConfig.ForwardSettings;
import io.monorelay.server.forward.CallResult.Answer;
import io.monorelay.server.forward.CallResult.Failure;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The messages for one node, which go to it in order and one at a time. When the node does not keep up the oldest give
 * way, so that what all queues hold together is about the same recent messages. A node that fails is left alone for a
 * while by its {@link Breaker}.
 *
 * <p>Everything here belongs to the event loop of the forwarder.
 */
final class ForwardQueue {
    /** Hears what becomes of the messages. */
    interface Observer {
        /** The node took a message. */
        void onForwarded(URI uri);

        /** The node could not be reached or answered wrongly. */
        void onFailed(URI uri, String why);

        /** That many messages do not go to the node. */
        void onDropped(Drop drop, int messages);
    }

    private static final String PATH = "/broadcast";

    // fixed after construction
    private final URI uri;
    private final HttpLine line;
    private final Breaker breaker;
    private final ForwardSettings bounds;
    private final Observer observer;

    // owned by the event loop
    private NodeKey key;
    private Level level;
    private final Queue<VerifiedMessage> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean underWay;

    ForwardQueue(HttpReference reference, HttpLine line, Breaker breaker, ForwardSettings bounds, Observer observer) {
        this.uri = reference.uri();
        this.key = reference.key();
        this.level = reference.level();
        this.line = line;
        this.breaker = breaker;
        this.bounds = bounds;
        this.observer = observer;
    }

    /** The key of the node. */
    NodeKey key() {
        return key;
    }

    /** Whether it is the node at that address, and no other behind it, that has proven the key. */
    boolean isProvenBySelf() {
        return level == Level.V2;
    }

    /** Remembers that the node has proven its key once more, perhaps another one. */
    void proven(HttpReference reference) {
        key = reference.key();
        level = reference.level();
    }

    /** Takes a message for the node. */
    void offer(VerifiedMessage message) {
        if (level == Level.V1 && message.form() == Form.COMPACT) {
            observer.onDropped(Drop.COMPACT_FORM_FOR_V1, 1);
        } else if (breaker.isPaused()) {
            observer.onDropped(Drop.FORWARD_PAUSED, 1);
        } else {
            waiting.add(message);
            waitingBytes += message.membersLength();
            sendNext();
            makeRoom();
        }
    }

    /** Hangs up and lets go of what waits. */
    void close() {
        line.close();
        waiting.clear();
    }

    private void sendNext() {
        VerifiedMessage message = underWay ? null : waiting.poll();
        if (message == null) {
            return;
        }
        waitingBytes -= message.membersLength();
        underWay = true;
        byte[] body = MessageEncoder.untyped(message.array(), message.membersOffset(), message.membersLength());
        line.call(HttpCall.post(PATH, body), this::onResult);
    }

    /** A message longer than all the room there is may still wait alone. */
    private void makeRoom() {
        int dropped = 0;
        while (waiting.size() > bounds.queueMessages() || (waiting.size() > 1 && waitingBytes > bounds.queueBytes())) {
            waitingBytes -= waiting.remove().membersLength();
            dropped++;
        }
        if (dropped > 0) {
            observer.onDropped(Drop.FORWARD_QUEUE_FULL, dropped);
        }
    }

    private void onResult(CallResult result) {
        underWay = false;
        switch (result) {
            case Answer answer -> onAnswer(answer);
            case Failure failure -> fail(failure.reason());
        }
        sendNext();
    }

    private void onAnswer(Answer answer) {
        if (answer.isOk()) {
            breaker.succeeded();
            observer.onForwarded(uri);
        } else if (isFaultOfMessage(answer.status())) {
            breaker.succeeded();
            observer.onDropped(Drop.FORWARD_FAILED, 1);
        } else {
            fail("expected status 200 from " + uri + ", got " + answer.status());
        }
    }

    /** The 4xx range, without those that the node would give to any message. */
    private static boolean isFaultOfMessage(int status) {
        return switch (status) {
            case 401, 404, 405, 407, 408, 410, 421, 426, 429 -> false;
            default -> status >= 400 && status < 500;
        };
    }

    private void fail(String why) {
        breaker.failed();
        observer.onFailed(uri, why);
        observer.onDropped(Drop.FORWARD_FAILED, 1);
        if (breaker.isPaused() && !waiting.isEmpty()) {
            observer.onDropped(Drop.FORWARD_PAUSED, waiting.size());
            waiting.clear();
            waitingBytes = 0;
        }
    }
}
