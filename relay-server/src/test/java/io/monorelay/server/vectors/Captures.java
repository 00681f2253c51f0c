package io.monorelay.server.vectors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What was captured from original nodes, and messages made as they make them; see the README beside the files. */
final class Captures {
    /** When the generated messages were made. */
    static final String GENERATED_AT = "2022-09-22T12:03:11.123456Z";

    private Captures() {}

    static byte[] bytes(String name) {
        try (InputStream stream = Captures.class.getResourceAsStream("/vectors/" + name)) {
            if (stream == null) {
                throw new IllegalArgumentException("no vector " + name);
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String name) {
        return new String(bytes(name), UTF_8);
    }

    /** What follows the head of an HTTP message. */
    static byte[] body(String name) {
        byte[] all = bytes(name);
        int head = new String(all, ISO_8859_1).indexOf("\r\n\r\n");
        return Arrays.copyOfRange(all, head + 4, all.length);
    }

    static JsonNode index() {
        return JsonMapper.shared().readTree(bytes("generated/INDEX.json"));
    }

    /** The generated broadcasts: the file, the status here, and the digest of what is signed or an empty text. */
    static Stream<Arguments> broadcasts() {
        return index().get("broadcasts")
                .valueStream()
                .map(row -> Arguments.of(
                        row.get("file").asString(),
                        statusOf(
                                row.get("file").asString(),
                                row.get("expect_http").asString()),
                        row.path("sha256_signed").asString("")));
    }

    /** The status for a broadcast, given what an original node answers: stricter where the description of the wire says so. */
    private static int statusOf(String file, String original) {
        return switch (file) {
            case "broadcast-64k.json" -> 413;
            case "broadcast-badsig.json" -> 403;
            case "broadcast-mod256.json", "broadcast-trailing.json" -> 400;
            default -> original.equals("200") ? 200 : 400;
        };
    }
}
