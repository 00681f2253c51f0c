package io.monorelay.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The secret that whoever asks on the admin port has to know (RFC 6750, section 2.1), or none. Any thread. */
public final class AdminToken {
    private static final String SCHEME = "Bearer ";
    private static final int LEAST_CHARS = 16;

    private final byte @Nullable [] expected;

    private AdminToken(byte @Nullable [] expected) {
        this.expected = expected;
    }

    /**
     * Reads the token from the first line of a file; without a file none is asked for. Blocks.
     *
     * @throws IOException if that is not possible, or what is there is no token; the message says why
     */
    public static AdminToken read(Optional<Path> file) throws IOException {
        if (file.isEmpty()) {
            return new AdminToken(null);
        }
        String token = Files.readString(file.get(), UTF_8)
                .lines()
                .findFirst()
                .orElse("")
                .strip();
        if (token.length() < LEAST_CHARS) {
            throw new IOException(
                    "expected at least " + LEAST_CHARS + " characters in the first line of " + file.get());
        }
        return new AdminToken((SCHEME + token).getBytes(UTF_8));
    }

    /** Refuses whoever does not know it; how long that takes says nothing about the token. */
    void require(HttpRequest request) throws ProtocolException {
        byte[] wanted = expected;
        if (wanted == null) {
            return;
        }
        List<String> given = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
        boolean known = given.size() == 1
                && MessageDigest.isEqual(wanted, given.getFirst().getBytes(UTF_8));
        if (!known) {
            throw new ProtocolException(
                    Fault.UNAUTHORIZED, "expected \"Authorization: Bearer TOKEN\" with the token of admin.token-file");
        }
    }
}
