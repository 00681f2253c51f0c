package io.monorelay.server.ws;

import io.monorelay.metrics.Drop;
import io.monorelay.metrics.Traffic;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.server.admission.Cost;
import io.monorelay.server.channel.ClientAddress;
import io.monorelay.server.channel.ConnectionFailure;
import io.monorelay.server.channel.LingeringClose;
import io.monorelay.server.channel.Liveness;
import io.monorelay.server.channel.MemoryBudget.Way;
import io.monorelay.websocket.FrameReader;
import io.monorelay.websocket.FrameSink;
import io.monorelay.websocket.FrameWriter;
import io.monorelay.websocket.Role;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted WebSocket: frames in, control frames answered, text handed to its session. It is the only handler that
 * an open WebSocket has. Owned by the event loop of its channel.
 */
public final class WebSocketHandler extends ChannelInboundHandlerAdapter implements Liveness.Watched, FrameSink {
    /** A connection that is silent for so many ping intervals is gone. */
    private static final int SILENT_INTERVALS = 3;

    /** How long the answer to a close frame waits for the receipts of what came before it. */
    private static final int CLOSE_PATIENCE_SECONDS = 3;

    /** So many pings and pongs a second cost nothing. */
    private static final int FREE_CONTROL_FRAMES = 8;

