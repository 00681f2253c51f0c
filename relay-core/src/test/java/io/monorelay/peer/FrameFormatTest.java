package io.monorelay.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.log.SignedMessages;
import io.monorelay.protocol.Form;
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

    @Test
    void v1FrameIsTheMessageWithItsTypeLast() {
        VerifiedMessage message = SignedMessages.verified("some text");

        String text = written(FrameFormat.V1, fresh(message, 77));

        assertThat(text)
                .isEqualTo(new String(
                        MessageEncoder.typed(message.array(), message.membersOffset(), message.membersLength()),
                        UTF_8));
    }

    @Test
    void compactMessagesAreForV2Alone() {
        assertThat(FrameFormat.V1.carries(Form.COMPACT)).isFalse();
        assertThat(FrameFormat.V1.carries(Form.MONOCHAIN)).isTrue();
        assertThat(FrameFormat.V2.carries(Form.COMPACT)).isTrue();
        assertThat(FrameFormat.V2.carries(Form.MONOCHAIN)).isTrue();
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
