package io.monorelay.server.link;

import io.monorelay.client.Delivery;
import io.monorelay.client.KeptLinkListener;
import io.monorelay.client.RelayException;
import io.monorelay.client.RelayLink;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Linking;
import io.monorelay.protocol.CloseCode;
import io.monorelay.protocol.DeliveryMode;
import io.monorelay.protocol.Fault;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.MessageId;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.CommitQueue;
import io.monorelay.store.StoredMessage;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One relay that this node keeps a link to, and what goes over that link in both directions. Belongs to the loop of the
 * link.
 */
final class KeptRelay implements KeptLinkListener, Leadership.Member {
    /** How many ids of what came by the link are remembered, so that it is not fed back. */
    private static final int MAX_RECENT_IDS = 16_384;

    private static final Logger LOG = LoggerFactory.getLogger(KeptRelay.class);

    /**
     * What it works with.
     *
     * @param terms on which messages are exchanged with the relay at that address
     * @param self the key of this node
     * @param feedsFrom where the feed of a relay begins that was never fed before
     * @param isPublic whether nothing may be missed from the first link on; for another node what waits for it alone, and
     *     may be cut off by the end of that link, is worth more
     * @param mayMoveTo whether a relay that goes away may be left for that one
     * @param onSelf run when the relay turns out to be this very node
     * @param onStayingAway run when the relay is not dialled again
     * @param reopen opens the link anew
     * @param standby of all links, or null where each of them brings messages whole
     */
    record Parts(
            LinkLoop loop,
            CommitQueue commits,
            Function<URI, Terms> terms,
            LinkBook book,
            NodeKey self,
            long feedsFrom,
            boolean isPublic,
            Standing standing,
            LinkedKeys linked,
            Counters<Linking> counters,
            Predicate<URI> mayMoveTo,
            Runnable onSelf,
            Runnable onStayingAway,
            Runnable reopen,
            @Nullable Standby standby) {}

    /**
     * What is exchanged with a relay.
     *
     * @param source what it is fed
     * @param door where its messages are taken
     */
    record Terms(Feed.Source source, Intake.Door door) {}

    private static final int NO_SUCH_MESSAGE = 404;

    /** What goes over one link. */
    private record Session(RelayLink link, Feed feed, Intake intake) implements Standby.Source {
        void end() {
            feed.end();
            intake.end();
        }

        /** What has not become durable comes again over the new link, if that is one to the same relay. */
        void giveWayTo(NodeKey key) {
            feed.end();
            if (link.relayKey().equals(key)) {
                intake.end();
            }
        }

        @Override
        public void fetch(List<MessageId> ids) {
            link.fetch(ids);
        }
    }

    // fixed after construction
    private final URI relay;
    private final Parts parts;

    // owned by the loop
    private final Map<RelayLink, Session> sessions = new HashMap<>();
    private final RecentIds recent = new RecentIds(MAX_RECENT_IDS);
    private @Nullable RelayLink newest;
    private boolean failureIsKnown;

    KeptRelay(URI relay, Parts parts) {
        this.relay = relay;
        this.parts = parts;
    }

    @Override
    public void onOpen(RelayLink link) {
        NodeKey key = link.relayKey();
        if (key.equals(parts.self())) {
            LOG.warn("{} is this very node; no link is kept to it", relay);
            parts.onSelf().run();
            return;
        }
        LOG.info("linked to {}, whose key is {}", link.relay(), key);
        failureIsKnown = false;
        parts.counters().increment(Linking.OPENED);
        parts.linked().opened(key);
        parts.standing().onOpen(link);
        if (parts.isPublic() && parts.book().processed(key).isEmpty()) {
            parts.book().processed(key, link.position());
        }
        // While one link takes the place of another, there is still but one feed.
        sessions.values().forEach(before -> before.giveWayTo(key));
        Session session = new Session(link, feed(link), intake(link));
        sessions.put(link, session);
        onStandbyOpened(link);
        session.feed().start(parts.book().fed(key).orElse(parts.feedsFrom()));
    }

    private Feed feed(RelayLink link) {
        NodeKey key = link.relayKey();
        return new Feed(
                parts.loop(),
                link::publishText,
                parts.terms().apply(link.relay()).source(),
                message -> cameFrom(key, message),
                position -> parts.book().fed(key, position),
                parts.counters());
    }

    private boolean cameFrom(NodeKey key, StoredMessage message) {
        return recent.contains(message.id()) || message.sender().equals(key);
    }

