package io.monorelay.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.HandshakeEncoder;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageEncoder;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.protocol.ReplyEncoder;
import java.util.Arrays;

/** Any bytes as a frame or a body. */
final class MessageFuzzTest {
    private static final InboundDecoder DECODER = new InboundDecoder(Limits.defaults());

    /** What is written again may be longer than it was read. */
    private static final InboundDecoder ROOMY =
            new InboundDecoder(Limits.defaults().withMaxFrameBytes(1 << 20));

    @FuzzTest
    void whatIsReadIsReadAgainFromWhatIsWrittenOfIt(byte[] data) throws ProtocolException {
        Inbound inbound;
        try {
            inbound = DECODER.decode(data);
        } catch (ProtocolException refused) {
            assertThat(refused.info()).isNotBlank();
            return;
        }
        byte[] written = written(inbound);
        Inbound again = ROOMY.decode(written);
        assertThat(again).hasSameClassAs(inbound);
        assertThat(written(again)).isEqualTo(written);
        if (inbound instanceof Inbound.Publish publish) {
            assertCanonical(publish.message());
        }
    }

    /** What a signature is checked over where the bytes as they came do not fit it says the same as they do. */
    private static void assertCanonical(DecodedMessage message) throws ProtocolException {
        byte[] canonical = message.canonicalContents();
        byte[] broadcast = MessageEncoder.broadcast(Form.MONOCHAIN, canonical, message.signature());
        DecodedMessage again = ((Inbound.Publish) ROOMY.decode(broadcast)).message();
        assertThat(again.canonicalContents()).isEqualTo(canonical);
        assertThat(again.data()).isEqualTo(message.data());
        assertThat(again.sender()).isEqualTo(message.sender());
        assertThat(again.receiver()).isEqualTo(message.receiver());
        assertThat(again.timeEpochSecond()).isEqualTo(message.timeEpochSecond());
    }

    private static byte[] written(Inbound inbound) {
        return switch (inbound) {
            case Inbound.Publish publish -> {
                byte[] members = members(publish.message());
                yield MessageEncoder.untyped(members, 0, members.length);
            }
            case Inbound.Delivery delivery -> {
                byte[] members = members(delivery.message());
                yield MessageEncoder.delivery(delivery.position(), members, 0, members.length);
            }
            case Inbound.HandshakeRequestV1 request -> HandshakeEncoder.typedRequest(request);
            case Inbound.HandshakeResponseV1 response -> HandshakeEncoder.response(response);
            case Inbound.Hello hello -> HandshakeEncoder.hello(hello);
            case Inbound.HandshakeV2 handshake -> HandshakeEncoder.handshake(handshake);
            case Inbound.Welcome welcome -> HandshakeEncoder.welcome(welcome);
            case Inbound.Ack ack -> ReplyEncoder.ack(ack);
            case Inbound.Success success -> ReplyEncoder.success(success);
            case Inbound.Refusal refusal -> ReplyEncoder.refusal(refusal);
            case Inbound.Gap gap -> ReplyEncoder.gap(gap);
            case Inbound.Drain drain -> ReplyEncoder.drain(drain);
            case Inbound.Announcement announcement -> ReplyEncoder.announcement(announcement);
            case Inbound.Fetch fetch -> ReplyEncoder.fetch(fetch);
        };
    }

    /** As they came, where they can be passed on like that. */
    private static byte[] members(DecodedMessage message) {
        byte[] array = message.array();
        int offset = message.membersOffset();
        if (offset >= 0) {
            return Arrays.copyOfRange(array, offset, offset + message.membersLength());
        }
        int contents = message.contentsOffset();
        return MessageEncoder.members(
                message.form(),
                Arrays.copyOfRange(array, contents, contents + message.contentsLength()),
                message.signature());
    }
}
