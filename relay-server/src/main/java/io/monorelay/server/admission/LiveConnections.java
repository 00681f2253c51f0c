package io.monorelay.server.admission;

import io.monorelay.protocol.CloseCode;
import io.monorelay.server.channel.Liveness;
import io.netty.channel.EventLoop;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;

/**
 * What is connected to this node now: WebSockets, event streams and connections for requests. Nothing is kept for it:
 * each event loop is asked for its own. Any thread.
 */
public final class LiveConnections {
    private final List<Liveness> loops;
    private final InstantSource clock;

    /**
     * @param loops the connections of each event loop
     */
    public LiveConnections(List<Liveness> loops, InstantSource clock) {
        this.loops = List.copyOf(loops);
        this.clock = clock;
    }

    /** All connections, in no particular order; completes on an event loop. */
    public CompletionStage<List<LiveConnection>> list() {
        return select(connection -> true);
    }

    /** The connection with that id, if it is open. */
    public CompletionStage<Optional<LiveConnection>> find(long id) {
        return select(connection -> connection.id() == id)
                .thenApply(found -> found.stream().findFirst());
    }

    /**
     * Those that somebody wants, in no particular order; completes on an event loop.
     *
     * @param wanted asked on several event loops
     */
    public CompletionStage<List<LiveConnection>> select(Predicate<LiveConnection> wanted) {
        Instant now = clock.instant();
        CompletableFuture<List<LiveConnection>> all = CompletableFuture.completedFuture(List.of());
        for (Liveness loop : loops) {
            all = all.thenCombine(selectOf(loop, wanted, now), LiveConnections::joined);
        }
        return all;
    }

    private static List<LiveConnection> joined(List<LiveConnection> some, List<LiveConnection> others) {
        List<LiveConnection> all = new ArrayList<>(some.size() + others.size());
        all.addAll(some);
        all.addAll(others);
        return all;
    }

    private static CompletableFuture<List<LiveConnection>> selectOf(
            Liveness connections, Predicate<LiveConnection> wanted, Instant now) {
        CompletableFuture<List<LiveConnection>> selected = new CompletableFuture<>();
        Runnable selection = () -> {
            List<LiveConnection> found = new ArrayList<>();
            connections.forEach(live -> {
                LiveConnection connection = new LiveConnection(live, now);
                if (wanted.test(connection)) {
                    found.add(connection);
                }
            });
            selected.complete(found);
        };
        EventLoop loop = connections.loop();
        try {
            loop.execute(selection);
        } catch (RejectedExecutionException ended) {
            selected.complete(List.of());
        }
        return selected;
    }

    /**
     * Closes those that somebody does not want, at once.
     *
     * @param unwanted asked on several event loops
     * @return how many there were
     */
    public CompletionStage<Integer> closeAll(Predicate<LiveConnection> unwanted, CloseCode code, String reason) {
        return select(unwanted).thenApply(found -> {
            found.forEach(connection -> connection.close(code, reason));
            return found.size();
        });
    }
}
