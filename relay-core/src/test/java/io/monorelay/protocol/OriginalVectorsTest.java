package io.monorelay.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The bytes of an original node, read and written. */
final class OriginalVectorsTest {
    private static final Inbound.Success VALID =
            new Inbound.Success("Broadcast message was valid", null, null, null, null);
    private static final Inbound.Refusal INVALID = new Inbound.Refusal(1, "Broadcast message was invalid", null, null);
    private static final Map<String, Fault> REFUSED = Map.of(
            "broadcast-shortsig.json", Fault.WRONG_LENGTH,
            "broadcast-mod256.json", Fault.NUMBER_OUT_OF_RANGE,
            "broadcast-trailing.json", Fault.MALFORMED_JSON,
            "broadcast-malformed-empty.json", Fault.MALFORMED_JSON,
            "broadcast-malformed-notjson.json", Fault.MALFORMED_JSON,
            "broadcast-malformed-array.json", Fault.UNKNOWN_SHAPE,
            "broadcast-malformed-number.json", Fault.UNKNOWN_SHAPE,
            "broadcast-malformed-emptyobj.json", Fault.UNKNOWN_SHAPE,
            "broadcast-malformed-sender-string.json", Fault.WRONG_LENGTH,
            "broadcast-malformed-truncated.json", Fault.MALFORMED_JSON);

    private final InboundDecoder decoder = new InboundDecoder(Limits.defaults().withMaxFrameBytes(128 * 1024));

    @Test
    void everyBroadcastIsReadOrRefusedForItsReason() throws ProtocolException {
        for (JsonNode row : Vectors.broadcasts()) {
            String file = row.get("file").asString();
            Fault fault = REFUSED.get(file);
            if (fault == null) {
                assertThat(decoder.decode(Vectors.generated(file))).as(file).isInstanceOf(Inbound.Publish.class);
            } else {
                assertThat(refusal(Vectors.generated(file))).as(file).isEqualTo(fault);
            }
        }
    }

    @Test
    void contentsAndBroadcastsAreWrittenAsTheOriginalWritesThem() throws ProtocolException {
        for (JsonNode row : Vectors.broadcasts()) {
            String file = row.get("file").asString();
            if (row.has("signed") && !REFUSED.containsKey(file)) {
                byte[] text = Vectors.generated(file);
                DecodedMessage message = ((Inbound.Publish) decoder.decode(text)).message();
                byte[] signed = Vectors.generated(row.get("signed").asString());
                int from = message.contentsOffset();
                assertThat(Arrays.copyOfRange(text, from, from + message.contentsLength()))
                        .as(file)
                        .isEqualTo(signed);
                assertThat(message.canonicalContents()).as(file).isEqualTo(signed);
                assertThat(MessageEncoder.broadcast(signed, message.signature()))
                        .as(file)
                        .isEqualTo(text);
            }
        }
    }

    @Test
    void foreignFormattingIsReadAsTheSameMessage() throws ProtocolException {
        byte[] base = Vectors.generated("broadcast-reformat-base.signed-bytes");
        for (String name : new String[] {"reformat-pretty", "null-receiver", "missing-receiver"}) {
            byte[] text = Vectors.generated("broadcast-" + name + ".json");
            DecodedMessage message = ((Inbound.Publish) decoder.decode(text)).message();
            assertThat(message.canonicalContents()).as(name).isEqualTo(base);
            assertThat(message.membersOffset()).as(name).isNegative();
        }
    }

    @Test
    void aFrameOfTheDefaultLimitIsTooLargeAt64KiB() {
        InboundDecoder strict = new InboundDecoder(Limits.defaults());
        byte[] text = Vectors.generated("broadcast-64k.json");
        assertThat(catchThrowableOfType(ProtocolException.class, () -> strict.decode(text))
                        .fault())
                .isEqualTo(Fault.TOO_LARGE);
    }

    @Test
    void webSocketPayloadsAreReadWithAndWithoutType() throws ProtocolException {
        assertThat(decoder.decode(Vectors.generated("ws-success.json"))).isEqualTo(VALID);
        assertThat(decoder.decode(Vectors.generated("ws-success-with-type.json")))
                .isEqualTo(VALID);
        assertThat(decoder.decode(Vectors.generated("ws-error.json"))).isEqualTo(INVALID);
        assertThat(decoder.decode(Vectors.generated("ws-error-with-type.json"))).isEqualTo(INVALID);
        assertThat(decoder.decode(Vectors.generated("ws-broadcast.json"))).isInstanceOf(Inbound.Publish.class);
        assertThat(decoder.decode(Vectors.generated("ws-broadcast-with-type.json")))
                .isInstanceOf(Inbound.Publish.class);
    }

    @Test
    void webSocketPayloadsAreWrittenAsTheOriginalReadsThem() throws ProtocolException {
        assertThat(ReplyEncoder.v1Success()).isEqualTo(Vectors.generated("ws-success-with-type.json"));
        assertThat(ReplyEncoder.v1Error()).isEqualTo(Vectors.generated("ws-error-with-type.json"));
        assertThat(ReplyEncoder.success(VALID)).isEqualTo(Vectors.generated("ws-success.json"));
        assertThat(ReplyEncoder.refusal(INVALID)).isEqualTo(Vectors.generated("ws-error.json"));
        byte[] plain = Vectors.generated("ws-broadcast.json");
        DecodedMessage message = ((Inbound.Publish) decoder.decode(plain)).message();
        assertThat(MessageEncoder.untyped(plain, message.membersOffset(), message.membersLength()))
                .isEqualTo(plain);
        assertThat(MessageEncoder.typed(plain, message.membersOffset(), message.membersLength()))
                .isEqualTo(Vectors.generated("ws-broadcast-with-type.json"));
    }

