package io.monorelay.bench.siege;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection that sends any bytes and sees what comes. One thread may write while another reads; both block. */
final class Hostile implements AutoCloseable {
    /** A connection that the relay has ended, in whatever way. */
    static final String ENDED = "ended";

    /** A connection on which nothing more came within the time for that. */
    static final String SILENT = "silent";

    private static final int CONNECT_MILLIS = 5_000;
    private static final int ANSWER_MILLIS = 5_000;
    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final int MAX_BODY_BYTES = 4 << 20;
    private static final int OWN_BUFFER_SIZE = 0;
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]{1,7})\r\n");
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");

    private final Socket socket;
    private final DataInputStream in;
    private final String host;

    private Hostile(Socket socket, String host) throws IOException {
        this.socket = socket;
        this.host = host;
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** Connects from that address. */
    static Hostile dial(Target target, InetAddress from) throws IOException {
        return dial(target.socketAddress(), target.host(), from, OWN_BUFFER_SIZE);
    }

    /** @param receiveBufferBytes what the system takes before it is read */
    static Hostile dial(InetSocketAddress to, String host, InetAddress from, int receiveBufferBytes)
            throws IOException {
        Socket socket = new Socket();
        try {
            if (receiveBufferBytes != OWN_BUFFER_SIZE) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(to, CONNECT_MILLIS);
            return new Hostile(socket, host);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void send(String text) throws IOException {
        send(text.getBytes(ISO_8859_1));
    }

    /** Sends as much as the relay takes before it ends the connection; its answer is what counts. */
    void sendWhatIsTaken(byte[] bytes) {
        try {
            send(bytes);
        } catch (IOException closedByTheRelay) {
            // Told by who reads.
        }
    }

    /** Becomes a WebSocket of session level 1. */
    Hostile upgrade() throws IOException {
        return upgrade("");
    }

    /** Becomes a WebSocket of session level 2. */
    Hostile upgradeV2() throws IOException {
        return upgrade("Sec-WebSocket-Protocol: monorelay.v2\r\n");
    }

    /** @param headers each with its end of line */
    Hostile upgrade(String headers) throws IOException {
        send("GET / HTTP/1.1\r\nHost: " + host
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n");
        int status = statusOf(head());
        if (status != 101) {
            throw new IOException("the upgrade was answered with " + status);
        }
        return this;
    }

    // HTTP

    /** Sends a body. */
    void post(String path, byte[] body) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: " + body.length
                        + "\r\nContent-Type: application/json\r\n\r\n")
                .getBytes(ISO_8859_1));
        request.writeBytes(body);
        send(request.toByteArray());
    }

    void get(String path) throws IOException {
        send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    /** An answer of HTTP. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Answer(int status, byte[] body) {
        /** For people. */
        String text() {
            return "HTTP " + status;
        }
    }

    /** The next answer of HTTP. */
    Answer answer() throws IOException {
        String head = head();
        Matcher length = LENGTH.matcher(head);
        int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
        if (bytes > MAX_BODY_BYTES) {
            throw new IOException("an answer of " + bytes + " bytes");
        }
        byte[] body = new byte[bytes];
        in.readFully(body);
        return new Answer(statusOf(head), body);
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            head.append((char) in.readUnsignedByte());
            if (head.length() > MAX_HEAD_BYTES) {
                throw new IOException("a head without an end");
            }
        }
        return head.toString();
    }

    private static int statusOf(String head) throws IOException {
        Matcher status = STATUS.matcher(head);
        if (!status.lookingAt()) {
            throw new IOException(
                    "no answer of HTTP: " + head.lines().findFirst().orElse(""));
        }
        return Integer.parseInt(status.group(1));
    }

    /** Everything that still comes before the relay ends the connection; what has come, when that takes too long. */
    String rest() {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            for (int octet = in.read(); octet >= 0 && rest.size() < MAX_BODY_BYTES; octet = in.read()) {
                rest.write(octet);
            }
        } catch (IOException ended) {
            // With a reset, or not in time.
        }
        return rest.toString(ISO_8859_1);
    }

    // WebSocket

    /** A frame as it came. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Frame(int head, byte[] payload) {
        boolean isClose() {
            return head == Frames.CLOSE;
        }

        /** Of a close, its code. */
        int closeCode() {
            return payload.length < 2 ? 0 : ((payload[0] & 0xFF) << Byte.SIZE) | (payload[1] & 0xFF);
        }

        /** For people. */
        String text() {
            return switch (head) {
                case Frames.CLOSE -> "close " + closeCode();
                case Frames.PING -> "ping";
                case Frames.PONG -> "pong";
                default -> "text";
            };
        }
    }

    Frame frame() throws IOException {
        int head = in.readUnsignedByte();
        long length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        if (length < 0 || length > MAX_BODY_BYTES) {
            throw new IOException("a frame of " + length + " bytes");
        }
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        return new Frame(head, payload);
    }

    /** Reads until the relay closes, and says how: "close CODE", {@link #ENDED} without one, or {@link #SILENT}. */
    String closing() {
        try {
            Frame frame = frame();
            while (!frame.isClose()) {
                frame = frame();
            }
            return frame.text();
        } catch (SocketTimeoutException nothingComes) {
            return SILENT;
        } catch (IOException ended) {
            return ENDED;
        }
    }

    /** Counts every frame that comes until the connection ends, each by its kind, and how it ended. */
    void countFrames(Outcomes outcomes) {
        boolean open = true;
        while (open) {
            try {
                Frame frame = frame();
                outcomes.count(frame.text());
                open = !frame.isClose();
            } catch (SocketTimeoutException nothingYet) {
                open = !socket.isClosed();
            } catch (EOFException ended) {
                outcomes.count(ENDED);
                open = false;
            } catch (IOException reset) {
                open = false;
            }
        }
    }

    /** Whether something has come that was not read. */
    boolean hasMore() throws IOException {
        return in.available() > 0;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
