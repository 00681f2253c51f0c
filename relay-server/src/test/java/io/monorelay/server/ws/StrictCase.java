package io.monorelay.server.ws;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** One line of {@code strict/cases.txt}, which says how to read it. */
record StrictCase(String id, String mode, String send, String expect) {
    /** Which of the two is under test. */
    enum Side {
        /** Answers what it does not understand. */
        SERVER("{\"cold\":1,\"imfo\":\"", "{\"positiom\":1"),
        /** Has refusals and messages for its listener, and ends a link with what it does not understand. */
        CLIENT("{\"code\":1,\"info\":\"", "{\"position\":1");

        private final String refusal;
        private final String delivery;

        Side(String refusal, String delivery) {
            this.refusal = refusal;
            this.delivery =
                    delivery + ",\"message\":{\"sender\":\"" + "A".repeat(43) + "\",\"receiver\":\"\",\"data\":\"";
        }
    }

    /** An answer to a text; what else is expected is on the wire as it is written. */
    static final String ANSWER = "answer";

    private static final String END_OF_REFUSAL = "\"}";
    private static final String END_OF_DELIVERY =
            "\",\"time\":\"2026-01-01 00:00:00\"},\"signature\":\"" + "A".repeat(86) + "\"}";
    private static final byte[] MASK = {0x12, (byte) 0xAB, 0x34, (byte) 0xCD};
    private static final int WHOLE = Integer.MAX_VALUE;

    static Stream<StrictCase> all() {
        try (InputStream in = StrictCase.class.getResourceAsStream("/strict/cases.txt")) {
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> line.split(" \\| ?", -1))
                    .map(parts -> new StrictCase(parts[0], parts[1], parts[2], parts[3]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean appliesTo(Side side, boolean deflate) {
        return switch (mode) {
            case "both" -> true;
            case "plain" -> !deflate;
            case "deflate" -> deflate;
            case "server" -> side == Side.SERVER && !deflate;
            default -> throw new AssertionError("mode " + mode + " of " + id);
        };
    }

    /** What is expected, one by one. */
    List<String> expected() {
        List<String> expected = new ArrayList<>();
        for (String token : expect.split(" ")) {
            if (!token.isEmpty()) {
                String[] parts = repeated(token);
                String shown = parts[1].startsWith("pong:") ? shownPong(parts[1].substring(5)) : parts[1];
                expected.addAll(Collections.nCopies(Integer.parseInt(parts[0]), shown));
            }
        }
        return expected;
    }

    private static String shownPong(String payload) {
        return "pong:" + new String(payload(payload, Side.SERVER), US_ASCII);
    }

    boolean expectsClose() {
        return expect.contains("close:");
    }

    /** What is written, piece by piece. */
    List<byte[]> pieces(Side side) {
        List<byte[]> pieces = new ArrayList<>();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (String token : send.split(" ")) {
            String[] parts = repeated(token);
            String[] cut = parts[1].split("/", 2);
            byte[] frame = frames(cut[0], side);
            for (int i = 0; i < Integer.parseInt(parts[0]); i++) {
                whole.writeBytes(frame);
            }
            if (cut.length == 2) {
                addPieces(whole.toByteArray(), Integer.parseInt(cut[1]), pieces);
                whole.reset();
            }
        }
        pieces.add(whole.toByteArray());
        return pieces;
    }

    private static void addPieces(byte[] bytes, int size, List<byte[]> pieces) {
        for (int from = 0; from < bytes.length; from += size) {
            pieces.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size)));
        }
    }

    /** The number of times, and what comes so often. */
    private static String[] repeated(String token) {
        int x = token.indexOf('x');
        boolean isCount = x > 0 && token.substring(0, x).chars().allMatch(Character::isDigit);
        return isCount ? new String[] {token.substring(0, x), token.substring(x + 1)} : new String[] {"1", token};
    }

    // frames

    private static byte[] frames(String token, Side side) {
        int colon = token.indexOf(':');
        String head = token.substring(0, colon);
        byte[] payload = payload(token.substring(colon + 1), side);
        int first = Integer.parseInt(head.substring(0, 2), 16);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (head.contains("&")) {
            writeFrame(first, head.substring(3), payload, side, out);
            return out.toByteArray();
        }
        int fragment = head.contains("%") ? Integer.parseInt(head.substring(3)) : WHOLE;
        writeFragments(first, payload, fragment, side, out);
        return out.toByteArray();
    }

    private static void writeFragments(int first, byte[] payload, int size, Side side, ByteArrayOutputStream out) {
        int from = 0;
        do {
            int count = Math.min(size, payload.length - from);
            boolean last = from + count == payload.length;
            int head = from == 0 ? first & 0x7F : 0;
            byte[] part = Arrays.copyOfRange(payload, from, from + count);
            writeFrame(head | (last ? first & 0x80 : 0), Integer.toString(count), part, side, out);
            from += count;
        } while (from < payload.length);
    }

    /** @param length what the header says; with a point in it, after the point, in as many bytes as it says before it */
    private static void writeFrame(int head, String length, byte[] payload, Side side, ByteArrayOutputStream out) {
        String[] parts = length.split("\\.");
        long value = Long.parseLong(parts[parts.length - 1]);
        int bytes = parts.length == 2 ? Integer.parseInt(parts[0]) : lengthBytes(value);
        int mask = side == Side.SERVER ? 0x80 : 0;
        out.write(head);
        switch (bytes) {
            case 2 -> out.write(mask | 126);
            case 8 -> out.write(mask | 127);
            default -> out.write(mask | (int) value);
        }
        for (int i = bytes - 1; i >= 0; i--) {
            out.write((int) (value >> 8 * i));
        }
        if (side == Side.SERVER) {
            out.writeBytes(MASK);
        }
        for (int i = 0; i < payload.length; i++) {
            out.write(side == Side.SERVER ? payload[i] ^ MASK[i & 3] : payload[i]);
        }
    }

    private static int lengthBytes(long value) {
        if (value < 126) {
            return 0;
        }
        return value <= 0xFFFF ? 2 : 8;
    }

    // payloads

    private static byte[] payload(String text, Side side) {
        if (text.startsWith("z+")) {
            return Deflated.bytes(payload(text.substring(2), side));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String part : text.split("\\+")) {
            if (!part.isEmpty()) {
                out.writeBytes(part(part, side));
            }
        }
        return out.toByteArray();
    }

    private static byte[] part(String part, Side side) {
        String rest = part.substring(1);
        return switch (part.charAt(0)) {
            case '<' -> side.refusal.getBytes(US_ASCII);
            case '>' -> END_OF_REFUSAL.getBytes(US_ASCII);
            case '[' -> side.delivery.getBytes(US_ASCII);
            case ']' -> END_OF_DELIVERY.getBytes(US_ASCII);
            case '\'' -> rest.getBytes(US_ASCII);
            case 'x' -> HexFormat.of().parseHex(rest);
            case '*' -> "*".repeat(Integer.parseInt(rest)).getBytes(US_ASCII);
            case '?' -> letters(Integer.parseInt(rest));
            default -> throw new AssertionError("payload " + part);
        };
    }

    private static byte[] letters(int count) {
        Random random = new Random(count);
        byte[] letters = new byte[count];
        for (int i = 0; i < count; i++) {
            letters[i] = (byte) ('A' + random.nextInt(26));
        }
        return letters;
    }

    @Override
    public String toString() {
        return id;
    }
}
