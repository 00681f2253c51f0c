package io.monorelay.websocket;

import static io.monorelay.websocket.RecordedEvents.feed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private static final int MAX_BYTES = 65_536;

    private final RecordedEvents sink = new RecordedEvents();
    private final FrameReader server = new FrameReader(Role.SERVER, MAX_BYTES, sink);
    private final FrameReader client = new FrameReader(Role.CLIENT, MAX_BYTES, sink);

    @AfterEach
    void nothingIsLeftOver() {
        assertThat(sink.events()).isEmpty();
    }

    @Test
    void maskedTextOfTheRfcIsRead() throws Exception {
        assertThat(feed(server, "81 85 37fa213d 7f9f4d5158")).isZero();
        expect("text Hello");
    }

    @Test
    void unmaskedTextOfTheRfcIsRead() throws Exception {
        assertThat(feed(client, "81 05 48656c6c6f")).isZero();
        expect("text Hello");
    }

    @Test
    void fragmentsAreJoined() throws Exception {
        feed(client, "01 03 48656c 00 01 6c 80 01 6f");
        expect("text Hello");
    }

    @Test
    void emptyFragmentsMakeAnEmptyText() throws Exception {
        feed(client, "01 00 00 00 80 00");
        expect("text ");
    }

    @Test
    void emptyTextIsDelivered() throws Exception {
        feed(client, "81 00");
        feed(server, "81 80 37fa213d");
        expect("text ", "text ");
    }

    @Test
    void controlFramesMayComeBetweenFragments() throws Exception {
        feed(client, "01 03 48656c 89 01 aa 8a 00 80 02 6c6f");
        expect("ping aa", "pong ", "text Hello");
    }

    @Test
    void controlFrameBetweenFragmentsMayArriveInPieces() throws Exception {
        feed(client, "01 03 48656c 89 02 aa");
        feed(client, "bb 80 02 6c");
        feed(client, "6f");
        expect("ping aabb", "text Hello");
    }

    @Test
    void characterMayBeCutByFragments() throws Exception {
        feed(client, "01 01 c3 89 00 80 01 a9");
        expect("ping ", "text é");
    }

    @Test
    void sixteenBitLengthIsRead() throws Exception {
        feed(client, "81 7e 007e" + "61".repeat(126));
        expect("text " + "a".repeat(126));
    }

    @Test
    void sixtyFourBitLengthIsRead() throws Exception {
        feed(client, "81 7f 0000000000010000" + "61".repeat(65_536));
        expect("text " + "a".repeat(65_536));
    }

    @Test
    void textOfExactlyTheLimitIsReadInFragments() throws Exception {
        feed(client, "01 7e ffff" + "61".repeat(65_535) + "80 01 61");
        expect("text " + "a".repeat(65_536));
    }

    @Test
    void closeWithoutPayloadHasNoCode() throws Exception {
        feed(client, "88 00");
        expect("close 1005 ");
    }

    @Test
    void closeHasCodeAndReason() throws Exception {
        feed(client, "88 05 03e8 627965");
        expect("close 1000 bye");
    }

    @Test
    void nothingIsReadAfterAClose() throws Exception {
        assertThat(feed(client, "88 00 89 00")).isEqualTo(2);
        assertThat(feed(client, "ff")).isEqualTo(1);
        assertThat(client.isStopped()).isTrue();
        expect("close 1005 ");
    }

    @Test
    void nothingIsReadAfterTheSinkStopsTheReader() throws Exception {
        FrameReader[] reader = new FrameReader[1];
        reader[0] = new FrameReader(Role.CLIENT, MAX_BYTES, new StoppingSink(() -> reader[0].stop()));
        assertThat(feed(reader[0], "89 00 81 05 48656c6c6f")).isEqualTo(7);
        assertThat(reader[0].isStopped()).isTrue();
    }

    @Test
    void whatCameBeforeStopIsForgotten() throws Exception {
        feed(client, "01 03 48656c 80 05 6c");
        client.stop();
        assertThat(feed(client, "6f")).isEqualTo(1);
        assertThat(references(client)).isEmpty();
    }

    @Test
    void readerBetweenMessagesHoldsNoBuffer() throws Exception {
        feed(server, "81");
        assertThat(references(server)).isNotEmpty();
        feed(server, "85 37fa213d 7f9f");
        assertThat(references(server)).isNotEmpty();
        feed(server, "4d5158 89 82 00000000 01");
        feed(server, "02");
        assertThat(references(server)).isEmpty();
        expect("text Hello", "ping 0102");
    }

    @Test
    void announcedLengthReservesNothing() throws Exception {
        feed(client, "81 7f 0000000000010000 61");
        assertThat(references(client))
                .filteredOn(PartialPayload.class::isInstance)
                .allSatisfy(payload -> assertThat(capacity(payload)).isEqualTo(1));
    }

    @Test
    void limitOfLessThanOneByteIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FrameReader(Role.SERVER, 0, sink));
    }

    private void expect(String... expected) {
        assertThat(sink.events()).containsExactly(expected);
        sink.events().clear();
    }

    /** What a reader holds but for what it was made with. */
    private static List<Object> references(FrameReader reader) {
        return Arrays.stream(FrameReader.class.getDeclaredFields())
                .filter(field ->
                        List.of("headerStart", "frame", "payload", "message").contains(field.getName()))
                .map(field -> value(field, reader))
                .filter(Objects::nonNull)
                .toList();
    }

    private static int capacity(Object payload) throws ReflectiveOperationException {
        Field bytes = PartialPayload.class.getDeclaredField("bytes");
        return ((byte[]) Objects.requireNonNull(value(bytes, payload))).length;
    }

    private static Object value(Field field, Object owner) {
        try {
            field.setAccessible(true);
            return field.get(owner);
        } catch (IllegalAccessException hidden) {
            throw new AssertionError(hidden);
        }
    }

    /** Stops its reader at the first Ping and takes nothing else. */
    private record StoppingSink(Runnable stop) implements FrameSink {
        @Override
        public void onText(byte[] payload) {
            throw new AssertionError("a text was delivered after stop");
        }

        @Override
        public void onPing(byte[] payload) {
            stop.run();
        }

        @Override
        public void onPong(byte[] payload) {
            throw new AssertionError("a Pong was delivered after stop");
        }

        @Override
        public void onClose(int code, String reason) {
            throw new AssertionError("a Close was delivered after stop");
        }
    }
}
