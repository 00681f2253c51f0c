package io.monorelay.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognises the upgrade request that clients send, when all of it is there: {@code GET / HTTP/1.1} or {@code /ws}, plain
 * header lines, each that counts once, and no body. Whatever deviates from that, if only by a blank, is not
 * recognised; then the HTTP handlers decide, who know the whole of HTTP and say what is wrong.
 */
public final class UpgradeScanner {
    private static final int MAX_HEAD_BYTES = 2048;
    private static final int LINE_END_BYTES = 2;
    private static final Set<String> REQUEST_LINES = Set.of("GET / HTTP/1.1", "GET /ws HTTP/1.1");
    private static final String ALLOWED_IN_NAMES = "!#$%&'*+-.^_`|~";

    private static final int HOST = 0;
    private static final int UPGRADE = 1;
    private static final int CONNECTION = 2;
    private static final int VERSION = 3;
    private static final int KEY = 4;
    private static final int PROTOCOL = 5;
    private static final List<String> NAMES = List.of(
            "host", "upgrade", "connection", "sec-websocket-version", "sec-websocket-key", "sec-websocket-protocol");

    /**
     * A request with one of these has a body, or wants an answer before it ends. The two keys are of an early draft of
     * WebSocket, whose request has a body without saying so.
     */
    private static final Set<String> NOT_HERE = Set.of(
            "content-length",
            "transfer-encoding",
            "expect",
            "te",
            "trailer",
            "sec-websocket-key1",
            "sec-websocket-key2");

    /** The head without its last line end and the empty line, so that lines are what stands between two line ends. */
    private final String head;

    private final String[] values = {"", "", "", "", "", ""};

    private UpgradeScanner(String head) {
        this.head = head;
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
        UpgradeRequest request =
                new UpgradeScanner(new String(head, 0, length - 2 * LINE_END_BYTES, US_ASCII)).request();
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
        int end = lineEnd(0);
        if (!REQUEST_LINES.contains(head.substring(0, end))) {
            return null;
        }
        while (end < head.length()) {
            int start = end + LINE_END_BYTES;
            end = lineEnd(start);
            if (!header(head.substring(start, end))) {
                return null;
            }
        }
        boolean complete = !values[HOST].isEmpty()
                && values[UPGRADE].equalsIgnoreCase("websocket")
                && values[CONNECTION].equalsIgnoreCase("upgrade")
                && values[VERSION].equals("13")
                && UpgradeRequest.isKey(values[KEY])
                && values[PROTOCOL].indexOf(',') < 0;
        return complete ? new UpgradeRequest(values[KEY], values[PROTOCOL].equals(UpgradeRequest.V2_PROTOCOL)) : null;
    }

    private int lineEnd(int from) {
        int end = head.indexOf('\r', from);
        return end < 0 ? head.length() : end;
    }

    /** Takes one header line; returns false when it is none, or one that the HTTP handlers should see. */
    private boolean header(String line) {
        int colon = line.indexOf(':');
        if (colon <= 0 || !isName(line, colon)) {
            return false;
        }
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        int index = NAMES.indexOf(name);
        if (index < 0) {
            return !NOT_HERE.contains(name);
        }
        boolean first = values[index].isEmpty();
        values[index] = line.substring(colon + 1).trim();
        return first && !values[index].isEmpty();
    }

    private static boolean isName(String line, int end) {
        for (int i = 0; i < end; i++) {
            char c = line.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean digit = c >= '0' && c <= '9';
            if (!letter && !digit && ALLOWED_IN_NAMES.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }
}
