package io.monorelay.bench.load;

import io.monorelay.bench.process.RunException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All nodes of a run. Used by one thread, which may block. */
final class Population {
    private static final Duration CONNECTING = Duration.ofSeconds(60);
    private static final Duration CLOSING = Duration.ofSeconds(10);

    /** Nodes that connect at the same time: as many more would only wait in the relay's queue. */
    private static final int AT_A_TIME = 100;

    private final Crowd crowd;
    private final Run run;
    private final List<LoadNode> nodes = new ArrayList<>();

    Population(Run run, Generator generator) {
        this.run = run;
        crowd = run.plan().crowd();
        for (int i = 0; i < crowd.nodes(); i++) {
            nodes.add(
                    crowd.isOriginal(i)
                            ? new V1Node(i, run, generator.loopOf(i), generator.channelType())
                            : new V2Node(i, run, generator.loopOf(i), generator.channelType()));
        }
    }

    /** Returns when all are connected. */
    void connect() throws InterruptedException, RunException {
        for (int i = 0; i < nodes.size(); i += AT_A_TIME) {
            List<LoadNode> some = nodes.subList(i, Math.min(nodes.size(), i + AT_A_TIME));
            connect(some);
        }
    }

    /** Returns when all have left, or had the time to. */
    void close() throws InterruptedException {
        CompletableFuture<?>[] left =
                nodes.stream().map(node -> node.close().toCompletableFuture()).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(left).get(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            Stream.of(left)
                    .filter(one -> !one.isDone() || one.isCompletedExceptionally())
                    .forEach(one -> run.tally().on(Event.NOT_LEFT));
        }
    }

    private static void connect(List<LoadNode> some) throws InterruptedException, RunException {
        CompletableFuture<?>[] connected =
                some.stream().map(node -> node.connect().toCompletableFuture()).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(connected).get(CONNECTING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new RunException("a node cannot connect: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new RunException("not all nodes could connect within " + CONNECTING.toSeconds() + " s", e);
        }
    }

    List<Publishing> publishers() {
        return nodes.subList(0, crowd.publishers()).stream()
                .map(LoadNode::publishing)
                .toList();
    }

    Disturbances disturbances(long seed) {
        return new Disturbances(ours(crowd::isSlow), ours(crowd::leaves), seed);
    }

    private List<V2Node> ours(IntPredicate which) {
        return IntStream.range(0, nodes.size())
                .filter(which)
                .mapToObj(nodes::get)
                .map(V2Node.class::cast)
                .toList();
    }

    /** Messages that went out, and that the relay has neither acknowledged nor refused. */
    long unanswered() {
        return count(Event.PUBLISHED) - count(Event.ACCEPTED) - count(Event.REFUSED);
    }

    /** Messages of an open loop that were due, and have yet to go out. */
    long unsent() {
        return run.plan().pace().isOpenLoop() ? count(Event.DUE) - count(Event.PUBLISHED) : 0;
    }

    /** Deliveries of acknowledged messages that have yet to come. */
    long missing() {
        long accepted = count(Event.ACCEPTED);
        return nodes.stream()
                .mapToLong(node -> node.account().missing(accepted))
                .sum();
    }

    /** Deliveries that the acknowledged messages are to lead to. */
    long expected() {
        long accepted = count(Event.ACCEPTED);
        return nodes.stream()
                .mapToLong(node -> accepted - node.account().accepted())
                .sum();
    }

    private long count(Event event) {
        return run.tally().events().count(event);
    }
}
