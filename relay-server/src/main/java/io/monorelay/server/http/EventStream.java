package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.fanout.LoopFanout;
import io.monorelay.fanout.Resume;
import io.monorelay.fanout.Subscriber;
import io.monorelay.metrics.Drop;
import io.monorelay.metrics.RelayMetrics;
import io.monorelay.metrics.Traffic;
import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.Peer;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.NodeKey;
import io.monorelay.server.admission.Budget;
import io.monorelay.server.admission.Budgets;
import io.monorelay.server.admission.Cost;
import io.monorelay.server.channel.ClientAddress;
import io.monorelay.server.channel.ConnectionFailure;
import io.monorelay.server.channel.LingeringClose;
import io.monorelay.server.channel.Liveness;
import io.monorelay.server.channel.MemoryBudget.Way;
import io.monorelay.store.Selection;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One connection that is answered with server-sent events (WHATWG HTML, section 9.2) until one side ends it. The events
 * come from the fan-out, as the frames of a WebSocket do, so the body has no length and no chunks: it ends with the
 * connection. It is the only handler of that connection, and owned by its event loop.
 */
public final class EventStream extends ChannelInboundHandlerAdapter implements Liveness.Watched {
    /**
     * What the streams of one event loop work with.
     *
     * @param heartbeat in whole seconds, how often a stream shows that it is there when it has nothing to say
     * @param streamed messages that are addressed to this key are in the stream too; null for none. A stream that has such
     *     is for no page of another site.
     */
    public record Source(
            LoopFanout fanout,
            Liveness liveness,
            Budgets budgets,
            RelayMetrics metrics,
            Duration heartbeat,
            @Nullable NodeKey streamed) {}

    /** A reader whose system has not taken what was sent for so many heartbeats is gone. */
    public static final int SILENT_HEARTBEATS = 3;

    /** The time after which a reader comes back is different for each, so that not all of them come at once. */
    private static final int MIN_RETRY_MILLIS = 1000;

    private static final int RETRY_SPREAD_MILLIS = 4000;

    /** Prime to the spread, so that neighbours are far apart and all times are used. */
    private static final int RETRY_STEP_MILLIS = 1237;

    /** So many seconds in a row a reader may get more than it can pay for. */
    private static final int MAX_SECONDS_OVER_BUDGET = 60;

    private static final byte[] HEARTBEAT = ":\n\n".getBytes(UTF_8);

    // fixed after construction
    private final Channel channel;
    private final Source source;
    private final Peer peer;
    private final Budget budget;

    // owned by the event loop
    private @Nullable Subscriber subscriber;
    private int place = NOWHERE;
    private int secondsOpen;
    private int secondsOverBudget;
    private long secondsToHeartbeat;
    private long paidMessages;
    private long paidBytes;
    private boolean closing;
    private boolean listed;

    public EventStream(Channel channel, Source source) {
        this.channel = channel;
        this.source = source;
        peer = new Peer(this, FrameFormat.EVENTS);
        budget = source.budgets().ofConnection(ClientAddress.of(channel).getAddress());
        secondsToHeartbeat = source.heartbeat().toSeconds();
    }

    /** Answers, and lets the reader take part; called once, when this is the only handler. */
    public void open(StreamRequest request) {
        source.metrics().traffic().increment(Traffic.STREAMS_OPENED);
        source.liveness().add(this);
        // What came before this request may have stopped it.
        channel.config().setAutoRead(true);
        NodeKey streamed = source.streamed();
        if (streamed != null) {
            peer.proven(streamed);
        }
        paidMessages = source.fanout().position();
        paidBytes = source.fanout().bytesPassed();
        OptionalLong after = request.after();
        long from = after.isPresent()
                ? Math.min(after.getAsLong(), source.fanout().lastPosition())
                : source.fanout().position();
        channel.writeAndFlush(Unpooled.wrappedBuffer(head(from).getBytes(UTF_8)), channel.voidPromise());
        subscriber = after.isPresent()
                ? source.fanout().joinReplaying(peer, new Resume(from, new Selection(true, streamed, null, null)))
                : source.fanout().join(peer);
    }