    private static final int MAX_CONTROL_FRAME_BYTES = 128;
    private static final int NEVER = -1;
    private static final byte[] NOTHING = {};
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketHandler.class);

    // fixed after construction
    private final Channel channel;
    private final LoopContext context;
    private final Session session;
    private final FrameReader reader;
    private final int maxMessageSeconds;

    // owned by the event loop
    private int place = NOWHERE;
    private int secondsOpen;
    private int secondsSilent;
    private int secondsInMessage;
    private int secondsToPing;
    private int secondsToClose = NEVER;
    private int closeCode;
    private int controlFrames;
    private boolean closing;
    private boolean pinging;
    private boolean listed;

    public WebSocketHandler(Channel channel, LoopContext context, SocketTerms terms) {
        this.channel = channel;
        this.context = context;
        this.session = terms.v2() ? new V2Session(this, context, terms) : new V1Session(this, context, terms);
        this.reader = new FrameReader(Role.SERVER, terms.maxMessageBytes(), terms.deflate(), this);
        this.maxMessageSeconds = (int) Math.max(1, terms.maxMessageTime().toSeconds());
        this.secondsToPing = session.pingIntervalSeconds();
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public long id() {
        return session.participant().peer().id();
    }

    @Override
    public Protocol protocol() {
        return switch (session) {
            case V1Session v1 -> Protocol.V1;
            case V2Session v2 -> Protocol.V2;
        };
    }

    @Override
    public @Nullable NodeKey key() {
        return session.participant().peer().key();
    }

    @Override
    public int secondsOpen() {
        return secondsOpen;
    }

    /** Begins the session; called once, when nothing that writes is beside it and before anything is read. */
    public void open() {
        context.metrics().traffic().increment(Traffic.WEBSOCKETS_OPENED);
        context.liveness().add(this);
        session.onOpen();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        secondsSilent = 0;
        int bytes = in.readableBytes();
        try {
            reader.read(in);
            if (reader.isWithinMessage()) {
                context.liveness().memory().touched(this, bytes);
            }
        } catch (ProtocolException fault) {
            onFault(fault);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!closing) {
            session.participant().onReadComplete();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
        context.liveness().remove(this);
        context.metrics().traffic().increment(Traffic.WEBSOCKETS_CLOSED);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionFailure.note(channel, cause, context.metrics());
        end();
        ctx.close();
    }

    @Override
    public void onText(byte[] payload) {
        secondsInMessage = 0;
        session.onText(payload);
    }

    @Override
    public void onPing(byte[] payload) {
        ByteBuf pong = controlFrame();
        FrameWriter.writePong(pong, payload);
        session.participant().onControlReply(pong);
        onControlFrame();
    }

    @Override
    public void onPong(byte[] payload) {
        // That something came is what counts, and channelRead has seen that.
        onControlFrame();
    }

    /** More of them than show that somebody is there are to be paid for. */
    private void onControlFrame() {
        if (++controlFrames > FREE_CONTROL_FRAMES) {
            session.participant().pay(Cost.CONTROL_FRAME);
        }
    }

    @Override
    public long payForPage() {
        return session.participant().spending().budget().tryPayAtLeisure(Cost.PAGE);
    }

    @Override
    public void onClose(int code, String reason) {
        // A node that publishes and leaves at once has its receipts before the answer.
        closeWhenSettled(code, "");
    }

    private void closeWhenSettled(int code, String reason) {
        closeCode = code;
        secondsToClose = CLOSE_PATIENCE_SECONDS;
        session.participant().whenSettled(() -> sendClose(code, reason));
    }

    @Override
    public boolean askToMove(Inbound.Drain drain) {
        return !closing && session.askToMove(drain);
    }

    @Override
    public void dismiss(CloseCode code, String reason) {
        if (!closing && secondsToClose == NEVER) {
            reader.stop();
            context.metrics().closes().increment(code);
            closeWhenSettled(code.code(), reason);
        }
    }

    private void onFault(ProtocolException fault) {
        context.metrics().faults().increment(fault.fault());
        LOG.debug("{}: {}: {}", ClientAddress.text(channel), fault.fault(), fault.info());
        close(fault.fault().closeCode(), fault.info());
    }

    @Override
    public void close(CloseCode code, String reason) {
        if (!closing) {
            context.metrics().closes().increment(code);
            sendClose(code.code(), reason);
        }
    }

    /** Whether the session may still begin something. */
    boolean isOpen() {
        return !closing && channel.isActive();
    }

    private void sendClose(int code, String reason) {
        if (closing) {
            return;
        }
        session.participant().onClosing();
        end();
        ByteBuf close = controlFrame();
        FrameWriter.writeClose(close, code, reason);
        LingeringClose.after(close, channel);
    }

    /** Takes the session out of everything; the channel may live a little longer. */
    private void end() {
        if (!closing) {
            closing = true;
            reader.stop();
            session.participant().leave();
        }
    }

    private ByteBuf controlFrame() {
        return channel.alloc().directBuffer(MAX_CONTROL_FRAME_BYTES);
    }

    @Override
    public int place() {
        return place;
    }

    @Override
    public void moveTo(int newPlace) {
        place = newPlace;
    }

    @Override
    public void onSecond() {
        if (closing) {
            return;
        }
        secondsOpen++;
        secondsSilent++;
        controlFrames = 0;
        if (secondsToClose != NEVER && --secondsToClose <= 0) {
            sendClose(closeCode, "");
        } else if (!session.isInTime(secondsOpen)) {
            onFault(new ProtocolException(Fault.HANDSHAKE_TIMEOUT, "no handshake within " + (secondsOpen - 1) + " s"));
        } else if (!isMessageInTime()) {
            onFault(new ProtocolException(
                    Fault.MESSAGE_TIMEOUT, "a message was not complete within " + (secondsInMessage - 1) + " s"));
        } else if (secondsSilent > SILENT_INTERVALS * session.pingIntervalSeconds()) {
            close(CloseCode.SILENT, "nothing received for " + (secondsSilent - 1) + " s, not even a pong");
        } else if (--secondsToPing <= 0) {
            secondsToPing = session.pingIntervalSeconds();
            ping();
        }
    }

    /** A message is as long under way as it is read; not while the relay itself does not read. */
    private boolean isMessageInTime() {
        if (!reader.isWithinMessage()) {
            secondsInMessage = 0;
        } else if (channel.config().isAutoRead()) {
            secondsInMessage++;
        }
        return secondsInMessage <= maxMessageSeconds;
    }

    private void ping() {
        // To a peer that takes nothing, one that waits says as much as many.
        if (!pinging) {
            pinging = true;
            ByteBuf frame = controlFrame();
            FrameWriter.writePing(frame, NOTHING);
            channel.writeAndFlush(frame).addListener(gone -> pinging = false);
        }
    }

    // what it holds

    @Override
    public void onUntaken(int bytes) {
        context.liveness().memory().touched(this, bytes);
    }

    @Override
    public long heldBytes(Way way) {
        return switch (way) {
            case INBOUND -> reader.heldBytes();
            case OUTBOUND ->
                session.participant().peer().heldBytes(channel.pipeline().first() instanceof SslHandler);
        };
    }

    /** Who sends a large message in a second is not closed before those that have been at it for longer. */
    @Override
    public long weight(Way way) {
        return way == Way.INBOUND ? heldBytes(way) * (1L + secondsInMessage) : heldBytes(way);
    }

    @Override
    public void giveUp(Way way) {
        switch (way) {
            case INBOUND ->
                onFault(new ProtocolException(
                        Fault.INBOUND_MEMORY, "too many messages are under way to this relay; try again later"));
            case OUTBOUND -> cutOff();
        }
    }

    /** What waits for the other side would keep it from hearing why. */
    private void cutOff() {
        if (!closing) {
            context.metrics().drops().increment(Drop.OUTBOUND_MEMORY);
            context.metrics().closes().increment(CloseCode.TOO_SLOW);
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
}