    @Test
    void handshakesAreReadAndWrittenAsTheOriginalDoes() throws ProtocolException {
        byte[] request = Vectors.generated("handshake-request.json");
        assertThat(HandshakeEncoder.request((Inbound.HandshakeRequestV1) decoder.decode(request)))
                .isEqualTo(request);
        byte[] response = Vectors.generated("handshake-response-by-B.json");
        assertThat(HandshakeEncoder.response((Inbound.HandshakeResponseV1) decoder.decode(response)))
                .isEqualTo(response);
        byte[] untyped = Vectors.generated("handshake-response-by-B.no-type.json");
        assertThat(decoder.decode(untyped)).usingRecursiveComparison().isEqualTo(decoder.decode(response));
    }

    @Test
    void framesThatAPrivateNodeGetsAreUnderstood() throws ProtocolException {
        String folder = "original/ws-to-private-client/";
        assertThat(frame(folder + "ws-success.s2c.bin")).isEqualTo(VALID);
        assertThat(frame(folder + "ws-success-with-type.s2c.bin")).isEqualTo(VALID);
        assertThat(frame(folder + "ws-error-with-type.s2c.bin")).isEqualTo(INVALID);
        assertThat(frame(folder + "broadcast.s2c.bin")).isInstanceOf(Inbound.Publish.class);
        assertThat(frame(folder + "broadcast-with-type.s2c.bin")).isInstanceOf(Inbound.Publish.class);
        assertThat(refusal(text(folder + "empty-text.s2c.bin"))).isEqualTo(Fault.MALFORMED_JSON);
        assertThat(refusal(text(folder + "notjson.s2c.bin"))).isEqualTo(Fault.MALFORMED_JSON);
    }

    @Test
    void framesThatAPublicNodeMeansToSendAndGetAreUnderstood() throws ProtocolException {
        String folder = "intended-ws/ws-server/";
        assertThat(frame(folder + "typed-broadcast-new.c2s.bin")).isInstanceOf(Inbound.Publish.class);
        assertThat(frame(folder + "broadcast.c2s.bin")).isInstanceOf(Inbound.Publish.class);
        assertThat(frame(folder + "forward.s2c.bin")).isInstanceOf(Inbound.Publish.class);
        assertThat(frame(folder + "typed-broadcast-new.s2c.1.bin")).isEqualTo(VALID);
        assertThat(frame(folder + "typed-broadcast-duplicate.s2c.0.bin")).isEqualTo(VALID);
        assertThat(frame(folder + "typed-broadcast-badsig.s2c.0.bin")).isEqualTo(INVALID);
        assertThat(frame(folder + "ws-success.c2s.bin")).isEqualTo(VALID);
        assertThat(refusal(text(folder + "emptyobj.c2s.bin"))).isEqualTo(Fault.UNKNOWN_SHAPE);
        assertThat(refusal(text(folder + "notjson.c2s.bin"))).isEqualTo(Fault.MALFORMED_JSON);
    }

    @Test
    void aRealPrivateNodesFramesAreUnderstood() throws ProtocolException {
        byte[] sent = Vectors.body("intended-ws/private-to-public/conn001.c2s.bin");
        assertThat(Vectors.textFrames(sent)).isNotEmpty();
        for (byte[] payload : Vectors.textFrames(sent)) {
            assertThat(decoder.decode(payload)).isInstanceOf(Inbound.Publish.class);
        }
    }

    @Test
    void requestsThatKillTheOriginalAreRefused() {
        assertThat(refusal(Vectors.body("original/attacks/broadcast-bad-time.request.bin")))
                .isEqualTo(Fault.UNREADABLE_TIME);
        assertThat(refusal(Vectors.body("original/attacks/broadcast-bad-utf8.request.bin")))
                .isEqualTo(Fault.INVALID_UTF8);
        assertThat(refusal(Vectors.body("original/http/handshake-badtime.request.bin")))
                .isEqualTo(Fault.WRONG_LENGTH);
        assertThat(refusal(Vectors.body("original/http/handshake-badjson.request.bin")))
                .isEqualTo(Fault.MALFORMED_JSON);
        assertThat(refusal(Vectors.body("original/http/handshake-empty.request.bin")))
                .isEqualTo(Fault.MALFORMED_JSON);
        assertThat(refusal(Vectors.body("original/http/handshake-emptyobj.request.bin")))
                .isEqualTo(Fault.UNKNOWN_SHAPE);
    }

    private Inbound frame(String name) throws ProtocolException {
        return decoder.decode(text(name));
    }

    private static byte[] text(String name) {
        return Vectors.textFrames(Vectors.bytes(name)).get(0);
    }

    private Fault refusal(byte[] text) {
        ProtocolException refusal = catchThrowableOfType(ProtocolException.class, () -> decoder.decode(text));
        assertThat(refusal).as(new String(text, UTF_8)).isNotNull();
        return refusal.fault();
    }
}
