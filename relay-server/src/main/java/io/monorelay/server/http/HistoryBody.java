package io.monorelay.server.http;

import io.monorelay.protocol.MessageId;
import io.monorelay.store.Page;
import io.monorelay.store.StoredMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** Writes stored messages as JSON, their own text as it was signed. */
final class HistoryBody {
    /** What a message has beside its members, and a page beside its messages. */
    private static final int BYTES_BESIDE = 128;

    private HistoryBody() {}

    /** One message. */
    static ByteBuf of(StoredMessage message) {
        ByteBuf body = Unpooled.buffer(message.members().length + BYTES_BESIDE);
        write(message, body);
        return body;
    }

    /** A page of them. */
    static ByteBuf of(Page page, long after) {
        int size = BYTES_BESIDE;
        for (StoredMessage message : page.messages()) {
            size += message.members().length + BYTES_BESIDE;
        }
        ByteBuf body = Unpooled.buffer(size);
        ascii(body, "{\"messages\":[");
        String separator = "";
        for (StoredMessage message : page.messages()) {
            ascii(body, separator);
            write(message, body);
            separator = ",";
        }
        ascii(body, "],\"next\":" + page.next());
        if (page.removedThrough() > after) {
            ascii(body, ",\"removed_through\":" + page.removedThrough());
        }
        ascii(body, "}");
        return body;
    }

    /** The page of whoever has everything. */
    static ByteBuf nothingAfter(long after) {
        ByteBuf body = Unpooled.buffer(BYTES_BESIDE);
        ascii(body, "{\"messages\":[],\"next\":" + after + "}");
        return body;
    }

    private static void write(StoredMessage message, ByteBuf body) {
        byte[] id = new byte[MessageId.HEX_DIGITS];
        message.id().writeHex(id, 0);
        ascii(body, "{\"position\":" + message.position() + ",\"id\":\"");
        body.writeBytes(id);
        ascii(body, "\",");
        body.writeBytes(message.members());
        ascii(body, "}");
    }

    private static void ascii(ByteBuf body, String text) {
        ByteBufUtil.writeAscii(body, text);
    }
}
