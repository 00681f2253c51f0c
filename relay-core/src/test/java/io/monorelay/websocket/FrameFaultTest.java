package io.monorelay.websocket;

import static io.monorelay.websocket.RecordedEvents.bytes;
import static io.monorelay.websocket.RecordedEvents.feed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameFaultTest {
    private static final int MAX_BYTES = 65_536;

    private final RecordedEvents sink = new RecordedEvents();
    private final FrameReader client = new FrameReader(Role.CLIENT, MAX_BYTES, sink);

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "RESERVED_BITS, c1 00",
        "RESERVED_BITS, a1 00",
        "RESERVED_BITS, 99 00",
        "RESERVED_OPCODE, 83 00",
        "RESERVED_OPCODE, 87 00",
        "RESERVED_OPCODE, 8b 00",
        "RESERVED_OPCODE, 8f 00",
        "BINARY_FRAME, 82 00",
        "BINARY_FRAME, 02 01 aa",
        "MASKED_FRAME, 81 80 00000000",
        "BAD_CONTROL_FRAME, 09 00",
        "BAD_CONTROL_FRAME, 89 7e 007e",
        "BAD_CONTROL_FRAME, 88 7f",
        "BAD_FRAME_LENGTH, 81 7e 007d",
        "BAD_FRAME_LENGTH, 81 7f 000000000000ffff",
        "BAD_FRAME_LENGTH, 81 7f 8000000000000000",
        "BAD_FRAGMENT, 80 00",
        "BAD_FRAGMENT, 00 00",
        "BAD_FRAGMENT, 01 00 81 00",
        "BAD_FRAGMENT, 01 01 61 01 01 61",
        "BAD_FRAGMENT, 81 01 61 80 00",
        "TOO_LARGE, 81 7f 0000000000010001",
        "TOO_LARGE, 81 7f 7fffffffffffffff",
        "TOO_LARGE, 01 01 61 80 7f 0000000000010000",
        "BAD_CLOSE_FRAME, 88 01 03",
        "INVALID_UTF8, 88 03 03e8 ff",
        "INVALID_UTF8, 88 04 03e8 e282",
        "INVALID_UTF8, 81 01 ff",
        "INVALID_UTF8, 81 02 e282",
        "INVALID_UTF8, 01 02 e282 80 00",
        "INVALID_UTF8, 01 01 c3 80 01 61",
    })
    void isRefusedAtOnceAndByteByByte(Fault fault, String hex) {
        assertThat(faultOf(client, bytes(hex))).isEqualTo(fault);
        assertThat(client.isStopped()).isTrue();

        FrameReader slow = new FrameReader(Role.CLIENT, MAX_BYTES, sink);
        assertThat(faultByteByByte(slow, bytes(hex))).isEqualTo(fault);
    }

    @Test
    void unmaskedFrameIsRefusedByAServer() {
        FrameReader server = new FrameReader(Role.SERVER, MAX_BYTES, sink);
        assertThat(faultOf(server, bytes("81 00"))).isEqualTo(Fault.UNMASKED_FRAME);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535})
    void closeCodeThatMayNotBeSentIsRefused(int code) {
        assertThat(faultOf(client, bytes("88 02 %04x".formatted(code)))).isEqualTo(Fault.BAD_CLOSE_FRAME);
        assertThat(sink.events()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1011, 1014, 3000, 3999, 4000, 4999})
    void closeCodeThatMayBeSentIsDelivered(int code) throws Exception {
        feed(client, "88 02 %04x".formatted(code));
        assertThat(sink.events()).containsExactly("close " + code + " ");
    }

    @Test
    void invalidTextIsNoticedWithinAnIncompleteFrame() throws Exception {
        feed(client, "81 15 cebae1bdb9cf83cebcceb5 f4");
        assertThat(faultOf(client, bytes("90"))).isEqualTo(Fault.INVALID_UTF8);
    }

    @Test
    void invalidTextIsNoticedInAFragmentBeforeTheLast() {
        assertThat(faultOf(client, bytes("01 01 ff"))).isEqualTo(Fault.INVALID_UTF8);
    }

    @Test
    void invalidMaskedTextIsNoticedWithinAnIncompleteFrame() throws Exception {
        FrameReader server = new FrameReader(Role.SERVER, MAX_BYTES, sink);
        feed(server, "81 8a 01020304 60");
        assertThat(faultOf(server, bytes("fd"))).isEqualTo(Fault.INVALID_UTF8);
    }

    @Test
    void sizeIsRefusedBeforeThePayloadArrives() {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> feed(client, "81 7f 0000000000011170"))
                .withMessage("frame of 70000 bytes, at most 65536 are accepted")
                .matches(fault -> fault.fault() == Fault.TOO_LARGE);
    }

    @Test
    void fragmentsAreLimitedInNumber() throws Exception {
        feed(client, "01 00" + "00 00".repeat(FrameReader.MAX_FRAGMENTS - 1));
        assertThat(faultOf(client, bytes("00 00"))).isEqualTo(Fault.BAD_FRAGMENT);
    }

    @Test
    void asManyFragmentsAsAllowedAreReadTimeAndAgain() throws Exception {
        String message = "01 00" + "00 00".repeat(FrameReader.MAX_FRAGMENTS - 2) + "80 01 61";
        feed(client, message + message);
        assertThat(sink.events()).containsExactly("text a", "text a");
    }

    @Test
    void whatCameBeforeTheFaultIsDelivered() {
        assertThat(faultOf(client, bytes("81 01 61 89 00 83 00"))).isEqualTo(Fault.RESERVED_OPCODE);
        assertThat(sink.events()).containsExactly("text a", "ping ");
    }

    @Test
    void nothingIsReadAfterAFault() throws Exception {
        faultOf(client, bytes("83 00"));
        assertThat(feed(client, "81 01 61")).isEqualTo(3);
        assertThat(sink.events()).isEmpty();
    }

    private static Fault faultByteByByte(FrameReader reader, byte[] bytes) {
        for (int i = 0; i < bytes.length - 1; i++) {
            try {
                feed(reader, new byte[] {bytes[i]});
            } catch (ProtocolException early) {
                return early.fault();
            }
        }
        return faultOf(reader, new byte[] {bytes[bytes.length - 1]});
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