    private Intake intake(RelayLink link) {
        return new Intake(
                parts.loop(),
                parts.commits(),
                parts.terms().apply(link.relay()).door(),
                new Intake.Brake() {
                    @Override
                    public void pause() {
                        link.pauseReading();
                    }

                    @Override
                    public void resume() {
                        link.resumeReading();
                    }
                },
                new Intake.Progress() {
                    @Override
                    public void through(long position) {
                        onReceived(link, position);
                    }

                    @Override
                    public void stored(MessageId id) {
                        onStored(id);
                    }

                    @Override
                    public void refused(Fault fault) {
                        parts.standing().onRefused(link, fault);
                    }
                },
                parts.counters());
    }

    /**
     * A relay to which this node said no position delivers what waits for this node alone, from long ago, and then what
     * comes. The first is no reason to ask it one day for everything since.
     */
    private void onReceived(RelayLink link, long position) {
        if (link.resumedFrom() != null || position > link.position()) {
            parts.book().processed(link.relayKey(), position);
        }
    }

    @Override
    public void onMessage(RelayLink link, Delivery delivery) {
        Session session = sessions.get(link);
        if (session == null) {
            return;
        }
        recent.add(delivery.id());
        Standby standby = parts.standby();
        if (standby != null && session.intake().isBehind(delivery.position())) {
            standby.came(session, delivery.id(), delivery.message());
        } else {
            session.intake().take(delivery.position(), delivery.message());
        }
    }

    // where only one link brings messages whole

    @Override
    public void onAnnouncement(RelayLink link, Inbound.Announcement announcement) {
        Session session = sessions.get(link);
        Standby standby = parts.standby();
        if (session != null && standby != null) {
            recent.add(announcement.id());
            Intake.Expected expected = session.intake().expect(announcement.position());
            standby.announced(session, announcement.id(), expected);
        }
    }

    @Override
    public void onRefusal(RelayLink link, Inbound.Refusal refusal) {
        Session session = sessions.get(link);
        Standby standby = parts.standby();
        MessageId id = refusal.id();
        if (session != null && standby != null && id != null && refusal.code() == NO_SUCH_MESSAGE) {
            standby.missing(session, id);
        }
    }

    @Override
    public DeliveryMode wanted() {
        Standby standby = parts.standby();
        return standby == null ? DeliveryMode.BODIES : standby.leadership().wanted(this);
    }

    @Override
    public @Nullable DeliveryMode brings() {
        return newest == null ? null : newest.wanted();
    }

    @Override
    public void reopen() {
        parts.reopen().run();
    }

    private void onStored(MessageId id) {
        Standby standby = parts.standby();
        if (standby != null) {
            standby.stored(id);
        }
    }

    private void onStandbyOpened(RelayLink link) {
        newest = link;
        Standby standby = parts.standby();
        if (standby != null) {
            standby.leadership().opened(this);
        }
    }

    private void onStandbyEnded(RelayLink link, Session session) {
        Standby standby = parts.standby();
        if (standby != null) {
            standby.ended(session);
        }
        if (newest == link) {
            newest = null;
            if (standby != null) {
                standby.leadership().ended(this);
            }
        }
    }

    @Override
    public void onGap(RelayLink link, Inbound.Gap gap) {
        parts.counters().increment(Linking.GAPS);
        LOG.warn("{} does not send its messages {} to {}: {}", relay, gap.from(), gap.to(), gap.reason());
    }

    @Override
    public void onEnded(RelayLink link, String why, CloseCode.Next next) {
        Session session = sessions.remove(link);
        if (session != null) {
            session.end();
            parts.linked().ended(link.relayKey());
            onStandbyEnded(link, session);
            parts.counters().increment(Linking.ENDED);
            LOG.info("{}", why);
        }
    }

    @Override
    public void onNotOpened(RelayException failure) {
        parts.counters().increment(Linking.NOT_OPENED);
        parts.standing().onNotOpened(failure);
        if (failureIsKnown) {
            LOG.debug("{}", failure.getMessage());
        } else {
            LOG.warn("no link: {}", failure.getMessage());
        }
        failureIsKnown = true;
    }

    @Override
    public void onStayingAway(String why) {
        LOG.warn("not dialled again: {}", why);
        parts.onStayingAway().run();
    }

    @Override
    public boolean mayMoveTo(URI alternative) {
        return parts.mayMoveTo().test(alternative);
    }
}
