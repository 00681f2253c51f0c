package io.monorelay.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.log.SignedMessages;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.MessageEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameFormatTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 9, 10, 99, 100, 1_234_567_890_123L, Long.MAX_VALUE})
    void v2FrameIsTheDeliveryWithItsPosition(long position) {
        VerifiedMessage message = SignedMessages.verified(Form.COMPACT, null, "some text");

        String text = written(FrameFormat.V2, fresh(message, position));

        assertThat(text)
                .isEqualTo(new String(
                        MessageEncoder.delivery(
                                position, message.array(), message.membersOffset(), message.membersLength()),
                        UTF_8));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 9, 10, 1_234_567_890_123L, Long.MAX_VALUE})
    void whoWantsIdsGetsTheMessageOnlyIfItIsAddressed(long position) {
        VerifiedMessage forAll = SignedMessages.verified("some text");
        VerifiedMessage forOne = SignedMessages.verified(Form.COMPACT, forAll.sender(), "some text");

        assertThat(written(FrameFormat.V2_IDS, fresh(forAll, position)))
                .isEqualTo("{\"position\":" + position + ",\"id\":\"" + forAll.id() + "\"}");
        assertThat(written(FrameFormat.V2_IDS, fresh(forOne, position)))
                .isEqualTo(written(FrameFormat.V2, fresh(forOne, position)));
    }

    @Test
    void v1FrameIsTheMessageWithItsTypeLast() {
        VerifiedMessage message = SignedMessages.verified("some text");

        String text = written(FrameFormat.V1, fresh(message, 77));

        assertThat(text)
                .isEqualTo(new String(
                        MessageEncoder.typed(message.array(), message.membersOffset(), message.membersLength()),
                        UTF_8));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 9, 10, 1_234_567_890_123L, Long.MAX_VALUE})
    void anEventIsTheDeliveryWithItsPositionAsId(long position) {
        VerifiedMessage message = SignedMessages.verified(Form.COMPACT, null, "some text");
        ByteBuf out = Unpooled.buffer();

        FrameFormat.EVENTS.write(fresh(message, position), out);

        byte[] delivery =
                MessageEncoder.delivery(position, message.array(), message.membersOffset(), message.membersLength());
        assertThat(out.toString(UTF_8))
                .isEqualTo("id: " + position + "\ndata: " + new String(delivery, UTF_8) + "\n\n");
    }

    @Test
    void anEventOfAMessageOverSeveralLinesHasItOnOneLine() {
        String members = "\"message\":{\r\n\"data\":\r\"a\\nb\",\n\n\"time\":\"\"},\"signature\":[1]";
        ByteBuf out = Unpooled.buffer();

        FrameFormat.EVENTS.write(7, ("xx" + members).getBytes(UTF_8), 2, members.length(), out);

        assertThat(out.toString(UTF_8))
                .isEqualTo("id: 7\ndata: {\"position\":7," + members.replaceAll("[\r\n]", " ") + "}\n\n");
    }

    @Test
    void aGapIsStatedWhereTheFormatCanSayIt() {
        Inbound.Gap gap = new Inbound.Gap(3, 17, "retention");
        String text = "{\"gap\":{\"from\":3,\"to\":17,\"reason\":\"retention\"}}";
        ByteBuf frame = Unpooled.buffer();
        FrameFormat.V2.writeGap(gap, frame);
        assertThat(new ReceivedFrames().read(frame)).containsExactly(text);
        ByteBuf event = Unpooled.buffer();
        FrameFormat.EVENTS.writeGap(gap, event);
        assertThat(event.toString(UTF_8)).isEqualTo("event: gap\nid: 17\ndata: " + text + "\n\n");
        assertThat(FrameFormat.V1.canStateGaps()).isFalse();
        assertThatThrownBy(() -> FrameFormat.V1.writeGap(gap, frame)).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"V2", "EVENTS", "V2_IDS"})
    void noGapIsLongerThanItIsSaidToBe(FrameFormat format) {
        ByteBuf out = Unpooled.buffer();
        format.writeGap(new Inbound.Gap(Long.MAX_VALUE, Long.MAX_VALUE, "retention"), out);
        assertThat(out.readableBytes()).isLessThanOrEqualTo(FrameFormat.MAX_GAP_BYTES);
    }

    @Test
    void compactMessagesAreNotForV1() {
        assertThat(FrameFormat.V1.carries(Form.COMPACT)).isFalse();
        assertThat(FrameFormat.V1.carries(Form.MONOCHAIN)).isTrue();
        assertThat(FrameFormat.V2.carries(Form.COMPACT)).isTrue();
        assertThat(FrameFormat.V2.carries(Form.MONOCHAIN)).isTrue();
        assertThat(FrameFormat.EVENTS.carries(Form.COMPACT)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void noFrameIsLongerThanItsFormatSays(FrameFormat format) {
        for (int length : new int[] {0, 200, 64_000}) {
            FreshMessage fresh = fresh(SignedMessages.verified("d".repeat(length)), Long.MAX_VALUE);
            ByteBuf out = Unpooled.buffer();
            format.write(fresh, out);
            assertThat(out.readableBytes())
                    .isLessThanOrEqualTo(format.maxFrameLength(fresh.message().membersLength()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsWrittenWhereNotAllOfItFits(FrameFormat format) {
        ByteBuf small = Unpooled.buffer(16, 64);

        assertThatThrownBy(() -> format.write(fresh(SignedMessages.verified("some text"), 1), small))
                .isInstanceOf(IndexOutOfBoundsException.class);

        assertThat(small.readableBytes()).isZero();
    }

    private static FreshMessage fresh(VerifiedMessage message, long position) {
        return SignedMessages.seenCache().admit(message, position, Origin.NONE);
    }

    private static String written(FrameFormat format, FreshMessage message) {
        ByteBuf out = Unpooled.buffer();
        format.write(message, out);
        return new ReceivedFrames().read(out).get(0);
    }
}
