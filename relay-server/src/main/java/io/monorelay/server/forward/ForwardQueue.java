package io.monorelay.server.forward;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.Offence;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.MessageEncoder;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.HttpReference.Level;
import io.monorelay.server.config.RelayConfig.ForwardSettings;
import io.monorelay.server.forward.CallResult.Answer;
import io.monorelay.server.forward.CallResult.Failure;
import io.monorelay.server.forward.CallResult.Garbage;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The messages for one node, which go to it in order and one at a time. When the node does not keep up the oldest give
 * way, so that what all queues hold together is about the same recent messages. A node that fails is left alone for a
 * while by its {@link Breaker}, and one that misbehaves for as long as it is to be avoided.
 *
 * <p>Everything here belongs to the event loop of the forwarder.
 */
final class ForwardQueue {
    /** Hears what becomes of the messages, and knows how the node has behaved so far. */
    interface Observer {
        /** The node as it is remembered now, or null if it is not. */
        @Nullable
        HttpReference current(URI uri);

        /** The node took a message. */
        void onForwarded(URI uri, Duration took);

        /** The node could not be reached or answered wrongly. */
        void onFailed(URI uri, String why);

        /** The node did what it should not have. */
        void onOffended(URI uri, Offence offence, String why);

        /** That many messages do not go to the node. */
        void onDropped(Drop drop, int messages);
    }

    /**
     * What all queues have in common.
     *
     * @param slots for the calls of all queues
     */
    record Shared(ForwardSettings bounds, CallSlots slots, AnswerCheck check, InstantSource clock, Observer observer) {}

    private static final String PATH = "/broadcast";

    // fixed after construction
    private final URI uri;
    private final HttpLine line;
    private final Breaker breaker;
    private final Shared shared;
    private final Observer observer;

    // owned by the event loop
    private HttpReference reference;
    private final Queue<VerifiedMessage> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private boolean waitsForItsTurn;
    private boolean underWay;

    ForwardQueue(HttpReference reference, HttpLine line, Breaker breaker, Shared shared) {
        this.uri = reference.uri();
        this.reference = reference;
        this.line = line;
        this.breaker = breaker;
        this.shared = shared;
        this.observer = shared.observer();
    }

    /** The key of the node. */
    NodeKey key() {
        return reference.key();
    }

    /** Whether it is the node at that address, and no other behind it, that has proven the key. */
    boolean isProvenBySelf() {
        return reference.level() == Level.V2;
    }

    /** Remembers that the node has proven its key once more, perhaps another one, or did what it should not have. */
    void changed(HttpReference current) {
        reference = current;
        if (isAvoided()) {
            dropWaiting(Drop.FORWARD_AVOIDED);
        }
    }

    private boolean isAvoided() {
        return reference.conduct().isAvoided(shared.clock().instant());
    }

    /** Takes a message for the node. */
    void offer(VerifiedMessage message) {
        if (reference.level() == Level.V1 && message.form() == Form.COMPACT) {
            observer.onDropped(Drop.COMPACT_FORM_FOR_V1, 1);
        } else if (isAvoided()) {
            observer.onDropped(Drop.FORWARD_AVOIDED, 1);
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
        waiting.clear();
        line.close();
        if (underWay) {
            underWay = false;
            shared.slots().release();
        }
    }

    private void sendNext() {
        if (!waitsForItsTurn && !underWay && !waiting.isEmpty()) {
            waitsForItsTurn = true;
            shared.slots().request(trust(), this::takeTurn);
        }
    }

    private double trust() {
        HttpReference current = observer.current(uri);
        return current == null ? 0 : current.conduct().trust(shared.clock().instant());
    }

    private boolean takeTurn() {
        waitsForItsTurn = false;
        VerifiedMessage message = waiting.poll();
        if (message == null) {
            return false;
        }
        waitingBytes -= message.membersLength();
        underWay = true;
        long sentAtNanos = System.nanoTime();
        line.call(callWith(message), result -> onResult(message, sentAtNanos, result));
        return true;
    }

    private HttpCall callWith(VerifiedMessage message) {
        byte[] body = MessageEncoder.untyped(message.array(), message.membersOffset(), message.membersLength());
        HttpCall call = HttpCall.post(PATH, body);
        return reference.level() == Level.V1 ? call.closing() : call;
    }

    /** A message longer than all the room there is may still wait alone. */
    private void makeRoom() {
        ForwardSettings bounds = shared.bounds();
        int dropped = 0;
        while (waiting.size() > bounds.queueMessages() || (waiting.size() > 1 && waitingBytes > bounds.queueBytes())) {
            waitingBytes -= waiting.remove().membersLength();
            dropped++;
        }
        if (dropped > 0) {
            observer.onDropped(Drop.FORWARD_QUEUE_FULL, dropped);
        }
    }

    private void onResult(VerifiedMessage message, long sentAtNanos, CallResult result) {
        underWay = false;
        switch (result) {
            case Answer answer -> onAnswer(message, sentAtNanos, answer);
            case Garbage garbage -> offended(Offence.INVALID_ANSWER, garbage.reason());
            case Failure failure -> fail(failure.reason());
        }
        sendNext();
        shared.slots().release();
    }

    private void onAnswer(VerifiedMessage message, long sentAtNanos, Answer answer) {
        switch (shared.check().judge(message, reference.level(), answer)) {
            case TAKEN -> {
                breaker.succeeded();
                observer.onForwarded(uri, Duration.ofNanos(System.nanoTime() - sentAtNanos));
            }
            case REFUSED -> {
                breaker.succeeded();
                observer.onDropped(Drop.FORWARD_FAILED, 1);
            }
            case OWN_REFUSED ->
                offended(Offence.OWN_MESSAGE_REFUSED, uri + " calls a message of this node's own invalid");
            case NOT_ACKNOWLEDGED ->
                offended(Offence.INVALID_ANSWER, uri + " did not acknowledge the message that it was sent");
            case FAILED -> fail("expected status 200 from " + uri + ", got " + answer.status());
        }
    }

    private void offended(Offence offence, String why) {
        fail(why);
        observer.onOffended(uri, offence, why);
        HttpReference current = observer.current(uri);
        if (current != null) {
            changed(current);
        }
    }

    private void fail(String why) {
        breaker.failed();
        observer.onFailed(uri, why);
        observer.onDropped(Drop.FORWARD_FAILED, 1);
        if (breaker.isPaused()) {
            dropWaiting(Drop.FORWARD_PAUSED);
        }
    }

    private void dropWaiting(Drop drop) {
        if (!waiting.isEmpty()) {
            observer.onDropped(drop, waiting.size());
            waiting.clear();
            waitingBytes = 0;
        }
    }
}
