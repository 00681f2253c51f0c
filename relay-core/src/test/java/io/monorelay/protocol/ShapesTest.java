package io.monorelay.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each shape of the wire is read as what the encoders wrote. */
final class ShapesTest {
    private static final NodeKey KEY =
            NodeKey.parse("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
    private static final byte[] CHALLENGE = KEY.bytes();
    private static final byte[] SIGNATURE = new byte[64];
    private static final MessageId ID = new MessageId(1, -2, 3, -4);

    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults());

    @Test
    void answersAreReadAsWritten() throws ProtocolException {
        Inbound.Success full = new Inbound.Success("stored \"here\"", ID, 12L, "online", "commit");
        assertThat(decode(ReplyEncoder.success(full))).isEqualTo(full);
        Inbound.Success bare = new Inbound.Success("ok", null, null, null, null);
        assertThat(decode(ReplyEncoder.success(bare))).isEqualTo(bare);
        Inbound.Refusal refusal = new Inbound.Refusal(503, "the log is full", ID, 250L);
        assertThat(decode(ReplyEncoder.refusal(refusal))).isEqualTo(refusal);
        assertThat(decode(ReplyEncoder.refusal(Fault.BAD_SIGNATURE, "no", null, null)))
                .isEqualTo(new Inbound.Refusal(403, "no", null, null));
    }

    @Test
    void flowIsReadAsWritten() throws ProtocolException {
        Inbound.Ack ack = new Inbound.Ack(Long.MAX_VALUE);
        assertThat(decode(ReplyEncoder.ack(ack))).isEqualTo(ack);
        Inbound.Gap gap = new Inbound.Gap(3, 9, "too slow");
        assertThat(decode(ReplyEncoder.gap(gap))).isEqualTo(gap);
        Inbound.Drain drain = new Inbound.Drain(5000, List.of("wss://a", "wss://b:1"));
        assertThat(decode(ReplyEncoder.drain(drain))).isEqualTo(drain);
        assertThat(text(ReplyEncoder.drain(new Inbound.Drain(0, List.of()))))
                .isEqualTo("{\"drain\":{\"within_ms\":0,\"alternatives\":[]}}");
    }

    @Test
    void aV2HandshakeIsReadAsWritten() throws ProtocolException {
        Inbound.Hello hello =
                new Inbound.Hello(2, KEY, CHALLENGE, "monochain", "fsync", Map.of("max_bytes", 65536L), 25);
        assertThat(decode(HandshakeEncoder.hello(hello)))
                .usingRecursiveComparison()
                .isEqualTo(hello);
        Inbound.HandshakeV2 full = handshake("http://me", 7L, DeliveryMode.IDS);
        assertThat(decode(HandshakeEncoder.handshake(full)))
                .usingRecursiveComparison()
                .isEqualTo(full);
        Inbound.HandshakeV2 bare = handshake(null, null, DeliveryMode.BODIES);
        assertThat(decode(HandshakeEncoder.handshake(bare)))
                .usingRecursiveComparison()
                .isEqualTo(bare);
        Inbound.Welcome welcome = new Inbound.Welcome(CHALLENGE, SIGNATURE, 8, "192.0.2.1:5", 7L);
        assertThat(decode(HandshakeEncoder.welcome(welcome)))
                .usingRecursiveComparison()
                .isEqualTo(welcome);
        Inbound.Welcome plain = new Inbound.Welcome(CHALLENGE, SIGNATURE, 8, null, null);
        assertThat(decode(HandshakeEncoder.welcome(plain)))
                .usingRecursiveComparison()
                .isEqualTo(plain);
    }

    private static Inbound.HandshakeV2 handshake(
            @Nullable String ref, @Nullable Long resumeAfter, DeliveryMode deliver) {
        return new Inbound.HandshakeV2(
                KEY,
                CHALLENGE,
                CHALLENGE,
                "wss://host",
                "2026-11-23 02:10:40.552790",
                ref,
                resumeAfter,
                deliver,
                SIGNATURE);
    }

    @Test
    void whatANodeWantsIsOnTheWireOnlyWhereItIsNotEverything() throws ProtocolException {
        assertThat(text(HandshakeEncoder.handshake(handshake(null, null, DeliveryMode.BODIES))))
                .doesNotContain("deliver");
        String ids = text(HandshakeEncoder.handshake(handshake(null, null, DeliveryMode.IDS)));
        assertThat(ids).contains("\"deliver\":\"ids\"");
        String bodies = ids.replace("\"deliver\":\"ids\"", "\"deliver\":\"bodies\"");
        assertThat(((Inbound.HandshakeV2) decode(bodies.getBytes(UTF_8))).deliver())
                .isEqualTo(DeliveryMode.BODIES);
        assertThatThrownBy(() -> decode(ids.replace("\"ids\"", "\"half\"").getBytes(UTF_8)))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("\"deliver\"");
    }

    @Test
    void anAnnouncementIsReadAsWritten() throws ProtocolException {
        Inbound.Announcement announcement = new Inbound.Announcement(Long.MAX_VALUE, ID);
        byte[] text = ReplyEncoder.announcement(announcement);
        assertThat(decode(text)).isEqualTo(announcement);
        assertThat(text(text)).isEqualTo("{\"position\":9223372036854775807,\"id\":\"" + ID + "\"}");
    }

