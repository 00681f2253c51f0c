package io.monorelay.server.link;

import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.ReferenceBook;
import java.net.URI;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses relays to link to among the references, while too few of the links that there are can be relied on. What it has
 * chosen is dropped again when it cannot be reached, sends this node away or misbehaves; otherwise it stays, however many
 * others come back.
 *
 * <p>Belongs to one loop.
 */
final class WantedLinks {
    static final long CHECK_MILLIS = 60_000;

    /** A link is not relied on after so many dials in a row that led to nothing. */
    static final int TOO_MANY_ATTEMPTS = 3;

    /** How many relays are remembered that sent this node away, and are not asked again. */
    static final int MAX_REMEMBERED = 256;

    private static final Logger LOG = LoggerFactory.getLogger(WantedLinks.class);

    /**
     * A link that there is.
     *
     * @param key of the relay, or null while it is not known
     * @param isOpen whether it is open now
     * @param attempts how many dials in a row have led to nothing
     * @param isOver whether it is not dialled again
     */
    record Link(URI relay, @Nullable NodeKey key, boolean isOpen, int attempts, boolean isOver) {
        boolean isReliable() {
            return isOpen || (!isOver && attempts < TOO_MANY_ATTEMPTS);
        }

        boolean isTo(URI other, @Nullable NodeKey otherKey) {
            return relay.equals(other) || (key != null && key.equals(otherKey));
        }
    }

    /** The links of this node. Any thread may ask; they are changed on the loop. */
    interface Ties {
        /** All of them, those to relays of the settings too. */
        Collection<Link> links();

        /** Whether the node with that key is linked to this one by its own doing, or is this one. */
        boolean isHere(NodeKey key);

        void keep(HttpReference reference);

        /** Closes a link. */
        void drop(URI relay);
    }

    // fixed after construction
    private final int wanted;
    private final ReferenceBook references;
    private final Ties ties;
    private final InstantSource clock;
    private final RandomGenerator random;

    // owned by the loop
    private final Set<URI> chosen = new HashSet<>();
    private final Set<NodeKey> sentAwayBy = new LinkedHashSet<>();

    /** @param wanted how many links there are to be at least */
    WantedLinks(int wanted, ReferenceBook references, Ties ties, InstantSource clock, RandomGenerator random) {
        this.wanted = wanted;
        this.references = references;
        this.ties = ties;
        this.clock = clock;
        this.random = random;
    }

    /** Checks now, and from then on again and again. */
    void start(LinkLoop loop) {
        check();
        loop.after(CHECK_MILLIS, () -> start(loop));
    }

    /** That relay wants this node to stay away. */
    void onStayingAway(URI relay) {
        ties.links().stream()
                .filter(link -> link.relay().equals(relay) && chosen.contains(relay))
                .map(Link::key)
                .filter(Objects::nonNull)
                .forEach(this::remember);
        check();
    }

    private void remember(NodeKey key) {
        if (sentAwayBy.size() >= MAX_REMEMBERED) {
            sentAwayBy.remove(sentAwayBy.iterator().next());
        }
        sentAwayBy.add(key);
    }

    /** Drops what was chosen and is of no use, and chooses what is missing. */
    void check() {
        ties.links().stream()
                .filter(link -> chosen.contains(link.relay()) && isUseless(link))
                .forEach(this::drop);
        Collection<Link> links = ties.links();
        int missing = wanted - (int) links.stream().filter(Link::isReliable).count();
        if (missing > 0) {
            choose(missing, links);
        }
    }

    private boolean isUseless(Link link) {
        HttpReference reference = references.find(link.relay());
        return !link.isReliable() || (reference != null && reference.conduct().isAvoided(clock.instant()));
    }

    private void drop(Link link) {
        LOG.info("no longer linked to {}, which was chosen among the references", link.relay());
        chosen.remove(link.relay());
        ties.drop(link.relay());
    }

    private void choose(int missing, Collection<Link> links) {
        List<HttpReference> best = references.bestToDial(Integer.MAX_VALUE, random).stream()
                .filter(reference -> links.stream().noneMatch(link -> link.isTo(reference.uri(), reference.key())))
                .filter(reference -> !sentAwayBy.contains(reference.key()) && !ties.isHere(reference.key()))
                .limit(missing)
                .toList();
        for (HttpReference reference : best) {
            LOG.info("linking to {}, chosen among the references", reference.uri());
            chosen.add(reference.uri());
            ties.keep(reference);
        }
    }
}
