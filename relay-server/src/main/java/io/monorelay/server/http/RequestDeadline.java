package io.monorelay.server.http;

import io.monorelay.metrics.Counters;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.channel.Live;
import io.monorelay.server.channel.Liveness;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose next request is not complete in time: from the first byte on a request may take so long,
 * however slowly its bytes come; and between two requests a connection may be idle for so long. The time that the relay
 * takes for its answer is its own; when that becomes as long as a request may take, it is said by an {@link Overdue}.
 *
 * <p>Being there for as long as a connection is no session, it is also what stands for such a connection in the list of all.
 */
public final class RequestDeadline extends ChannelInboundHandlerAdapter implements Live {
    /** The event that an answer takes too long. */
    enum Overdue {
        ANSWER
    }

    private static final byte[] TIMED_OUT =
            HttpReply.raw(Fault.REQUEST_TIMEOUT, "the request was not complete in time");

    // fixed after construction
    private final Duration request;
    private final Duration keepAlive;
    private final Counters<Fault> faults;
    private final Channel channel;
    private final Liveness liveness;
    private final long id = Peer.nextId();
    private final long openedNanos = System.nanoTime();

    // owned by the event loop
    private int place = NOWHERE;
    private boolean inRequest;
    private boolean answerDue;
    private boolean answeredBefore;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Future<?> timer;

    /**
     * @param liveness of the event loop of the channel
     */
    public RequestDeadline(
            Channel channel, Duration request, Duration keepAlive, Liveness liveness, Counters<Fault> faults) {
        this.channel = channel;
        this.request = request;
        this.keepAlive = keepAlive;
        this.liveness = liveness;
        this.faults = faults;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext own) {
        ctx = own;
        liveness.addRequests(this);
        setTimer(request);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext own) {
        cancelTimer();
        liveness.removeRequests(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext own, Object message) {
        if (!inRequest && !answerDue) {
            inRequest = true;
            if (answeredBefore) {
                setTimer(request);
            }
        }
        own.fireChannelRead(message);
    }

    /** The next request is looked at, which came while the one before it was not answered. */
    void onBegun() {
        inRequest = true;
        setTimer(request);
    }

    /** A request is complete, and its answer takes a while. */
    void onAnswerDue() {
        answerDue = true;
        setTimer(request);
    }

    /** A request has been answered: from now on the connection is idle. */
    void onAnswered() {
        inRequest = false;
        answerDue = false;
        answeredBefore = true;
        setTimer(keepAlive);
    }

    private void setTimer(Duration fromNow) {
        cancelTimer();
        ChannelHandlerContext own = ctx;
        if (own == null) {
            throw new IllegalStateException("a deadline that is in no pipeline");
        }
        timer = own.executor().schedule(() -> onTimer(own), fromNow.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void cancelTimer() {
        Future<?> set = timer;
        if (set != null) {
            set.cancel(false);
        }
    }

    private void onTimer(ChannelHandlerContext own) {
        if (answerDue) {
            own.fireUserEventTriggered(Overdue.ANSWER);
        } else if (inRequest) {
            faults.increment(Fault.REQUEST_TIMEOUT);
            own.writeAndFlush(own.alloc().buffer(TIMED_OUT.length).writeBytes(TIMED_OUT))
                    .addListener(ChannelFutureListener.CLOSE);
        } else {
            own.close();
        }
    }

    // in the list of all connections

    @Override
    public Channel channel() {
        return channel;
    }

    /** There is no way to say why to somebody who has asked nothing. */
    @Override
    public void close(CloseCode code, String reason) {
        channel.close();
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Protocol protocol() {
        return Protocol.HTTP;
    }

    @Override
    public @Nullable NodeKey key() {
        return null;
    }

    @Override
    public int secondsOpen() {
        return (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - openedNanos);
    }

    @Override
    public int place() {
        return place;
    }

    @Override
    public void moveTo(int newPlace) {
        place = newPlace;
    }
}
