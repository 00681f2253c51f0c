package io.monorelay.bench.messages;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Writes messages one a line, as the load tool reads them. They are signed faster than any network sends; the times in
 * them go on as if they had been sent at the pace at which they will be published, beginning now.
 */
public final class MessageFile {
    /** Messages signed at a time, with one time, so that a large file needs little memory. */
    private static final int CHUNK = 8192;

    private static final int MESSAGES_A_SECOND = 10_000;

    /** How far ahead of now the last message may be: well within the time window of a relay. */
    private static final int MAX_AHEAD_SECONDS = 240;

    private static final int BUFFER_BYTES = 1 << 20;

    private final SignedMessages messages;
    private final InstantSource clock;

    public MessageFile(SignedMessages messages, InstantSource clock) {
        this.messages = messages;
        this.clock = clock;
    }

    /** A file to write to, empty at first. */
    public static OutputStream create(Path file) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
    }

    /** Writes the messages of the numbers from 0; a message has no line break in it. */
    public void write(int count, OutputStream out) throws IOException {
        Instant start = clock.instant();
        int pace = Math.max(MESSAGES_A_SECOND, count / MAX_AHEAD_SECONDS);
        for (int first = 0; first < count; first += CHUNK) {
            int next = Math.min(CHUNK, count - first);
            for (byte[] message : messages.messages(first, next, start.plusSeconds(first / pace))) {
                out.write(message);
                out.write('\n');
            }
        }
    }
}
