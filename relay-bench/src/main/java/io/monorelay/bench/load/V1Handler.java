package io.monorelay.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.websocket.FrameReader;
import io.monorelay.websocket.FrameSink;
import io.monorelay.websocket.FrameWriter;
import io.monorelay.websocket.Role;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;

/** The connection of an original node: its upgrade, then its frames. Belongs to the event loop of its channel. */
final class V1Handler extends ChannelInboundHandlerAdapter implements FrameSink {
    private static final int MAX_HEAD_BYTES = 4096;
    private static final int MAX_FRAME_BYTES = 4 << 20;
    private static final int MAX_HEADER_BYTES = 14;
    private static final String END_OF_HEAD = "\r\n\r\n";

    private final V1Node node;
    private final String host;
    private final FrameReader reader = new FrameReader(Role.CLIENT, MAX_FRAME_BYTES, this);
    private final StringBuilder head = new StringBuilder();
    private boolean upgraded;
    private boolean flushDue;
    private Channel channel;

    @SuppressWarnings("NullAway.Init") // the channel comes first of all
    V1Handler(V1Node node, String host) {
        this.node = node;
        this.host = host;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        String request = "GET / HTTP/1.1\r\nHost: " + host
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Version: 13" + END_OF_HEAD;
        ctx.writeAndFlush(Unpooled.copiedBuffer(request, US_ASCII));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws ProtocolException {
        ByteBuf in = (ByteBuf) message;
        try {
            if (!upgraded) {
                readHead(in);
            }
            if (upgraded) {
                reader.read(in);
            }
        } finally {
            in.release();
        }
    }

    private void readHead(ByteBuf in) {
        while (in.isReadable() && !upgraded) {
            head.append((char) in.readUnsignedByte());
            upgraded = head.length() >= END_OF_HEAD.length() && head.lastIndexOf(END_OF_HEAD) >= 0;
            if (head.length() > MAX_HEAD_BYTES) {
                channel.close();
                return;
            }
        }
        if (upgraded && head.indexOf("HTTP/1.1 101 ") == 0) {
            node.onOpen(this);
        } else if (upgraded) {
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        node.onEnded(
                upgraded
                        ? "the connection ended"
                        : head.toString().lines().findFirst().orElse("no answer"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            ctx.fireExceptionCaught(cause);
        }
        ctx.close();
    }

    /** Sends a text, together with what else is sent before this event loop comes round again. */
    void send(byte[] text) {
        ByteBuf frame = channel.alloc().ioBuffer(MAX_HEADER_BYTES + text.length);
        FrameWriter.writeMaskedText(frame, text, mask());
        channel.write(frame, channel.voidPromise());
        if (!flushDue) {
            flushDue = true;
            channel.eventLoop().execute(this::flush);
        }
    }

    private void flush() {
        flushDue = false;
        channel.flush();
    }

    /** Says goodbye; the relay ends the connection. */
    void leave() {
        close(CloseCode.NORMAL.code());
    }

    private void close(int code) {
        ByteBuf frame = channel.alloc().ioBuffer();
        FrameWriter.writeMaskedClose(frame, code, "", mask());
        channel.writeAndFlush(frame, channel.voidPromise());
    }

    private static int mask() {
        return ThreadLocalRandom.current().nextInt();
    }

    // from the frame reader

    @Override
    public void onText(byte[] text) {
        node.onText(this, text);
    }

    @Override
    public void onPing(byte[] payload) {
        ByteBuf frame = channel.alloc().ioBuffer(MAX_HEADER_BYTES + payload.length);
        FrameWriter.writeMaskedPong(frame, payload, mask());
        channel.writeAndFlush(frame, channel.voidPromise());
    }

    @Override
    public void onPong(byte[] payload) {
        // Nobody pinged.
    }

    @Override
    public void onClose(int code, String reason) {
        close(code == FrameReader.NO_CODE ? CloseCode.NORMAL.code() : code);
        channel.close();
    }
}
