package io.monorelay.server.link;

import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Linking;
import io.monorelay.protocol.DecodedMessage;
import io.monorelay.protocol.Limits;
import io.monorelay.protocol.MessageId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What several relays have announced to a node that takes whole messages from one of them only. What has not come by the
 * deadline, by whatever way, is fetched from one that announced it.
 *
 * <p>Belongs to the one loop of all links.
 */
final class Standby {
    /** How many ids of what became durable lately are remembered, since announcements come after messages as well. */
    private static final int MAX_RECENT_IDS = 16_384;

    /** How many ids the store is asked for in one round. */
    private static final int MAX_QUESTION_IDS = 1024;

    /** In how many rounds a deadline is over. */
    private static final int ROUNDS = 2;

    /** The store of this node. */
    interface Stored {
        /** Asks which of these it has; answered on the loop, or never when it cannot be asked. */
        void ask(List<MessageId> ids, Consumer<Set<MessageId>> answer);
    }

    /** A link on which announcements come. */
    interface Source {
        void fetch(List<MessageId> ids);
    }

    private record Announcement(Source source, Intake.Expected expected) {}

    /** A message that is not here. */
    private static final class Awaited {
        private final ArrayDeque<Announcement> announcements = new ArrayDeque<>(2);
        private int rounds;
    }

    // fixed after construction
    private final LinkLoop loop;
    private final long roundMillis;
    private final Stored store;
    private final Counters<Linking> counters;
    private final Leadership leadership;

    // owned by the loop
    private final Map<MessageId, Awaited> awaited = new LinkedHashMap<>();
    private final RecentIds recent = new RecentIds(MAX_RECENT_IDS);
    private boolean roundIsDue;

    Standby(LinkLoop loop, Duration deadline, Stored store, Counters<Linking> counters) {
        this.loop = loop;
        this.roundMillis = Math.max(1, deadline.toMillis() / ROUNDS);
        this.store = store;
        this.counters = counters;
        leadership = new Leadership(loop, deadline.toMillis());
    }

    /** Which relay brings messages whole. */
    Leadership leadership() {
        return leadership;
    }

    /** A message was announced that may be here already, or come from elsewhere. */
    void announced(Source source, MessageId id, Intake.Expected expected) {
        if (recent.contains(id)) {
            expected.known();
            return;
        }
        awaited.computeIfAbsent(id, first -> new Awaited()).announcements.addLast(new Announcement(source, expected));
        scheduleRound();
    }

    /** A message came that had been fetched. */
    void came(Source source, MessageId id, DecodedMessage message) {
        takeOut(source, id, expected -> expected.came(message));
    }

    /** A relay has a message no more that it announced. */
    void missing(Source source, MessageId id) {
        takeOut(source, id, Intake.Expected::missing);
    }

    private void takeOut(Source source, MessageId id, Consumer<Intake.Expected> action) {
        Awaited message = awaited.get(id);
        if (message == null) {
            return;
        }
        List<Announcement> by = message.announcements.stream()
                .filter(announcement -> announcement.source().equals(source))
                .toList();
        message.announcements.removeAll(by);
        if (message.announcements.isEmpty()) {
            awaited.remove(id);
        }
        by.forEach(announcement -> action.accept(announcement.expected()));
    }

    /** That message is durable here. */
    void stored(MessageId id) {
        recent.add(id);
        Awaited message = awaited.remove(id);
        if (message != null) {
            message.announcements.forEach(
                    announcement -> announcement.expected().known());
        }
    }

    /** Nothing more comes from there. */
    void ended(Source source) {
        awaited.values().removeIf(message -> {
            message.announcements.removeIf(announcement -> announcement.source().equals(source));
            return message.announcements.isEmpty();
        });
    }

    private void scheduleRound() {
        if (!roundIsDue && !awaited.isEmpty()) {
            roundIsDue = true;
            loop.after(roundMillis, this::onRound);
        }
    }

    private void onRound() {
        roundIsDue = false;
        List<MessageId> due = new ArrayList<>();
        awaited.forEach((id, message) -> {
            message.rounds++;
            if (message.rounds >= ROUNDS && due.size() < MAX_QUESTION_IDS) {
                message.rounds = 0;
                due.add(id);
            }
        });
        if (!due.isEmpty()) {
            store.ask(due, known -> onAnswer(due, known));
        }
        scheduleRound();
    }

    private void onAnswer(List<MessageId> asked, Set<MessageId> known) {
        Map<Source, List<MessageId>> wanted = new LinkedHashMap<>();
        for (MessageId id : asked) {
            Awaited message = awaited.get(id);
            if (known.contains(id)) {
                stored(id);
            } else if (message != null) {
                wanted.computeIfAbsent(nextSource(message), first -> new ArrayList<>())
                        .add(id);
            }
        }
        wanted.forEach(this::fetch);
    }

    /** In turn, for the case that one of them does not answer. */
    private static Source nextSource(Awaited message) {
        Announcement next = message.announcements.removeFirst();
        message.announcements.addLast(next);
        return next.source();
    }

    private void fetch(Source source, List<MessageId> ids) {
        counters.add(Linking.FETCHED, ids.size());
        for (int from = 0; from < ids.size(); from += Limits.MAX_FETCH_IDS) {
            source.fetch(List.copyOf(ids.subList(from, Math.min(ids.size(), from + Limits.MAX_FETCH_IDS))));
        }
    }
}