    @Test
    void aFetchIsReadAsWrittenAndNamesNoMoreThanItsLimit() throws ProtocolException {
        Inbound.Fetch most = new Inbound.Fetch(Collections.nCopies(Limits.MAX_FETCH_IDS, ID));
        assertThat(decode(ReplyEncoder.fetch(most))).isEqualTo(most);
        Inbound.Fetch tooMany = new Inbound.Fetch(Collections.nCopies(Limits.MAX_FETCH_IDS + 1, ID));
        for (String wrong : new String[] {
            text(ReplyEncoder.fetch(tooMany)),
            "{\"fetch\":{\"ids\":[]}}",
            "{\"fetch\":{}}",
            "{\"fetch\":{\"ids\":[\"" + ID.toString().substring(1) + "\"]}}",
            "{\"fetch\":{\"ids\":\"" + ID + "\"}}"
        }) {
            assertThatThrownBy(() -> decode(wrong.getBytes(UTF_8)))
                    .as(wrong)
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("ids");
        }
    }

    @Test
    void aHelloWithoutLimitsIsJson() throws ProtocolException {
        Inbound.Hello hello = new Inbound.Hello(2, KEY, CHALLENGE, "n", null, Map.of(), 25);
        assertThat(((Inbound.Hello) decode(HandshakeEncoder.hello(hello))).limits())
                .isEmpty();
    }

    @Test
    void aV1HandshakeIsReadAsWrittenWithAndWithoutType() throws ProtocolException {
        Inbound.HandshakeRequestV1 request = new Inbound.HandshakeRequestV1(KEY, "http://me:1", "2022");
        assertThat(decode(HandshakeEncoder.request(request))).isEqualTo(request);
        assertThat(decode(HandshakeEncoder.typedRequest(request))).isEqualTo(request);
        Inbound.HandshakeResponseV1 response =
                new Inbound.HandshakeResponseV1(KEY, "http://me:1", KEY, "2022", SIGNATURE);
        assertThat(decode(HandshakeEncoder.response(response)))
                .usingRecursiveComparison()
                .isEqualTo(response);
    }

    @Test
    void aDeliveryIsAMessageWithItsPosition() throws ProtocolException {
        for (Form form : Form.values()) {
            byte[] contents = MessageEncoder.contents(form, KEY, KEY, "data", "2022-09-22 12:03:11");
            byte[] members = MessageEncoder.members(form, contents, SIGNATURE);
            byte[] text = MessageEncoder.delivery(42, members, 0, members.length);
            Inbound.Delivery delivery = (Inbound.Delivery) decode(text);
            assertThat(delivery.position()).isEqualTo(42);
            assertThat(delivery.message().receiver()).isEqualTo(KEY);
            assertThat(delivery.message().form()).isEqualTo(form);
        }
    }

    @Test
    void aCompactMessageToEverybodyHasAnEmptyReceiver() throws ProtocolException {
        byte[] contents = MessageEncoder.contents(Form.COMPACT, KEY, null, "x", "2022-09-22 12:03:11");
        assertThat(text(contents))
                .isEqualTo("{\"sender\":\"" + KEY
                        + "\",\"receiver\":\"\",\"data\":\"x\",\"time\":\"2022-09-22 12:03:11\"}");
        Inbound.Publish publish = (Inbound.Publish) decode(MessageEncoder.broadcast(Form.COMPACT, contents, SIGNATURE));
        assertThat(publish.message().receiver()).isNull();
        assertThat(publish.message().form()).isEqualTo(Form.COMPACT);
    }

    @Test
    void anyTextSurvivesTheWay() throws ProtocolException {
        StringBuilder all = new StringBuilder("/\u007f\u2028\ud83d\ude00\uffff");
        for (char c = 1; c < 0x200; c++) {
            all.append(c);
        }
        byte[] contents = MessageEncoder.contents(KEY, null, all.toString(), "2022-09-22 12:03:11");
        Inbound.Publish publish = (Inbound.Publish) decode(MessageEncoder.broadcast(contents, SIGNATURE));
        assertThat(publish.message().canonicalContents()).isEqualTo(contents);
        assertThat(text(contents))
                .contains("\\u0001\\u0002")
                .contains("\\b\\t\\n\\u000b\\f\\r\\u000e")
                .contains("\\u001f ");
    }

    @Test
    void whatTheWireCannotCarryIsNotWritten() {
        for (String data : new String[] {"a\0b", "\ud83d", "x\ude00"}) {
            assertThatThrownBy(() -> MessageEncoder.contents(KEY, null, data, "2022-09-22 12:03:11"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void otherEscapesOfTheSameTextHaveTheSameCanonicalContents() throws ProtocolException {
        byte[] contents = MessageEncoder.contents(KEY, null, "a/é\n", "2022-09-22 12:03:11");
        String foreign =
                text(MessageEncoder.broadcast(contents, SIGNATURE)).replace("a/é\\n", "\\u0061\\/\\u00E9\\u000a");
        Inbound.Publish publish = (Inbound.Publish) decode(foreign.getBytes(UTF_8));
        assertThat(publish.message().canonicalContents()).isEqualTo(contents);
    }

    private Inbound decode(byte[] text) throws ProtocolException {
        return decoder.decode(text);
    }

    private static String text(byte[] utf8) {
        return new String(utf8, UTF_8);
    }
}
