package io.monorelay.websocket;

import static io.monorelay.websocket.RecordedEvents.bytes;
import static io.monorelay.websocket.RecordedEvents.feed;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages compressed as RFC 7692 has it, its examples among them; nothing is kept from one to the next. */
class CompressedMessageTest {
    private static final int MAX_BYTES = 70_000;
    private static final String HELLO = "c1 07 f248cdc9c90700";

    private final RecordedEvents sink = new RecordedEvents();
    private final FrameReader client = new FrameReader(Role.CLIENT, MAX_BYTES, true, sink);
    private final FrameDeflater deflater = new FrameDeflater(6, 0);

    @AfterEach
    void close() {
        deflater.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "one block, " + HELLO,
        "two frames, 41 03 f248cd 80 04 c9c90700",
        "an empty last frame, 41 07 f248cdc9c90700 80 00",
        "a block without compression, c1 0b 000500faff48656c6c6f00",
        "a block that says it is the last, c1 08 f348cdc9c9070000",
        "two blocks, c1 0d f248050000 00ffffcac9c90700",
        "not compressed, 81 05 48656c6c6f",
    })
    void theExamplesOfTheRfcAreRead(String what, String hex) throws Exception {
        feed(client, hex);
        assertThat(sink.events()).containsExactly("text Hello");
    }

    @Test
    void controlFramesMayComeBetweenTheFragments() throws Exception {
        feed(client, "41 03 f248cd 89 01 aa 80 04 c9c90700" + HELLO);
        assertThat(sink.events()).containsExactly("ping aa", "text Hello", "text Hello");
    }

    @Test
    void anEmptyMessageIsRead() throws Exception {
        feed(client, "c1 01 00");
        assertThat(sink.events()).containsExactly("text ");
    }

    @Test
    void aMaskedMessageIsRead() throws Exception {
        FrameReader server = new FrameReader(Role.SERVER, MAX_BYTES, true, sink);
        byte[] frame = bytes("c1 87 12345678 f248cdc9c90700");
        Masking.apply(frame, 6, frame.length, 0x12345678);
        feed(server, frame);
        assertThat(sink.events()).containsExactly("text Hello");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "a reference to the message before, c1 05 f200110000, BAD_COMPRESSION",
        "nothing at all, c1 00, BAD_COMPRESSION",
        "a block of a kind that does not exist, c1 02 0700, BAD_COMPRESSION",
        "half a message, c1 03 f248cd, BAD_COMPRESSION",
        "half a message that says it is the last, c1 03 f348cd, BAD_COMPRESSION",
        "a last block alone, c1 07 f348cdc9c90700, BAD_COMPRESSION",
        "noise, c1 08 deadbeefdeadbeef, BAD_COMPRESSION",
        "invalid UTF-8, c1 03 fa0f00, INVALID_UTF8",
        "the bit on a continuation, 41 03 f248cd c0 04 c9c90700, RESERVED_BITS",
        "the bit on a continuation of what is not compressed, 01 01 61 c0 01 00, RESERVED_BITS",
        "the bit on a ping, c9 00, RESERVED_BITS",
        "the bit on a close, c8 00, RESERVED_BITS",
        "the second bit, a1 00, RESERVED_BITS",
        "the third bit, d1 00, RESERVED_BITS",
        "two bits, e1 00, RESERVED_BITS",
        "a compressed binary message, c2 01 00, BINARY_FRAME",
    })
    void whatIsWrongEndsTheReading(String what, String hex, Fault fault) {
        assertThat(faultOf(client, bytes(hex))).isEqualTo(fault);
        assertThat(client.isStopped()).isTrue();
        assertThat(sink.events()).isEmpty();
    }

    @Test
    void withoutAnAgreementTheBitIsAFault() {
        assertThat(faultOf(new FrameReader(Role.CLIENT, MAX_BYTES, sink), bytes(HELLO)))
                .isEqualTo(Fault.RESERVED_BITS);
    }

    @Test
    void aBombIsNotInflatedBeyondTheLimit() {
        byte[] bomb = compressed(new byte[64 << 20]);
        assertThat(bomb.length).isLessThan(MAX_BYTES);
        ByteBuf frame = Unpooled.buffer();
        FrameWriter.writeHeader(frame, Opcode.COMPRESSED_TEXT, bomb.length);
        frame.writeBytes(bomb);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> client.read(frame))
                .withMessage("a compressed message of more than 70000 bytes, at most that many are accepted")
                .matches(fault -> fault.fault() == Fault.TOO_LARGE);
    }

    @ParameterizedTest
    @CsvSource({"70000, true", "70001, false"})
    void theLimitIsThatOfTheText(int length, boolean accepted) throws Exception {
        ByteBuf frame = frame("x".repeat(length));
        deflater.compress(frame, 0);
        assertThat(frame.readableBytes()).isLessThan(1000);
        if (accepted) {
            client.read(frame);
            assertThat(sink.events()).containsExactly("text " + "x".repeat(length));
        } else {
            assertThat(faultOf(client, ByteBufUtil.getBytes(frame))).isEqualTo(Fault.TOO_LARGE);
        }
    }

    static Stream<Integer> lengths() {
        return Stream.of(5, 64, 125, 126, 127, 1000, 65_535, 65_536, 69_999);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void whatIsCompressedIsReadAsItWas(int length) throws Exception {
        long seed = length * 31L;
        String text = random(new Random(seed), length);
        ByteBuf frames = frame("before");
        int start = frames.writerIndex();
        FrameWriter.writeText(frames, text.getBytes(UTF_8));
        int plain = frames.writerIndex();
        deflater.compress(frames, start);
        assertThat(frames.writerIndex()).isLessThanOrEqualTo(plain);
        client.read(frames);
        assertThat(sink.events()).as("seed " + seed).containsExactly("text before", "text " + text);
    }

    @Test
    void theSameTextIsCompressedToTheSameBytesWhateverCameBefore() {
        ByteBuf first = frame("a text, a text, and a text");
        deflater.compress(first, 0);
        deflater.compress(frame("another text, another text"), 0);
        ByteBuf second = frame("a text, a text, and a text");
        deflater.compress(second, 0);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void aTextIsLeftAsItIsWhereCompressionIsNoGain() {
        byte[] noise = HexFormat.of().formatHex(new byte[] {1, 35, 69, 103}).getBytes(UTF_8);
        ByteBuf shortest = frame(new String(noise, UTF_8));
        ByteBuf before = shortest.copy();
        deflater.compress(shortest, 0);
        assertThat(shortest).isEqualTo(before);
    }

    @Test
    void aTextBelowTheLeastLengthIsLeftAsItIs() {
        try (FrameDeflater fromHundred = new FrameDeflater(6, 100)) {
            ByteBuf shorter = frame("x".repeat(99));
            ByteBuf longer = frame("x".repeat(100));
            fromHundred.compress(shorter, 0);
            fromHundred.compress(longer, 0);
            assertThat(shorter.getUnsignedByte(0)).isEqualTo((short) 0x81);
            assertThat(longer.getUnsignedByte(0)).isEqualTo((short) 0xC1);
        }
    }

    @Test
    void whereThereIsNoFrameNothingIsCompressed() {
        ByteBuf frames = frame("one");
        deflater.compress(frames, frames.writerIndex());
        assertThat(frames).isEqualTo(frame("one"));
    }

    private static String random(Random random, int length) {
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            text.append((char) (random.nextInt(8) == 0 ? ' ' + random.nextInt(95) : 'a'));
        }
        return text.toString();
    }

    private static ByteBuf frame(String text) {
        ByteBuf frame = Unpooled.buffer();
        FrameWriter.writeText(frame, text.getBytes(UTF_8));
        return frame;
    }

    private static byte[] compressed(byte[] plain) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(plain);
        byte[] out = new byte[1 << 20];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, length - 4);
    }

    private static Fault faultOf(FrameReader reader, byte[] bytes) {
        try {
            feed(reader, bytes);
        } catch (ProtocolException fault) {
            return fault.fault();
        }
        throw new AssertionError("the bytes were accepted");
    }
}
