package io.monorelay.relay;

import static io.monorelay.log.SignedMessages.decoded;
import static io.monorelay.store.Durability.COMMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.log.FreshMessage;
import io.monorelay.log.Origin;
import io.monorelay.log.SignedMessages;
import io.monorelay.metrics.Outcome;
import io.monorelay.peer.FrameFormat;
import io.monorelay.peer.ManualLoop;
import io.monorelay.peer.Peer;
import io.monorelay.peer.RecordedConnection;
import io.monorelay.peer.ThrottledChannel;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Form;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.Vectors;
import io.monorelay.relay.Receipt.Acknowledged;
import io.monorelay.relay.Receipt.Reach;
import io.monorelay.relay.Receipt.Refused;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MessagePathTest {
    private static final Instant VECTOR_TIME = Instant.parse("2022-09-22T12:03:11Z");

    private final PathWorld world = new PathWorld(SignedMessages.TIME);

    @Test
    void newMessageIsLoggedAndAcknowledgedWithItsPosition() {
        DecodedMessage message = decoded("a");
        Origin origin = new Origin() {};

        Receipt receipt = world.publish(message, origin);

        MessageId id = SignedMessages.VERIFIER.idOf(message);
        assertThat(receipt).isEqualTo(new Acknowledged(id, 1, Reach.EVERYBODY, false, COMMIT));
        List<FreshMessage> logged = world.logged();
        assertThat(logged).hasSize(1);
        assertThat(logged.get(0).message().id()).isEqualTo(id);
        assertThat(logged.get(0).position()).isEqualTo(1);
        assertThat(logged.get(0).origin()).isSameAs(origin);
        assertThat(world.path.lastPosition()).isEqualTo(1);
        assertThat(world.metrics.outcomes().count(Outcome.ACCEPTED)).isEqualTo(1);
    }

    @Test
    void duplicateIsAcknowledgedWithThePositionOfTheFirstAndGoesNoFurther() {
        Acknowledged first = (Acknowledged) world.publish(decoded("a"));
        world.publish(decoded("b"));
        world.logged();

        Receipt again = world.publish(decoded("a"));

        assertThat(again).isEqualTo(new Acknowledged(first.id(), first.position(), Reach.EVERYBODY, true, COMMIT));
        assertThat(world.logged()).isEmpty();
        assertThat(world.path.lastPosition()).as("no position is used up").isEqualTo(2);
        assertThat(world.metrics.outcomes().count(Outcome.DUPLICATE)).isEqualTo(1);
    }

    @Test
    void fullLogRefusesWithATimeToRetryAndTheRetrySucceeds() {
        for (int i = 0; i < PathWorld.SLOTS; i++) {
            world.publish(decoded("fills " + i));
        }
        DecodedMessage message = decoded("a");

        Receipt refused = world.publish(message);

        assertThat(refused).isInstanceOfSatisfying(Refused.class, refusal -> {
            assertThat(refusal.fault()).isEqualTo(Fault.LOG_FULL);
            assertThat(refusal.retryAfterMillis()).isEqualTo(MessagePath.RETRY_AFTER_MILLIS);
            assertThat(refusal.id()).isEqualTo(SignedMessages.VERIFIER.idOf(message));
            assertThat(refusal.toRefusal().retryAfterMillis()).isPositive();
        });
        world.logged();
        assertThat(world.publish(message)).isInstanceOfSatisfying(Acknowledged.class, acknowledged -> {
            assertThat(acknowledged.duplicate())
                    .as("the refused one was not remembered")
                    .isFalse();
            assertThat(acknowledged.position()).isEqualTo(PathWorld.SLOTS + 1);
        });
        assertThat(world.logged()).hasSize(1);
    }

    @Test
    void duplicateIsAcknowledgedEvenWhenTheLogIsFull() {
        for (int i = 0; i < PathWorld.SLOTS; i++) {
            world.publish(decoded("fills " + i));
        }

        assertThat(world.publish(decoded("fills 0"))).isInstanceOf(Acknowledged.class);
    }

    @Test
    void onceItIsClosedNothingNewIsTakenAndWhatIsKnownIsStillAcknowledged() {
        world.publish(decoded("a"));
        world.path.close();

        assertThat(world.publish(decoded("b"))).isInstanceOfSatisfying(Refused.class, refusal -> {
            assertThat(refusal.fault()).isEqualTo(Fault.STOPPING);
            assertThat(refusal.retryAfterMillis()).isEqualTo(MessagePath.RETRY_AFTER_STOP_MILLIS);
            assertThat(refusal.id()).isEqualTo(SignedMessages.VERIFIER.idOf(decoded("b")));
        });
        assertThat(world.publish(decoded("a"))).isInstanceOf(Acknowledged.class);
        assertThat(world.logged()).hasSize(1);
    }

    @Test
    void messageAtTheEdgesOfTheTimeWindowPassesAndBeyondThemDoesNot() {
        Instant time = SignedMessages.TIME;
        assertThat(receiptAt(time.plus(PathWorld.WINDOW))).isInstanceOf(Acknowledged.class);
        assertThat(receiptAt(time.minus(PathWorld.WINDOW))).isInstanceOf(Acknowledged.class);
        assertRefused(receiptAt(time.plus(PathWorld.WINDOW).plusSeconds(1)), Fault.STALE_TIME);
        assertRefused(receiptAt(time.minus(PathWorld.WINDOW).minusSeconds(1)), Fault.FUTURE_TIME);
    }

    @Test
    void refusalSaysHowFarTheTimeIsOff() {
        Refused stale = (Refused) receiptAt(SignedMessages.TIME.plus(Duration.ofSeconds(601)));

        assertThat(stale.info()).isEqualTo("field \"time\": 601 s in the past, expected at most 600 s");
        assertThat(stale.id()).as("whose refusal it is").isNotNull();
        assertThat(stale.retryAfterMillis()).as("it never helps").isZero();
        assertThat(stale.toRefusal().retryAfterMillis()).isNull();
    }

    @Test
    void wrongSignatureIsRefusedAndLeavesNoTrace() {
        DecodedMessage genuine = decoded("a");
        byte[] text = genuine.array().clone();
        text[genuine.contentsOffset() + genuine.contentsLength() - 3] ^= 1;
        DecodedMessage forged = SignedMessages.decode(text);

        Receipt receipt = world.publish(forged);

        assertRefused(receipt, Fault.BAD_SIGNATURE);
        assertThat(((Refused) receipt).id()).isEqualTo(SignedMessages.VERIFIER.idOf(forged));
        assertThat(world.path.lastPosition()).isZero();
        assertThat(world.metrics.faults().count(Fault.BAD_SIGNATURE)).isEqualTo(1);
        assertThat(world.metrics.outcomes().count(Outcome.REFUSED)).isEqualTo(1);
        assertThat(world.publish(genuine)).isInstanceOf(Acknowledged.class);
    }

    @Test
    void wrongSignatureOfContentsThatAreKnownIsNotVerifiedAgain() {
        DecodedMessage genuine = decoded("a");
        Acknowledged first = (Acknowledged) world.publish(genuine);
        DecodedMessage other = SignedMessages.decode(withLastSignatureByteChanged(genuine));

        assertThat(world.publish(other)).isEqualTo(new Acknowledged(first.id(), 1, Reach.EVERYBODY, true, COMMIT));
    }

    @Test
    void reformattedMessageIsADuplicateOfTheOneThatItWas() {
        PathWorld then = new PathWorld(VECTOR_TIME);
        Acknowledged base = (Acknowledged) then.publish(vector("broadcast-reformat-base.json"));

        Receipt pretty = then.publish(vector("broadcast-reformat-pretty.json"));

        assertThat(pretty).isEqualTo(new Acknowledged(base.id(), base.position(), Reach.EVERYBODY, true, COMMIT));
        assertThat(then.logged()).hasSize(1);
        assertThat(then.log.heldBytes())
                .as("the position that it had claimed is given back")
                .isZero();
        assertThat(then.reader.position()).isEqualTo(2);
    }

    @Test
    void reformattedMessageThatComesFirstIsRelayedAsItWasSigned() {
        PathWorld then = new PathWorld(VECTOR_TIME);

        Acknowledged pretty = (Acknowledged) then.publish(vector("broadcast-reformat-pretty.json"));
        Receipt base = then.publish(vector("broadcast-reformat-base.json"));

        assertThat(pretty.duplicate()).isFalse();
        assertThat(base).isEqualTo(new Acknowledged(pretty.id(), pretty.position(), Reach.EVERYBODY, true, COMMIT));
        assertThat(then.logged()).hasSize(1);
    }

    @Test
    void acknowledgementSaysWhetherTheReceiverIsHere() {
        NodeKey key = SignedMessages.key(1);
        Acknowledged away = (Acknowledged) world.publish(decoded(Form.MONOCHAIN, key, "a"));
        ManualLoop loop = new ManualLoop();
        RecordedConnection connection = new RecordedConnection(ThrottledChannel.open(loop, ByteBufAllocator.DEFAULT));
        world.directory.claim(key, new Peer(connection, FrameFormat.V2));

        Acknowledged online = (Acknowledged) world.publish(decoded(Form.MONOCHAIN, key, "b"));
        Acknowledged duplicate = (Acknowledged) world.publish(decoded(Form.MONOCHAIN, key, "a"));

        assertThat(away.reach()).isEqualTo(Reach.STORED);
        assertThat(online.reach()).isEqualTo(Reach.ONLINE);
        assertThat(away.toSuccess().receiver()).isEqualTo("stored");
        assertThat(online.toSuccess().receiver()).isEqualTo("online");
        assertThat(online.toSuccess().durability()).isEqualTo("commit");
        assertThat(duplicate.reach()).as("as it is now").isEqualTo(Reach.ONLINE);
        assertThat(((Acknowledged) world.publish(decoded("to all"))).toSuccess().receiver())
                .isNull();
    }

    @Test
    void nothingIsAcknowledgedBeforeItIsDurable() {
        RecordedPublisher first = world.begin(decoded("a"));
        RecordedPublisher second = world.begin(decoded("b"));
        RecordedPublisher again = world.begin(decoded("a"));

        assertThat(first.appended).containsExactly(1L);
        assertThat(second.appended).containsExactly(2L);
        assertThat(again.appended).isEmpty();
        assertThat(first.receipts).isEmpty();
        assertThat(again.receipts).as("the one before it is not durable either").isEmpty();

        world.mark.advanceTo(1);
        assertThat(((Acknowledged) first.only()).position()).isEqualTo(1);
        assertThat(second.receipts).isEmpty();

        world.mark.advanceTo(2);
        assertThat(((Acknowledged) second.only()).position()).isEqualTo(2);
        assertThat(again.only())
                .isEqualTo(new Acknowledged(((Acknowledged) first.only()).id(), 1, Reach.EVERYBODY, true, COMMIT));
    }

    @Test
    void refusalDoesNotWaitForTheStore() {
        for (int i = 0; i < PathWorld.SLOTS; i++) {
            world.begin(decoded("fills " + i));
        }

        assertThat(world.begin(decoded("a")).only()).isInstanceOf(Refused.class);
    }

    @Test
    void whatTheStoreHadBeforeIsAcknowledgedWithTheEarlierPosition() {
        RecordedPublisher first = world.begin(decoded("a"));
        RecordedPublisher again = world.begin(decoded("a"));
        FreshMessage message = world.logged().get(0);

        message.storedBefore(77);
        world.seen.correct(message.message().id(), 77);
        world.mark.advanceTo(100);

        Acknowledged expected = new Acknowledged(message.message().id(), 77, Reach.EVERYBODY, true, COMMIT);
        assertThat(first.only()).isEqualTo(expected);
        assertThat(again.only()).isEqualTo(expected);
        assertThat(world.publish(decoded("a"))).isEqualTo(expected);
    }

    private static Receipt receiptAt(Instant now) {
        return new PathWorld(now).publish(decoded("a"));
    }

    private static void assertRefused(Receipt receipt, Fault fault) {
        assertThat(receipt)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.fault()).isEqualTo(fault));
    }

    private static byte[] withLastSignatureByteChanged(DecodedMessage message) {
        byte[] text = message.array().clone();
        int lastDigit = text.length - 3;
        text[lastDigit] = (byte) (text[lastDigit] == '1' ? '2' : '1');
        return text;
    }

    private static DecodedMessage vector(String name) {
        return SignedMessages.decode(Vectors.generated(name));
    }
}
