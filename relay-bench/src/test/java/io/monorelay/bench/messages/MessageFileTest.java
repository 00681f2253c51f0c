package io.monorelay.bench.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.Form;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MessageFileTest {
    private static final int COUNT = 20;

    @Test
    void everyLineIsASignedMessageOfThatSize() throws IOException {
        for (String line : lines(3, Form.MONOCHAIN)) {
            assertThat(SampleMessages.decoded(line.getBytes(UTF_8)).data()).hasSize(100);
            assertThat(verified(line).timeEpochSecond()).isEqualTo(SampleMessages.TIME.getEpochSecond());
        }
    }

    @Test
    void noMessageIsThereTwice() throws IOException {
        assertThat(verifiedLines(1).map(VerifiedMessage::id)).hasSize(COUNT).doesNotHaveDuplicates();
    }

    @Test
    void sendersTakeTurns() throws IOException {
        List<VerifiedMessage> messages = verifiedLines(3).toList();
        assertThat(messages.stream().map(VerifiedMessage::sender).distinct()).hasSize(3);
        assertThat(messages.get(0).sender()).isEqualTo(messages.get(3).sender());
    }

    @Test
    void timesGoOnAtThePaceOfPublishing() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SignedMessages messages = new SignedMessages(SampleMessages.ed25519(), 1, Form.MONOCHAIN, 8);
        new MessageFile(messages, InstantSource.fixed(SampleMessages.TIME)).write(25_000, out);
        List<String> lines = out.toString(UTF_8).lines().toList();
        long start = SampleMessages.TIME.getEpochSecond();
        assertThat(verified(lines.getFirst()).timeEpochSecond()).isEqualTo(start);
        assertThat(verified(lines.getLast()).timeEpochSecond()).isEqualTo(start + 2);
    }

    @Test
    void compactFormIsWrittenWhenAsked() throws IOException {
        assertThat(lines(1, Form.COMPACT)).allMatch(line -> verified(line).form() == Form.COMPACT);
    }

    @Test
    void dataWithoutRoomForTheNumberIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SignedMessages(SampleMessages.ed25519(), 1, Form.MONOCHAIN, 7))
                .withMessage("messages of 7 bytes, expected at least 8");
    }

    private static Stream<VerifiedMessage> verifiedLines(int senders) throws IOException {
        return lines(senders, Form.MONOCHAIN).stream().map(MessageFileTest::verified);
    }

    private static VerifiedMessage verified(String line) {
        return SampleMessages.verified(line.getBytes(UTF_8));
    }

    private static List<String> lines(int senders, Form form) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SignedMessages messages = new SignedMessages(SampleMessages.ed25519(), senders, form, 100);
        new MessageFile(messages, InstantSource.fixed(SampleMessages.TIME)).write(COUNT, out);
        return out.toString(UTF_8).lines().toList();
    }
}
