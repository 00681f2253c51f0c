package io.monorelay.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However a stream of frames is cut into reads, the events are the same. */
class FrameSplitTest {
    private static final int MAX_BYTES = 65_536;
    private static final int STREAMS = 40;

    @ParameterizedTest
    @EnumSource(Role.class)
    void anyOneCutGivesTheSameEvents(Role role) throws Exception {
        for (int seed = 0; seed < STREAMS; seed++) {
            Stream stream = new Stream(role, new Random(seed));
            for (int cut = 0; cut <= stream.bytes.length; cut++) {
                expect(stream, role, "seed " + seed + ", cut at " + cut, cut, stream.bytes.length - cut);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void cuttingEverywhereGivesTheSameEvents(Role role) throws Exception {
        for (int seed = 0; seed < STREAMS; seed++) {
            Stream stream = new Stream(role, new Random(seed));
            int[] ones = new int[stream.bytes.length];
            Arrays.fill(ones, 1);
            expect(stream, role, "seed " + seed, ones);
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void manyRandomCutsGiveTheSameEvents(Role role) throws Exception {
        for (int seed = 0; seed < 10 * STREAMS; seed++) {
            Random random = new Random(seed);
            Stream stream = new Stream(role, random);
            int[] sizes = random.ints(stream.bytes.length, 1, 40).toArray();
            expect(stream, role, "seed " + seed, sizes);
        }
    }

    /** Reads as many bytes at a time as the sizes say, until there are none left. */
    private static void expect(Stream stream, Role role, String attempt, int... sizes) throws ProtocolException {
        RecordedEvents sink = new RecordedEvents();
        FrameReader reader = new FrameReader(role, MAX_BYTES, sink);
        ByteBuf all = Unpooled.wrappedBuffer(stream.bytes);
        for (int size : sizes) {
            ByteBuf piece = all.readSlice(Math.min(size, all.readableBytes()));
            reader.read(piece);
            if (piece.isReadable()) {
                throw new AssertionError(attempt + ": " + piece.readableBytes() + " bytes were left unread");
            }
        }
        assertThat(all.isReadable()).isFalse();
        assertThat(sink.events()).as(attempt).isEqualTo(stream.events);
    }

    /** Random frames, and the events that they stand for, made without the code under test. */
    private static final class Stream {
        private static final String ALPHABET = "abcdefghij{}\":,é€😀";

        private final boolean masked;
        private final Random random;
        private final ByteBuf out = Unpooled.buffer();
        private final List<String> events = new ArrayList<>();
        private final byte[] bytes;

        Stream(Role reader, Random random) {
            this.masked = reader == Role.SERVER;
            this.random = random;
            int messages = 2 + random.nextInt(4);
            for (int i = 0; i < messages; i++) {
                addMessage();
            }
            if (random.nextBoolean()) {
                addFrame(0x88, new byte[] {0x0f, (byte) 0xa1, 'x'});
                events.add("close 4001 x");
            }
            bytes = ByteBufUtil.getBytes(out);
        }

        private void addMessage() {
            String text = randomText(random.nextInt(5) == 0 ? 200 : 20);
            byte[] rest = text.getBytes(UTF_8);
            int first = 0x01;
            while (random.nextInt(3) == 0) {
                int cut = random.nextInt(rest.length + 1);
                addFrame(first, Arrays.copyOf(rest, cut));
                rest = Arrays.copyOfRange(rest, cut, rest.length);
                first = 0x00;
                addControl();
            }
            addFrame(first | 0x80, rest);
            events.add("text " + text);
            addControl();
        }

        private void addControl() {
            byte[] payload = new byte[random.nextInt(12)];
            random.nextBytes(payload);
            switch (random.nextInt(4)) {
                case 0 -> {
                    addFrame(0x89, payload);
                    events.add("ping " + ByteBufUtil.hexDump(payload));
                }
                case 1 -> {
                    addFrame(0x8A, payload);
                    events.add("pong " + ByteBufUtil.hexDump(payload));
                }
                default -> {}
            }
        }

        private void addFrame(int firstByte, byte[] payload) {
            out.writeByte(firstByte);
            int maskBit = masked ? 0x80 : 0;
            if (payload.length < 126) {
                out.writeByte(maskBit | payload.length);
            } else {
                out.writeByte(maskBit | 126).writeShort(payload.length);
            }
            byte[] key = new byte[4];
            if (masked) {
                random.nextBytes(key);
                out.writeBytes(key);
            }
            for (int i = 0; i < payload.length; i++) {
                out.writeByte(payload[i] ^ key[i % 4]);
            }
        }

        private String randomText(int characters) {
            int[] codePoints = ALPHABET.codePoints().toArray();
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(characters + 1); i > 0; i--) {
                text.appendCodePoint(codePoints[random.nextInt(codePoints.length)]);
            }
            return text.toString();
        }
    }
}
