package io.monorelay.server.forward;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.LogReader;
import io.monorelay.log.MessageLog;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.Offence;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.server.config.RelayConfig.ForwardSettings;
import io.monorelay.server.link.LinkedKeys;
import io.netty.channel.EventLoop;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forwards the log to the nodes that are known by an address. It is a reader like the others and never holds up the
 * log: each node has a {@link ForwardQueue} of its own, and what does not fit into it is dropped and counted.
 *
 * <p>Who gets a message: every node but its sender, or, when it is addressed and a node has proven that key by the v2
 * handshake, that one alone. (The proof of the v1 handshake can be had from the real owner of a key by anyone, so that it
 * must not keep a message from others.) A node that is connected with its key proven gets its messages over that connection,
 * and a relay that this node has linked to what is for everybody over that link.
 *
 * <p>{@link #start} and {@link #close} may be called on any thread; everything else happens on the event loop.
 */
public final class HttpForwarder {
    /** How many messages are taken from the log before other tasks of the loop have their turn. */
    private static final int MAX_MESSAGES_A_PASS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(HttpForwarder.class);

    // fixed after construction
    private final EventLoop loop;
    private final Parts parts;
    private final ForwardQueue.Shared shared;
    private final LogReader reader;
    private final LogReader.Sink sink = this::take;

    // owned by the event loop
    private final Map<URI, ForwardQueue> queues = new HashMap<>();
    private int takenInPass;
    private boolean closed;

    /**
     * What it works with.
     *
     * @param self the key of this node
     * @param clock says until when a node is avoided
     * @param caller whose event loop it shares
     */
    public record Parts(
            MessageLog log,
            ReferenceBook book,
            KeyDirectory directory,
            LinkedKeys linked,
            NodeKey self,
            InboundDecoder decoder,
            InstantSource clock,
            HttpCaller caller,
            ForwardSettings settings,
            RelayMetrics metrics) {}

    private HttpForwarder(Parts parts) {
        this.loop = parts.caller().loop();
        this.parts = parts;
        shared = new ForwardQueue.Shared(
                parts.settings(),
                new CallSlots(parts.settings().maxCalls()),
                new AnswerCheck(parts.self(), parts.decoder()),
                parts.clock(),
                new Results());
        reader = parts.log().addReader(loop, this::pass);
    }

    /**
     * Forwards what is published from now on to the nodes of the book, those of today and those to come.
     *
     * @throws IllegalStateException when there is a message in the log already
     */
    public static HttpForwarder start(Parts parts) {
        HttpForwarder forwarder = new HttpForwarder(parts);
        parts.book().addListener(forwarder::onChanged);
        for (HttpReference known : parts.book().http()) {
            forwarder.onChanged(known.uri());
        }
        return forwarder;
    }

    /** Hangs up everywhere. The log is read on, so that it does not fill, but nothing is forwarded any more. */
    public void close() {
        execute(() -> {
            closed = true;
            queues.values().forEach(ForwardQueue::close);
            queues.clear();
        });
    }

    private void onChanged(URI uri) {
        execute(() -> refresh(uri));
    }

    private void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException shutDown) {
            LOG.debug("the event loop of the forwarder has shut down");
        }
    }

    /** Makes the queue for an address as the book has it now. */
    private void refresh(URI uri) {
        HttpReference reference = closed ? null : parts.book().find(uri);
        ForwardQueue queue = queues.get(uri);
        if (reference == null) {
            remove(uri);
        } else if (queue == null) {
            queues.put(uri, open(reference));
        } else {
            queue.changed(reference);
        }
    }

    private void remove(URI uri) {
        ForwardQueue queue = queues.remove(uri);
        if (queue != null) {
            queue.close();
        }
    }

    private ForwardQueue open(HttpReference reference) {
        Breaker breaker = new Breaker(
                parts.settings().breakerFailures(),
                parts.settings().breakerMaxPause(),
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
        return new ForwardQueue(reference, parts.caller().line(reference.uri()), breaker, shared);
    }

    private void pass() {
        takenInPass = 0;
        reader.read(sink);
        if (takenInPass >= MAX_MESSAGES_A_PASS || !reader.park()) {
            loop.execute(this::pass);
        }
    }

    private boolean take(FreshMessage fresh) {
        VerifiedMessage message = fresh.message();
        NodeKey receiver = message.receiver();
        if (receiver == null) {
            offerToAll(message, queue -> !parts.linked().contains(queue.key()));
        } else if (!parts.directory().isOnline(receiver)) {
            offerToReceiver(message, receiver);
        }
        return ++takenInPass < MAX_MESSAGES_A_PASS;
    }

    private void offerToReceiver(VerifiedMessage message, NodeKey receiver) {
        boolean taken = false;
        for (ForwardQueue queue : queues.values()) {
            if (queue.key().equals(receiver) && queue.isProvenBySelf()) {
                queue.offer(message);
                taken = true;
            }
        }
        if (!taken) {
            offerToAll(message, queue -> true);
        }
    }

    private void offerToAll(VerifiedMessage message, Predicate<ForwardQueue> those) {
        for (ForwardQueue queue : queues.values()) {
            if (those.test(queue)
                    && !queue.key().equals(message.sender())
                    && !parts.directory().isOnline(queue.key())) {
                queue.offer(message);
            }
        }
    }

    /** Counts what becomes of the messages, here and in the book. */
    private final class Results implements ForwardQueue.Observer {
        @Override
        public @Nullable HttpReference current(URI uri) {
            return parts.book().find(uri);
        }

        @Override
        public void onForwarded(URI uri, Duration took) {
            parts.book().succeeded(uri, took);
            parts.metrics().traffic().increment(Traffic.FORWARDED);
        }

        @Override
        public void onFailed(URI uri, String why) {
            LOG.debug("not forwarded: {}", why);
            parts.book().failed(uri);
        }

        @Override
        public void onOffended(URI uri, Offence offence, String why) {
            LOG.info("{} is avoided for a while: {}", uri, why);
            parts.book().offended(uri, offence);
        }

        @Override
        public void onDropped(Drop drop, int messages) {
            parts.metrics().drops().add(drop, messages);
        }
    }
}
