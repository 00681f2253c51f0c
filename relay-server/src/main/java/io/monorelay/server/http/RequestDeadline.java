package io.monorelay.server.http;

import io.monorelay.metrics.Drop;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.channel.Live;
import io.monorelay.server.channel.Liveness;
import io.monorelay.server.channel.MemoryBudget.Way;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
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

    private static final byte[] NO_MEMORY =
            HttpReply.raw(Fault.INBOUND_MEMORY, "too many requests are under way to this relay; try again later");

    /** What each read adds to a request that is not complete, beside its buffer. */
    private static final int READ_BYTES = 128;

    // fixed after construction
    private final Duration request;
    private final Duration keepAlive;
    private final RelayMetrics metrics;
    private final Channel channel;
    private final Liveness liveness;
    private final long id = Peer.nextId();
    private final long openedNanos = System.nanoTime();

    // owned by the event loop
    private int place = NOWHERE;
    private boolean inRequest;
    private boolean answerDue;
    private boolean answeredBefore;
    /** Whether parts of further requests wait for an answer before them. */
    private boolean partsWait;

    private long begunNanos;
    private long heldBytes;
    private boolean givenUp;
    private boolean listed;
    private boolean removed;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Future<?> timer;

    /**
     * @param liveness of the event loop of the channel
     */
    public RequestDeadline(
            Channel channel, Duration request, Duration keepAlive, Liveness liveness, RelayMetrics metrics) {
        this.channel = channel;
        this.request = request;
        this.keepAlive = keepAlive;
        this.liveness = liveness;
        this.metrics = metrics;
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
        removed = true;
        liveness.removeRequests(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext own, Object message) {
        if (!inRequest && !answerDue) {
            inRequest = true;
            begunNanos = System.nanoTime();
            if (answeredBefore) {
                setTimer(request);
            }
        }
        // What is left of it afterwards is a slice of this.
        int bytes = message instanceof ByteBuf buffer ? buffer.capacity() + READ_BYTES : 0;
        own.fireChannelRead(message);
        if (!removed && holdsParts()) {
            heldBytes += bytes;
            liveness.memory().touched(this, bytes);
        }
    }

    private boolean holdsParts() {
        return partsWait || (inRequest && !answerDue);
    }

    /** Whether parts of requests wait that were read with the one that is being answered. */
    void onPartsWait(boolean wait) {
        partsWait = wait;
        forgetUnheld();
    }

    private void forgetUnheld() {
        if (!holdsParts()) {
            heldBytes = 0;
        }
    }

    /** The next request is looked at, which came while the one before it was not answered. */
    void onBegun() {
        inRequest = true;
        begunNanos = System.nanoTime();
        setTimer(request);
    }

    /** A request is complete, and its answer takes a while. */
    void onAnswerDue() {
        answerDue = true;
        forgetUnheld();
        setTimer(request);
    }

    /** A request has been answered: from now on the connection is idle. */
    void onAnswered() {
        inRequest = false;
        answerDue = false;
        answeredBefore = true;
        forgetUnheld();
        liveness.memory().touched(this, heldBytes(Way.OUTBOUND));
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
            endWith(TIMED_OUT, Fault.REQUEST_TIMEOUT, own);
        } else {
            own.close();
        }
    }

    private void endWith(byte[] answer, Fault fault, ChannelHandlerContext own) {
        metrics.faults().increment(fault);
        own.writeAndFlush(own.alloc().buffer(answer.length).writeBytes(answer))
                .addListener(ChannelFutureListener.CLOSE);
    }

    // what it holds

    @Override
    public long heldBytes(Way way) {
        if (removed) {
            return 0;
        }
        return switch (way) {
            case INBOUND -> heldBytes;
            case OUTBOUND -> {
                ChannelOutboundBuffer untaken = channel.unsafe().outboundBuffer();
                yield untaken == null ? 0 : untaken.totalPendingWriteBytes();
            }
        };
    }

    /** A request that has been under way for long weighs more. */
    @Override
    public long weight(Way way) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begunNanos);
        return way == Way.INBOUND ? heldBytes(way) * (1 + seconds) : heldBytes(way);
    }

    @Override
    public void giveUp(Way way) {
        ChannelHandlerContext own = ctx;
        if (way == Way.INBOUND && !givenUp && own != null) {
            givenUp = true;
            endWith(NO_MEMORY, Fault.INBOUND_MEMORY, own);
        } else {
            if (!givenUp) {
                metrics.drops().increment(Drop.OUTBOUND_MEMORY);
            }
            channel.close();
        }
    }

    @Override
    public boolean isListed() {
        return listed;
    }

    @Override
    public void list(boolean onList) {
        listed = onList;
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
