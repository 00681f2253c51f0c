package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.monorelay.protocol.ProtocolException;
import io.monorelay.websocket.PermessageDeflate;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the upgrade request that clients send, when all of it is there: {@code GET / HTTP/1.1} or {@code /ws}, plain
 * header lines, each that counts once, and no body. Whatever deviates from that, if only by a blank, is not
 * recognised; then the HTTP handlers decide, who know the whole of HTTP and say what is wrong.
 */
public final class UpgradeScanner {
    private static final int MAX_HEAD_BYTES = 2048;
    private static final int LINE_END_BYTES = 2;
    private static final int LOWER_CASE = 0x20;
    private static final byte[][] REQUEST_LINES = ascii("GET / HTTP/1.1", "GET /ws HTTP/1.1");
    private static final boolean[] ALLOWED_IN_NAMES = tokenCharacters();

    private static final int HOST = 0;
    private static final int UPGRADE = 1;
    private static final int CONNECTION = 2;
    private static final int VERSION = 3;
    private static final int KEY = 4;
    private static final int PROTOCOL = 5;
    private static final int EXTENSIONS = 6;
    private static final byte[][] NAMES = ascii(
            "host",
            "upgrade",
            "connection",
            "sec-websocket-version",
            "sec-websocket-key",
            "sec-websocket-protocol",
            "sec-websocket-extensions");

    /**
     * A request with one of these has a body, or wants an answer before it ends. The two keys are of an early draft of
     * WebSocket, whose request has a body without saying so.
     */
    private static final byte[][] NOT_HERE = ascii(
            "content-length",
            "transfer-encoding",
            "expect",
            "te",
            "trailer",
            "sec-websocket-key1",
            "sec-websocket-key2");

    private final byte[] head;

    /** Where the last line of the head ends, so that lines are what stands between two line ends. */
    private final int end;

    private final String[] values = {"", "", "", "", "", "", ""};

    private UpgradeScanner(byte[] head) {
        this.head = head;
        this.end = head.length - 2 * LINE_END_BYTES;
    }

    private static byte[][] ascii(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(US_ASCII)).toArray(byte[][]::new);
    }

    /** What a header's name may consist of (RFC 9110, section 5.6.2). */
    private static boolean[] tokenCharacters() {
        boolean[] allowed = new boolean[Byte.MAX_VALUE + 1];
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                .chars()
                .forEach(character -> allowed[character] = true);
        return allowed;
    }

    /**
     * Consumes the request if it is recognised, and nothing otherwise.
     *
     * @return the request, or null
     */
    public static @Nullable UpgradeRequest scan(ByteBuf start) {
        int length = headLength(start);
        if (length < 0) {
            return null;
        }
        byte[] head = new byte[length];
        start.getBytes(start.readerIndex(), head);
        if (!isPlain(head)) {
            return null;
        }
        UpgradeRequest request = new UpgradeScanner(head).request();
        if (request != null) {
            start.skipBytes(length);
        }
        return request;
    }

    /** Up to the end of the first empty line, or -1. */
    private static int headLength(ByteBuf start) {
        int from = start.readerIndex();
        int end = from + Math.min(start.readableBytes(), MAX_HEAD_BYTES);
        if (end - from < 16 || start.getByte(from) != 'G') {
            return -1;
        }
        for (int i = from + 3; i < end; i++) {
            if (start.getByte(i) == '\n' && start.getInt(i - 3) == 0x0d0a0d0a) {
                return i + 1 - from;
            }
        }
        return -1;
    }

    /** Printable ASCII alone, and lines that end with CR and LF together. */
    private static boolean isPlain(byte[] head) {
        int i = 0;
        while (i < head.length) {
            boolean lineEnd = head[i] == '\r' && head[i + 1] == '\n';
            if (!lineEnd && (head[i] < ' ' || head[i] > '~')) {
                return false;
            }
            i += lineEnd ? 2 : 1;
        }
        return true;
    }

    private @Nullable UpgradeRequest request() {
        int lineEnd = lineEnd(0);
        if (!isRequestLine(lineEnd)) {
            return null;
        }
        while (lineEnd < end) {
            int start = lineEnd + LINE_END_BYTES;
            lineEnd = lineEnd(start);
            if (!header(start, lineEnd)) {
                return null;
            }
        }
        boolean complete = !values[HOST].isEmpty()
                && values[UPGRADE].equalsIgnoreCase("websocket")
                && values[CONNECTION].equalsIgnoreCase("upgrade")
                && values[VERSION].equals("13")
                && UpgradeRequest.isKey(values[KEY])
                && values[PROTOCOL].indexOf(',') < 0;
        return complete ? withExtension(values[PROTOCOL].equals(UpgradeRequest.V2_PROTOCOL)) : null;
    }

    private @Nullable UpgradeRequest withExtension(boolean v2) {
        String offers = values[EXTENSIONS];
        try {
            String extension = offers.isEmpty() ? null : PermessageDeflate.answerTo(offers);
            return new UpgradeRequest(values[KEY], v2, extension);
        } catch (ProtocolException malformed) {
            return null;
        }
    }

    private int lineEnd(int from) {
        int i = from;
        while (i < end && head[i] != '\r') {
            i++;
        }
        return i;
    }

    private boolean isRequestLine(int lineEnd) {
        for (byte[] line : REQUEST_LINES) {
            if (Arrays.equals(head, 0, lineEnd, line, 0, line.length)) {
                return true;
            }
        }
        return false;
    }

    /** Takes one header line; returns false when it is none, or one that the HTTP handlers should see. */
    private boolean header(int start, int lineEnd) {
        int colon = start;
        while (colon < lineEnd && ALLOWED_IN_NAMES[head[colon]]) {
            colon++;
        }
        if (colon == start || colon == lineEnd || head[colon] != ':') {
            return false;
        }
        int index = indexIn(NAMES, start, colon);
        if (index < 0) {
            return indexIn(NOT_HERE, start, colon) < 0;
        }
        boolean first = values[index].isEmpty();
        values[index] = new String(head, colon + 1, lineEnd - colon - 1, US_ASCII).trim();
        return first && !values[index].isEmpty();
    }

    /** Which of these names, all in lower case, stands there in any case; or -1. */
    private int indexIn(byte[][] names, int start, int colon) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].length == colon - start && isThere(names[i], start)) {
                return i;
            }
        }
        return -1;
    }

    /** For what consists of letters, digits and hyphens alone, whose bit for lower case changes no other character. */
    private boolean isThere(byte[] name, int start) {
        for (int i = 0; i < name.length; i++) {
            if ((head[start + i] | LOWER_CASE) != name[i]) {
                return false;
            }
        }
        return true;
    }
}
