package io.monorelay.websocket;

import static io.monorelay.websocket.RecordedEvents.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWriterTest {
    private static final byte[] HELLO = "Hello".getBytes(UTF_8);
    private static final int KEY = 0x37fa213d;

    @Test
    void textIsThatOfTheRfc() {
        assertThat(written(out -> FrameWriter.writeText(out, HELLO))).isEqualTo(bytes("81 05 48656c6c6f"));
    }

    @Test
    void maskedTextIsThatOfTheRfc() {
        assertThat(written(out -> FrameWriter.writeMaskedText(out, HELLO, KEY)))
                .isEqualTo(bytes("81 85 37fa213d 7f9f4d5158"));
    }

    @Test
    void maskingLeavesThePayloadAsItIs() {
        byte[] payload = "0123456789abcdef!".getBytes(UTF_8);
        written(out -> FrameWriter.writeMaskedText(out, payload, KEY));
        assertThat(payload).isEqualTo("0123456789abcdef!".getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 81 00",
        "125, 81 7d",
        "126, 81 7e 007e",
        "65535, 81 7e ffff",
        "65536, 81 7f 0000000000010000",
    })
    void lengthIsWrittenInTheShortestForm(int length, String expected) {
        assertThat(written(out -> FrameWriter.writeHeader(out, Opcode.TEXT, length)))
                .isEqualTo(bytes(expected))
                .hasSize(FrameWriter.headerLength(length));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 63, 125, 126, 127, 540, 65_535, 65_536, 70_001})
    void whatIsWrittenIsReadByTheOtherSide(int length) throws Exception {
        String text = randomAscii(length);
        byte[] payload = text.getBytes(UTF_8);
        assertThat(readBack(Role.SERVER, out -> FrameWriter.writeMaskedText(out, payload, 0x9a0180ff)))
                .containsExactly("text " + text);
        assertThat(readBack(Role.CLIENT, out -> FrameWriter.writeText(out, payload)))
                .containsExactly("text " + text);
    }

    @Test
    void controlFramesAreReadByTheOtherSide() throws Exception {
        assertThat(readBack(Role.CLIENT, out -> {
                    FrameWriter.writePing(out, bytes("01"));
                    FrameWriter.writePong(out, bytes("0203"));
                    FrameWriter.writeClose(out, 4101, "replaced");
                }))
                .containsExactly("ping 01", "pong 0203", "close 4101 replaced");
        assertThat(readBack(Role.SERVER, out -> {
                    FrameWriter.writeMaskedPing(out, bytes("01"), KEY);
                    FrameWriter.writeMaskedPong(out, bytes("0203"), KEY);
                    FrameWriter.writeMaskedClose(out, 1000, "", KEY);
                }))
                .containsExactly("ping 01", "pong 0203", "close 1000 ");
    }

    @Test
    void closeWithoutCodeIsEmpty() {
        assertThat(written(out -> FrameWriter.writeClose(out, FrameReader.NO_CODE, "not sent")))
                .isEqualTo(bytes("88 00"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "€", "😀"})
    void reasonIsCutAtTheEndOfACharacter(String character) throws Exception {
        for (int lead = 0; lead < 4; lead++) {
            String reason = "x".repeat(lead) + character.repeat(124);
            int bytesEach = character.getBytes(UTF_8).length;
            int fitting = (FrameWriter.MAX_REASON_BYTES - lead) / bytesEach;
            assertThat(readBack(Role.CLIENT, out -> FrameWriter.writeClose(out, 1008, reason)))
                    .containsExactly("close 1008 " + "x".repeat(lead) + character.repeat(fitting));
        }
    }

    @Test
    void reasonThatFitsIsNotCut() throws Exception {
        String reason = "r".repeat(FrameWriter.MAX_REASON_BYTES);
        assertThat(readBack(Role.CLIENT, out -> FrameWriter.writeClose(out, 1008, reason)))
                .containsExactly("close 1008 " + reason);
    }

    @Test
    void controlPayloadOfMoreThan125BytesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> written(out -> FrameWriter.writePing(out, new byte[126])))
                .withMessage("control payload of 126 bytes, at most 125 are allowed");
    }

    private static byte[] written(Consumer<ByteBuf> writing) {
        ByteBuf out = Unpooled.buffer(0);
        try {
            writing.accept(out);
            return ByteBufUtil.getBytes(out);
        } finally {
            out.release();
        }
    }

    private static Iterable<String> readBack(Role role, Consumer<ByteBuf> writing) throws Exception {
        RecordedEvents sink = new RecordedEvents();
        int left = RecordedEvents.feed(new FrameReader(role, 100_000, sink), written(writing));
        assertThat(left).isZero();
        return sink.events();
    }

    private static String randomAscii(int length) {
        return new Random(length)
                .ints(length, ' ', 127)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
