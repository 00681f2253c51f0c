package io.monorelay.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The vectors captured from an original node, in the test resources. */
public final class Vectors {
    /** Seeds of the two test keys. */
    public static final byte[] SEED_A =
            HexFormat.of().parseHex(index().get("key_a").get("seed").asString());

    public static final byte[] SEED_B =
            HexFormat.of().parseHex(index().get("key_b").get("seed").asString());

    private Vectors() {}

    public static byte[] bytes(String name) {
        try (InputStream stream = Vectors.class.getResourceAsStream("/vectors/" + name)) {
            if (stream == null) {
                throw new IllegalArgumentException("no vector " + name);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] generated(String name) {
        return bytes("generated/" + name);
    }

    public static JsonNode index() {
        return new JsonMapper().readTree(generated("INDEX.json"));
    }

    /** The names of the generated broadcasts, with what the original node answered to each. */
    public static List<JsonNode> broadcasts() {
        List<JsonNode> rows = new ArrayList<>();
        index().get("broadcasts").forEach(rows::add);
        return rows;
    }

    /** What follows the head of an HTTP message. */
    public static byte[] body(String name) {
        byte[] all = bytes(name);
        int head = new String(all, ISO_8859_1).indexOf("\r\n\r\n");
        return Arrays.copyOfRange(all, head + 4, all.length);
    }

    /** The payloads of the text frames, masked or not, in a capture of one direction. */
    public static List<byte[]> textFrames(byte[] capture) {
        List<byte[]> payloads = new ArrayList<>();
        int at = 0;
        while (at < capture.length) {
            int opcode = capture[at] & 0x0f;
            boolean masked = (capture[at + 1] & 0x80) != 0;
            int length = capture[at + 1] & 0x7f;
            at += 2;
            if (length == 126) {
                length = (capture[at] & 0xff) << 8 | (capture[at + 1] & 0xff);
                at += 2;
            }
            byte[] mask = masked ? Arrays.copyOfRange(capture, at, at + 4) : new byte[4];
            at += masked ? 4 : 0;
            byte[] payload = Arrays.copyOfRange(capture, at, at + length);
            for (int i = 0; i < length; i++) {
                payload[i] ^= mask[i & 3];
            }
            at += length;
            if (opcode == 1) {
                payloads.add(payload);
            }
        }
        return payloads;
    }
}
