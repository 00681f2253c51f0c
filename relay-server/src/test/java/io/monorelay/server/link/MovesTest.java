package io.monorelay.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.client.RelayMemory;
import io.monorelay.metrics.Counters;
import io.monorelay.metrics.Offence;
import io.monorelay.protocol.NodeKey;
import io.monorelay.refs.HttpReference;
import io.monorelay.refs.ReferenceBook;
import io.monorelay.server.config.ConfigException;
import io.monorelay.server.config.ConfigLoader;
import io.monorelay.server.config.RelayConfig;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MovesTest {
    private static final URI HOME = URI.create("wss://home.example");
    private static final URI OTHER = URI.create("wss://other.example");
    private static final URI KNOWN = URI.create("wss://known.example");
    private static final URI STRANGER = URI.create("wss://stranger.example");
    private static final URI CHOSEN = URI.create("https://chosen.example");
    private static final NodeKey KNOWN_KEY = key(1);
    private static final NodeKey OTHER_KEY = key(2);

    private final ReferenceBook book =
            new ReferenceBook(10, Duration.ofDays(1), InstantSource.system(), new Counters<>(Offence.class));
    private final RelayMemory memory = RelayMemory.inMemory();
    private final Set<WantedLinks.Link> links = new HashSet<>();
    private final Set<NodeKey> here = new HashSet<>();

    private static NodeKey key(int number) {
        byte[] key = new byte[NodeKey.BYTES];
        Arrays.fill(key, (byte) number);
        return NodeKey.of(key);
    }

    private Moves moves(String... settings) {
        return new Moves(links(settings), new Standing(book, memory), memory, new Ties(), InstantSource.system());
    }

    private static RelayConfig.Links links(String... settings) {
        try {
            Map<String, String> flags = settings.length == 4
                    ? Map.of(settings[0], settings[1], settings[2], settings[3])
                    : Map.of(settings[0], settings[1]);
            return ConfigLoader.load(null, Map.of(), flags).config().links();
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    private final class Ties implements WantedLinks.Ties {
        @Override
        public Collection<WantedLinks.Link> links() {
            return List.copyOf(links);
        }

        @Override
        public boolean isHere(NodeKey key) {
            return here.contains(key);
        }

        @Override
        public void keep(HttpReference reference) {
            throw new AssertionError("nothing is dialled here");
        }

        @Override
        public void drop(URI relay) {
            throw new AssertionError("nothing is dropped here");
        }
    }

    private void bookHas(HttpReference.Level level) {
        book.verified(URI.create("https://known.example"), KNOWN_KEY, level);
    }

    private static WantedLinks.Link linkTo(URI relay, NodeKey key) {
        return new WantedLinks.Link(relay, key, true, 0, false);
    }

    @Test
    void entrypointMayBeLeftForAnotherAndForARelayThatIsKnown() {
        bookHas(HttpReference.Level.V2);
        Moves moves = moves("entrypoint", HOME + "," + OTHER);
        assertThat(moves.mayMove(HOME, OTHER)).isTrue();
        assertThat(moves.mayMove(HOME, KNOWN)).isTrue();
        assertThat(moves.mayMove(HOME, STRANGER)).isFalse();
    }

    @Test
    void neitherARelayOfTheSettingsIsLeftNorOneThatWasChosen() {
        bookHas(HttpReference.Level.V2);
        assertThat(moves("links", HOME.toString(), "entrypoint", OTHER.toString())
                        .mayMove(HOME, OTHER))
                .isFalse();
        assertThat(moves("entrypoint", OTHER.toString()).mayMove(CHOSEN, KNOWN)).isFalse();
        assertThat(moves("entrypoint", OTHER.toString()).mayMove(CHOSEN, OTHER)).isFalse();
    }

    @Test
    void noSecondLinkIsMadeToARelay() {
        bookHas(HttpReference.Level.V2);
        memory.firstSeen(OTHER, OTHER_KEY);
        Moves moves = moves("entrypoint", HOME + "," + OTHER);
        links.add(linkTo(STRANGER, OTHER_KEY));
        assertThat(moves.mayMove(HOME, OTHER)).isFalse();
        here.add(KNOWN_KEY);
        assertThat(moves.mayMove(HOME, KNOWN)).isFalse();
    }

    @Test
    void nobodyMovesToAnOriginalOrToOneThatMisbehaved() {
        bookHas(HttpReference.Level.V1);
        Moves moves = moves("entrypoint", HOME.toString());
        assertThat(moves.mayMove(HOME, KNOWN)).isFalse();
        bookHas(HttpReference.Level.V2);
        assertThat(moves.mayMove(HOME, KNOWN)).isTrue();
        book.offended(URI.create("https://known.example"), Offence.WRONG_KEY);
        assertThat(moves.mayMove(HOME, KNOWN)).isFalse();
    }
}
