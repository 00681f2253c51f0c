package io.monorelay.server.forward;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.LogReader;
import io.monorelay.log.MessageLog;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.KeyDirectory;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.server.config.RelayConfig.ForwardSettings;
import io.netty.channel.EventLoop;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forwards the log to the nodes that are known by an address. It is a reader like the others and never holds up the
 * log: each node has a {@link ForwardQueue} of its own, and what does not fit into it is dropped and counted.
 *
 * <p>Who gets a message: every node but its sender, or, when it is addressed and a node has proven that key by the v2
 * handshake, that one alone. (The proof of the v1 handshake can be had from the real owner of a key by anyone, so that it
 * must not keep a message from others.) A node that is connected with its key proven gets its messages over that connection.
 *
 * <p>{@link #start} and {@link #close} may be called on any thread; everything else happens on the event loop.
 */
public final class HttpForwarder {
    /** How many messages are taken from the log before other tasks of the loop have their turn. */
    private static final int MAX_MESSAGES_A_PASS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(HttpForwarder.class);

    // fixed after construction
    private final EventLoop loop;
    private final ReferenceBook book;
    private final KeyDirectory directory;
    private final HttpCaller caller;
    private final ForwardSettings settings;
    private final RelayMetrics metrics;
    private final LogReader reader;
    private final LogReader.Sink sink = this::take;
    private final Results results = new Results();

    // owned by the event loop
    private final Map<URI, ForwardQueue> queues = new HashMap<>();
    private int takenInPass;
    private boolean closed;

    private HttpForwarder(
            MessageLog log,
            ReferenceBook book,
            KeyDirectory directory,
            HttpCaller caller,
            ForwardSettings settings,
            RelayMetrics metrics) {
        this.loop = caller.loop();
        this.book = book;
        this.directory = directory;
        this.caller = caller;
        this.settings = settings;
        this.metrics = metrics;
        reader = log.addReader(loop, this::pass);
    }

    /**
     * Forwards what is published from now on to the nodes of the book, those of today and those to come.
     *
     * @param caller whose event loop it shares
     * @throws IllegalStateException when there is a message in the log already
     */
    public static HttpForwarder start(
            MessageLog log,
            ReferenceBook book,
            KeyDirectory directory,
            HttpCaller caller,
            ForwardSettings settings,
            RelayMetrics metrics) {
        HttpForwarder forwarder = new HttpForwarder(log, book, directory, caller, settings, metrics);
        book.addListener(forwarder::onChanged);
        for (HttpReference known : book.http()) {
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
        HttpReference reference = closed ? null : book.find(uri);
        ForwardQueue queue = queues.get(uri);
        if (reference == null) {
            remove(uri);
        } else if (queue == null) {
            queues.put(uri, open(reference));
        } else {
            queue.proven(reference);
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
                settings.breakerFailures(),
                settings.breakerMaxPause(),
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble());
        return new ForwardQueue(reference, caller.line(reference.uri()), breaker, settings, results);
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
            offerToAll(message);
        } else if (!directory.isOnline(receiver)) {
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
            offerToAll(message);
        }
    }

    private void offerToAll(VerifiedMessage message) {
        for (ForwardQueue queue : queues.values()) {
            if (!queue.key().equals(message.sender()) && !directory.isOnline(queue.key())) {
                queue.offer(message);
            }
        }
    }

    /** Counts what becomes of the messages, here and in the book. */
    private final class Results implements ForwardQueue.Observer {
        @Override
        public void onForwarded(URI uri) {
            book.succeeded(uri);
            metrics.traffic().increment(Traffic.FORWARDED);
        }

        @Override
        public void onFailed(URI uri, String why) {
            LOG.debug("not forwarded: {}", why);
            book.failed(uri);
        }

        @Override
        public void onDropped(Drop drop, int messages) {
            metrics.drops().add(drop, messages);
        }
    }
}
