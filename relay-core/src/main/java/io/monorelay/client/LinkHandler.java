package io.monorelay.client;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.websocket.FrameReader;
import io.monorelay.websocket.FrameSink;
import io.monorelay.websocket.FrameWriter;
import io.monorelay.websocket.Role;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The WebSocket of one link: frames in and out, pings, silence and the closing handshake. What the texts mean is the
 * session's business.
 *
 * <p>All methods but {@link #eventLoop} belong to the event loop of the channel.
 */
final class LinkHandler extends ChannelInboundHandlerAdapter implements FrameSink {
    /** What a link ends with that broke without a Close (RFC 6455, section 7.1.5); never on the wire. */
    static final int BROKEN = 1006;

    private static final Logger LOG = LoggerFactory.getLogger(LinkHandler.class);
    private static final int MAX_HEADER_BYTES = 14;
    private static final byte[] EMPTY = {};

    // fixed after construction
    private final Channel channel;
    private final LinkSession session;
    private final FrameReader reader;
    private final Heartbeat heartbeat;

    // owned by the event loop
    private final MaskingKeys keys = new MaskingKeys();
    private @Nullable ScheduledFuture<?> nextBeat;
    private long pingedAtNanos;
    private boolean pongDue;
    private boolean flushDue;
    private boolean closing;
    private int endCode = BROKEN;
    private String endReason = "the connection broke";

    LinkHandler(Channel channel, LinkSession session, boolean deflate) {
        this.channel = channel;
        this.session = session;
        reader = new FrameReader(Role.CLIENT, session.limits().maxFrameBytes(), deflate, this);
        heartbeat = new Heartbeat(session.limits().silence(), nanoTime());
    }

    /** Where everything else of this handler is to be called. Any thread. */
    EventLoop eventLoop() {
        return channel.eventLoop();
    }

    // what the session asks for

    /** Sends a text frame, together with what else is sent before this event loop comes round again. */
    void send(byte[] text) {
        assert eventLoop().inEventLoop();
        if (closing) {
            // Nothing follows a Close (RFC 6455, section 5.5.1); what is waited for fails with the end of the link.
            return;
        }
        ByteBuf frame = channel.alloc().ioBuffer(MAX_HEADER_BYTES + text.length);
        FrameWriter.writeMaskedText(frame, text, keys.next());
        channel.write(frame, channel.voidPromise());
        if (!flushDue) {
            flushDue = true;
            eventLoop().execute(this::flush);
        }
    }

    /** The relay pings that often: from now on it is held to that. */
    void expectPingsEvery(Duration interval) {
        assert eventLoop().inEventLoop();
        heartbeat.shortenTo(interval);
        scheduleBeat();
    }

    /** Stops taking anything from the relay, or begins again; a relay that is not listened to is not silent. */
    void read(boolean wanted) {
        assert eventLoop().inEventLoop();
        heartbeat.heard(nanoTime());
        channel.config().setAutoRead(wanted);
    }

    /** Begins the closing handshake; the connection ends with its end, or when its time is over. */
    void close(int code, String reason) {
        assert eventLoop().inEventLoop();
        if (closing) {
            return;
        }
        sendClose(code, reason);
        // The relay's answer is waited for, and must be read for that.
        channel.config().setAutoRead(true);
        eventLoop().schedule(() -> channel.close(), session.limits().close().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void sendClose(int code, String reason) {
        closing = true;
        endCode = code;
        endReason = reason;
        ByteBuf frame = channel.alloc().ioBuffer();
        FrameWriter.writeMaskedClose(frame, code, reason, keys.next());
        channel.writeAndFlush(frame, channel.voidPromise());
    }

    // from the network

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        scheduleBeat();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            heartbeat.heard(nanoTime());
            reader.read(in);
        } catch (ProtocolException fault) {
            closeFor(fault);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        session.onEnded(endCode, endReason);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error(
                    "{}: the link is closed because of a failure on this side",
                    session.address().uri(),
                    cause);
            close(CloseCode.INTERNAL_ERROR.code(), "");
            return;
        }
        if (!closing) {
            endReason = "the connection broke: " + cause.getMessage();
        }
        channel.close();
    }

    // from the frame reader

    @Override
    public void onText(byte[] text) {
        if (closing) {
            return;
        }
        try {
            session.onText(this, text);
        } catch (ProtocolException fault) {
            closeFor(fault);
        }
    }

    @Override
    public void onPing(byte[] payload) {
        if (!closing) {
            ByteBuf frame = channel.alloc().ioBuffer(MAX_HEADER_BYTES + payload.length);
            FrameWriter.writeMaskedPong(frame, payload, keys.next());
            channel.writeAndFlush(frame, channel.voidPromise());
        }
    }

    @Override
    public void onPong(byte[] payload) {
        if (pongDue) {
            pongDue = false;
            session.onRoundTrip(nanoTime() - pingedAtNanos);
        }
    }

    @Override
    public void onClose(int code, String reason) {
        // The server ends the TCP connection (RFC 6455, section 7.1.1); an answer to our own Close needs no answer.
        close(code, reason);
    }

    // silence

    private void scheduleBeat() {
        ScheduledFuture<?> before = nextBeat;
        if (before != null) {
            before.cancel(false);
        }
        nextBeat = eventLoop().schedule(this::onBeat, heartbeat.nextNanos(nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void onBeat() {
        if (closing || !channel.isActive()) {
            return;
        }
        if (!channel.config().isAutoRead()) {
            heartbeat.heard(nanoTime());
        }
        switch (heartbeat.beat(nanoTime())) {
            case WAIT -> scheduleBeat();
            case PING -> {
                ping();
                scheduleBeat();
            }
            case GIVE_UP -> giveUp();
        }
    }

    private void ping() {
        pongDue = true;
        pingedAtNanos = nanoTime();
        ByteBuf frame = channel.alloc().ioBuffer(MAX_HEADER_BYTES);
        FrameWriter.writeMaskedPing(frame, EMPTY, keys.next());
        channel.writeAndFlush(frame, channel.voidPromise());
    }

    /** Who says nothing does not answer a Close either, which is sent for the case that it can hear. */
    private void giveUp() {
        sendClose(
                CloseCode.SILENT.code(),
                "nothing was heard for " + 2 * heartbeat.interval().toMillis() + " ms");
        channel.close();
    }

    private void closeFor(ProtocolException fault) {
        reader.stop();
        close(fault.fault().closeCode().code(), fault.info());
    }

    private void flush() {
        flushDue = false;
        channel.flush();
    }

    private long nanoTime() {
        return channel.eventLoop().ticker().nanoTime();
    }
}