    /**
     * With an id at once, so that a reader whose connection ends before the first event goes on from here; and a header
     * for nginx, which would gather what comes before it passes it on.
     */
    private String head(long from) {
        String readers = source.streamed() == null ? "Access-Control-Allow-Origin: *\r\n" : "";
        long retry = MIN_RETRY_MILLIS + peer.id() * RETRY_STEP_MILLIS % RETRY_SPREAD_MILLIS;
        return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nConnection: close\r\n"
                + "X-Accel-Buffering: no\r\n" + readers + "\r\nretry: " + retry + "\nid: " + from + "\n\n";
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public long id() {
        return peer.id();
    }

    @Override
    public Protocol protocol() {
        return Protocol.EVENTS;
    }

    /** A reader proves none. */
    @Override
    public @Nullable NodeKey key() {
        return null;
    }

    @Override
    public int secondsOpen() {
        return secondsOpen;
    }

    /** Nothing that a reader sends after its request means anything. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
        source.liveness().remove(this);
        source.metrics().traffic().increment(Traffic.STREAMS_CLOSED);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFailure.note(channel, cause, source.metrics());
        if (!closing && ConnectionFailure.isOfSilence(cause)) {
            source.metrics().closes().increment(CloseCode.SILENT);
        }
        end();
        ctx.close();
    }

    /** What is a close frame on a WebSocket is a comment here, for people. A reader comes back by itself. */
    @Override
    public void close(CloseCode code, String reason) {
        if (closing) {
            return;
        }
        source.metrics().closes().increment(code);
        end();
        String comment = ": " + code.code() + " " + reason + "\n\n";
        LingeringClose.after(Unpooled.wrappedBuffer(comment.getBytes(UTF_8)), channel);
    }

    /** Its reader comes back by itself, and the head of a stream says when. */
    @Override
    public boolean askToMove(Inbound.Drain drain) {
        return false;
    }

    @Override
    public void dismiss(CloseCode code, String reason) {
        close(code, reason);
    }

    private void end() {
        closing = true;
        Subscriber joined = subscriber;
        subscriber = null;
        if (joined != null) {
            source.fanout().leave(joined);
        }
        peer.discardReplies();
    }

    @Override
    public void onSecond() {
        secondsOpen++;
        payForEvents();
        if (--secondsToHeartbeat > 0) {
            return;
        }
        secondsToHeartbeat = source.heartbeat().toSeconds();
        if (!closing && peer.isIdle()) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(HEARTBEAT), channel.voidPromise());
        }
    }

    // what it holds

    @Override
    public void onUntaken(int bytes) {
        source.liveness().memory().touched(this, bytes);
    }

    /** Nothing of what comes is kept. */
    @Override
    public long heldBytes(Way way) {
        return way == Way.INBOUND ? 0 : peer.heldBytes(channel.pipeline().first() instanceof SslHandler);
    }

    /** What waits for the other side would keep it from hearing why. */
    @Override
    public void giveUp(Way way) {
        if (!closing) {
            source.metrics().drops().increment(Drop.OUTBOUND_MEMORY);
            source.metrics().closes().increment(CloseCode.TOO_SLOW);
            end();
        }
        channel.close();
    }

    @Override
    public boolean isListed() {
        return listed;
    }

    @Override
    public void list(boolean onList) {
        listed = onList;
    }

    /** Once a second for all that has come by, which costs the fan-out nothing. */
    private void payForEvents() {
        long messages = source.fanout().position();
        long bytes = source.fanout().bytesPassed();
        long wait = budget.tryPay(Cost.ofDeliveries(messages - paidMessages, bytes - paidBytes));
        paidMessages = messages;
        paidBytes = bytes;
        secondsOverBudget = wait == 0 ? 0 : secondsOverBudget + 1;
        if (secondsOverBudget > MAX_SECONDS_OVER_BUDGET) {
            close(CloseCode.OVER_BUDGET, "more than this relay does for one reader or network; come back later");
        }
    }

    @Override
    public long payForPage() {
        return budget.tryPayAtLeisure(Cost.PAGE);
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
