package io.monorelay.log;

import static io.monorelay.log.SignedMessages.decoded;
import static io.monorelay.log.SignedMessages.verified;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.MessageId;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FatesTest {
    private static final int MESSAGES = 16;

    private final Fates fates = new Fates(MESSAGES, InstantSource.fixed(SignedMessages.TIME));
    private final MessageLog log = new MessageLog(64, 1 << 20, MessageLog.FIRST_POSITION, fates);
    private final SeenCache seen = SignedMessages.seenCache();

    private FreshMessage publish(VerifiedMessage message) {
        return SignedMessages.publish(log, seen, message, Origin.NONE);
    }

    @Test
    void publishedMessageIsAccountedFor() {
        FreshMessage message = publish(verified("one"));
        fates.sent(message.position(), 3);
        fates.sent(message.position(), 2);
        fates.late(message.position(), 11);
        fates.late(message.position(), 12);
        fates.late(message.position(), 13);
        fates.cameAgain(message.position());
        Fate fate = fates.of(message.message().id());
        assertThat(fate.refused()).isEmpty();
        assertThat(fate.position()).isEqualTo(message.position());
        assertThat(fate.time()).isEqualTo(SignedMessages.TIME);
        assertThat(fate.sender()).isEqualTo(SignedMessages.SENDER.key());
        assertThat(fate.from()).isZero();
        assertThat(fate.sent()).isEqualTo(5);
        assertThat(fate.late()).isEqualTo(3);
        assertThat(fate.named()).containsExactly(11L, 12L);
        assertThat(fate.again()).isEqualTo(1);
    }

    @Test
    void oldestGivesWayAndWhatIsSaidOfItThenIsNotSaidOfAnother() {
        FreshMessage oldest = publish(verified("oldest"));
        FreshMessage next = publish(verified("next"));
        for (int i = 0; i < MESSAGES - 1; i++) {
            publish(verified("later " + i));
        }
        fates.sent(oldest.position(), 7);
        fates.late(oldest.position(), 7);
        assertThat(fates.of(oldest.message().id())).isNull();
        assertThat(fates.of(next.message().id())).isNotNull();
        MessageId inItsPlace = verified("later " + (MESSAGES - 2)).id();
        assertThat(fates.of(inItsPlace).sent()).isZero();
        assertThat(fates.of(inItsPlace).late()).isZero();
        assertThat(fates.of(inItsPlace).named()).isEmpty();
    }

    @Test
    void refusedMessageIsAccountedForWithItsFault() {
        DecodedMessage message = decoded("bad");
        MessageId id = SignedMessages.VERIFIER.idOf(message);
        fates.refused(message, id, Origin.NONE, Fault.BAD_SIGNATURE);
        Fate fate = fates.of(id);
        assertThat(fate.refused()).isEqualTo(Optional.of(Fault.BAD_SIGNATURE));
        assertThat(fate.position()).isZero();
        assertThat(fate.sent()).isZero();
        fates.refused(decoded("worse"), verified("worse").id(), Origin.NONE, Fault.STALE_TIME);
        assertThat(fates.of(id)).as("one refusal is kept for sixteen messages").isNull();
    }

    @Test
    void nothingIsKeptWhereThatIsNotWanted() {
        Fates none = Fates.none();
        MessageLog other = new MessageLog(64, 1 << 20);
        FreshMessage message = SignedMessages.publish(other, seen, verified("unseen"), Origin.NONE);
        none.sent(message.position(), 1);
        assertThat(none.areKept()).isFalse();
        assertThat(none.of(message.message().id())).isNull();
        assertThat(other.fates().of(message.message().id())).isNull();
    }
}
