package io.monorelay.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.client.Delivery;
import io.monorelay.client.Publication.Accepted;
import io.monorelay.protocol.DeliveryMode;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that wants only ids is told of each message, and fetches those that it wants. */
@Timeout(60)
final class FetchTest {
    private static final MessageId UNKNOWN = new MessageId(1, 2, 3, 4);

    private final RunningRelay relay = RunningRelay.start("network.event-loops=2");
    private final LinkedNode publisher = LinkedNode.generate();
    private final Inbox publishing = publisher.connect(relay);
    private final KeptNode node = new KeptNode(DeliveryMode.IDS);

    @AfterEach
    void stop() {
        node.close();
        publisher.close();
        relay.close();
    }

    @Test
    void aMessageForAllIsAnnouncedAndComesWhenItIsFetched() throws Exception {
        node.keepLinkTo(relay);
        Accepted one = publishing.publish("one");
        Accepted two = publishing.publish("two");
        assertThat(node.next()).isEqualTo(announced(one));
        assertThat(node.next()).isEqualTo(announced(two));

        node.link().fetch(List.of(two.id(), one.id()));

        assertDelivered(two, "two");
        assertDelivered(one, "one");
    }

    @Test
    void anAddressedMessageComesWholeAndInItsPlace() throws Exception {
        node.keepLinkTo(relay);
        Accepted before = publishing.publish("before");
        Accepted addressed = publishing.publish("for you", node.key());
        Accepted after = publishing.publish("after");

        assertThat(node.next()).isEqualTo(announced(before));
        assertDelivered(addressed, "for you");
        assertThat(node.next()).isEqualTo(announced(after));
    }

    @Test
    void whatANodeMissedIsAnnouncedWhenItComesBack() throws Exception {
        node.keepLinkTo(relay);
        Accepted seen = publishing.publish("seen");
        assertThat(node.next()).isEqualTo(announced(seen));
        node.processed(seen.position());
        node.leave();
        Accepted missed = publishing.publish("missed");
        Accepted addressed = publishing.publish("for you", node.key());

        node.keepLinkTo(relay);

        assertThat(node.next()).isEqualTo(announced(missed));
        assertDelivered(addressed, "for you");
    }

    @Test
    void whatIsNotThereOrForSomebodyElseIsRefusedByItsId() throws Exception {
        LinkedNode somebody = LinkedNode.generate();
        node.keepLinkTo(relay);
        Accepted secret = publishing.publish("secret", somebody.key());
        Accepted known = publishing.publish("known");
        assertThat(node.next()).isEqualTo(announced(known));

        node.link().fetch(List.of(UNKNOWN, secret.id(), known.id()));

        assertThat(((Inbound.Refusal) node.next()).id()).isEqualTo(UNKNOWN);
        Inbound.Refusal refusal = (Inbound.Refusal) node.next();
        assertThat(refusal.id()).isEqualTo(secret.id());
        assertThat(refusal.code()).isEqualTo(404);
        assertDelivered(known, "known");
        somebody.close();
    }

    @Test
    void manyFetchesOfMuchAreAllAnswered() throws Exception {
        node.keepLinkTo(relay);
        Map<MessageId, Long> published = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            Accepted accepted = publishing.publish(i + "-".repeat(4_000));
            published.put(accepted.id(), accepted.position());
            assertThat(node.next()).isEqualTo(announced(accepted));
        }
        List<MessageId> ids = new ArrayList<>(published.keySet());
        for (int from = 0; from < ids.size(); from += Limits.MAX_FETCH_IDS) {
            node.link().fetch(ids.subList(from, Math.min(ids.size(), from + Limits.MAX_FETCH_IDS)));
        }
        for (MessageId id : ids) {
            Delivery delivery = (Delivery) node.next();
            assertThat(delivery.id()).isEqualTo(id);
            assertThat(delivery.position()).isEqualTo(published.get(id));
        }
    }

    @Test
    void aLinkThatIsOpenedAgainForBodiesBringsThem() throws Exception {
        node.keepLinkTo(relay);
        Accepted one = publishing.publish("one");
        assertThat(node.next()).isEqualTo(announced(one));
        node.processed(one.position() - 1);

        node.wantFromNowOn(DeliveryMode.BODIES);

        assertDelivered(one, "one");
        assertDelivered(publishing.publish("two"), "two");
    }

    private static Inbound.Announcement announced(Accepted accepted) {
        return new Inbound.Announcement(accepted.position(), accepted.id());
    }

    private void assertDelivered(Accepted accepted, String data) throws InterruptedException {
        Delivery delivery = (Delivery) node.next();
        assertThat(delivery.data()).isEqualTo(data);
        assertThat(delivery.position()).isEqualTo(accepted.position());
        assertThat(delivery.id()).isEqualTo(accepted.id());
    }
}
