package io.monorelay.client;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import io.netty.channel.EventLoop;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One relay of a client: what it is still to be sent, oldest first, and what comes from it. Belongs to the event loop of
 * the client.
 */
final class RelayLane implements KeptLinkListener {
    /** Publications on their way at a time; the rest waits here, where the relay can ask for a pause. */
    private static final int WINDOW = 256;

    private static final int TOO_LARGE = 413;
    private static final Duration RETRY = Duration.ofMillis(250);

    // fixed after construction
    private final RelayClient client;
    private final Outbox outbox;
    private final EventLoop loop;
    private final URI relay;

    // owned by the event loop
    private final TreeMap<Long, Posting> waiting = new TreeMap<>();
    private @Nullable RelayLink link;
    private int onTheirWay;
    private boolean pauses;
    private boolean staysAway;

    RelayLane(RelayClient client, Outbox outbox, EventLoop loop, URI relay) {
        this.client = client;
        this.outbox = outbox;
        this.loop = loop;
        this.relay = relay;
    }

    boolean staysAway() {
        return staysAway;
    }

    // from the outbox

    void send(long number, Posting posting) {
        waiting.put(number, posting);
        pump();
    }

    /** Nothing more is to be sent. */
    void stop() {
        waiting.clear();
    }

    void forget(long number) {
        waiting.remove(number);
    }

    private void pump() {
        assert loop.inEventLoop();
        RelayLink current = link;
        while (current != null && !pauses && onTheirWay < Math.min(WINDOW, current.maxOutstanding())) {
            Map.Entry<Long, Posting> next = waiting.pollFirstEntry();
            if (next == null) {
                return;
            }
            publish(current, next.getKey(), next.getValue());
        }
    }

    private void publish(RelayLink current, long number, Posting posting) {
        int length = posting.text().length;
        if (length > current.maxMessageBytes()) {
            String info = "a message of " + length + " bytes with its keys and signature, the relay accepts at most "
                    + current.maxMessageBytes();
            outbox.onRefused(
                    this, number, posting, new Publication.Refused(posting.id(), relay, TOO_LARGE, info, null));
            return;
        }
        onTheirWay++;
        current.publish(posting.id(), posting.text()).whenComplete((answer, failure) -> {
            onTheirWay--;
            if (posting.awaited().contains(this)) {
                onAnswer(number, posting, answer);
            }
            pump();
        });
    }

    private void onAnswer(long number, Posting posting, @Nullable Publication answer) {
        switch (answer) {
            // The link broke before the answer, which the next one will bring: the message is the same.
            case null -> retry(number, posting, RETRY.toMillis());
            case Publication.Accepted accepted -> outbox.onAccepted(this, number, posting, accepted);
            case Publication.Refused refused -> {
                Long retryAfterMillis = refused.retryAfterMillis();
                if (retryAfterMillis == null) {
                    outbox.onRefused(this, number, posting, refused);
                } else {
                    retry(number, posting, Math.max(retryAfterMillis, RETRY.toMillis()));
                }
            }
        }
    }

    private void retry(long number, Posting posting, long millis) {
        waiting.put(number, posting);
        if (!pauses) {
            pauses = true;
            loop.schedule(this::goOn, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void goOn() {
        pauses = false;
        pump();
    }

    // from the kept link

    @Override
    public void onOpen(RelayLink opened) {
        link = opened;
        pauses = false;
        client.listener().onOpen(opened);
        pump();
    }

    @Override
    public void onMessage(RelayLink from, Delivery delivery) {
        client.onMessage(from, delivery);
    }

    @Override
    public void onGap(RelayLink from, Inbound.Gap gap) {
        client.listener().onGap(from, gap);
    }

    @Override
    public void onRefusal(RelayLink from, Inbound.Refusal refusal) {
        client.listener().onRefusal(from, refusal);
    }

    @Override
    public void onDrain(RelayLink from, Inbound.Drain drain) {
        client.listener().onDrain(from, drain);
    }

    @Override
    public void onEnded(RelayLink ended, String why, CloseCode.Next next) {
        if (ended.equals(link)) {
            link = null;
        }
        client.listener().onEnded(ended, why, next);
    }

    @Override
    public void onNotOpened(RelayException failure) {
        client.listener().onNotOpened(failure);
    }

    @Override
    public void onStayingAway(String why) {
        staysAway = true;
        stop();
        outbox.onStayingAway(this);
        client.listener().onStayingAway(why);
    }

    @Override
    public boolean mayMoveTo(URI alternative) {
        return !client.has(alternative) && client.listener().mayMoveTo(alternative);
    }
}
