package io.monorelay.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.log.FreshMessage;
import io.monorelay.peer.FrameFormat;
import io.monorelay.protocol.NodeKey;
import io.monorelay.store.Selection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A node, and the list of all that it is to get: what a relay without any batches, budgets or pages would send it. */
final class NaiveNode {
    private static final Pattern GAP =
            Pattern.compile("\\{\"gap\":\\{\"from\":([0-9]+),\"to\":([0-9]+),\"reason\":\"(slow|retention)\"}}");

    private static final Pattern POSITION = Pattern.compile("^\\{(?:\"position\":|\"gap\":.*\"to\":)([0-9]+)");

    final ReceivingNode node;
    final FrameFormat format;
    final List<String> replies = new ArrayList<>();
    boolean wasSlow;
    private final long joinedAt;
    private final long startsAfter;
    private final boolean readsStore;
    private final @Nullable Resume resume;
    private final NavigableMap<Long, String> expected = new TreeMap<>();

    /** What may come as well or not. */
    private final NavigableMap<Long, String> allowed = new TreeMap<>();

    /**
     * What is addressed to whoever it may be while this node does not hold that key's place: if the key turns out to be
     * its own and it reads from the store, it may come by it there.
     */
    private final List<FreshMessage> addressed = new ArrayList<>();

    private int slowGaps;
    private int retentionGaps;

    /**
     * @param joinedAt where the fan-out was
     * @param lastPosition where the log was
     * @param resume null for one that only gets what comes
     * @param readsStore whether it may be sent something from the store
     */
    NaiveNode(ReceivingNode node, long joinedAt, long lastPosition, @Nullable Resume resume, boolean readsStore) {
        this.node = node;
        this.format = node.peer.format();
        this.joinedAt = joinedAt;
        this.startsAfter = resume == null ? joinedAt : Math.min(resume.after(), lastPosition);
        this.readsStore = readsStore;
        this.resume = resume;
    }

    boolean readsStore() {
        return readsStore;
    }

    /** Adds to what the node is to get what there was before it joined. */
    void expectHistory(Collection<FreshMessage> history) {
        if (resume != null) {
            history.stream()
                    .filter(fresh -> fresh.position() > resume.after() && fresh.position() <= joinedAt)
                    .filter(fresh -> isSelected(fresh, resume.selection()))
                    .forEach(this::expect);
        }
    }

    private static boolean isSelected(FreshMessage fresh, Selection selection) {
        NodeKey receiver = fresh.message().receiver();
        boolean isForIt = receiver == null ? selection.broadcasts() : receiver.equals(selection.receiver());
        return isForIt && !fresh.message().sender().equals(selection.notFrom());
    }

    /**
     * Adds a message to what the node is to get, if it is for it.
     *
     * @param holder who is known to hold the receiver's key
     */
    void expect(FreshMessage fresh, @Nullable NaiveNode holder) {
        NodeKey receiver = fresh.message().receiver();
        boolean isStreamed = format == FrameFormat.EVENTS && FanoutWorld.STREAMED.equals(receiver);
        boolean isForIt = receiver == null || isStreamed || holder == this;
        boolean isItsOwn = fresh.origin() == node.peer;
        if (fresh.position() <= Math.max(joinedAt, startsAfter)) {
            return;
        }
        if (isForIt && !isItsOwn) {
            expect(fresh);
        } else if (receiver != null) {
            addressed.add(fresh);
        }
    }

    private void expect(FreshMessage fresh) {
        if (format.carries(fresh.message().form())) {
            expected.put(fresh.position(), FanoutWorld.textOf(fresh, format));
        }
    }

    /** Up to where it has come, judging from what it got. */
    long lastReceived() {
        long last = startsAfter;
        for (String text : node.texts()) {
            Matcher position = POSITION.matcher(text);
            if (position.find()) {
                last = Long.parseLong(position.group(1));
            }
        }
        return last;
    }

    /** How many gaps have been stated because the node was slow. */
    int slowGaps() {
        return slowGaps;
    }

    /** How many gaps have been stated because the store had removed something. */
    int retentionGaps() {
        return retentionGaps;
    }

    /**
     * Compares what has come with what was to come: nothing else, in order of position, nothing twice, and nothing
     * left out but in a gap that says so. Only of one that has gone may the last part be missing.
     *
     * @param removedThrough the store has removed everything up to this position
     */
    void check(long removedThrough) {
        slowGaps = 0;
        retentionGaps = 0;
        collectAllowed(removedThrough);
        long last = startsAfter;
        Deque<String> repliesToCome = new ArrayDeque<>(replies);
        for (String text : node.texts()) {
            if (text.startsWith("{\"info\":")) {
                assertThat(text).as("reply").isEqualTo(repliesToCome.poll());
            } else if (text.startsWith("{\"gap\":")) {
                last = checkGap(text, last, removedThrough);
            } else {
                last = checkMessage(text, last);
            }
        }
        if (!node.isGone()) {
            assertThat(expected.tailMap(last, false).keySet())
                    .as("messages that did not come")
                    .isEmpty();
            assertThat(repliesToCome).as("replies that did not come").isEmpty();
            assertThat(node.subscriber.replay).as("replaying").isNull();
        }
    }

    private void collectAllowed(long removedThrough) {
        if (readsStore) {
            addressed.stream()
                    .filter(fresh -> fresh.message().receiver().equals(node.peer.key()))
                    .filter(fresh -> format.carries(fresh.message().form()))
                    .forEach(fresh -> allowed.put(fresh.position(), FanoutWorld.textOf(fresh, format)));
        }
        if (resume != null && !resume.statesGaps()) {
            Map<Long, String> perhapsRemoved = expected.headMap(Math.min(joinedAt, removedThrough), true);
            allowed.putAll(perhapsRemoved);
            perhapsRemoved.clear();
        }
    }

    private long checkGap(String text, long last, long removedThrough) {
        Matcher gap = GAP.matcher(text);
        assertThat(gap.matches()).as(text).isTrue();
        assertThat(format.canStateGaps()).as(text).isTrue();
        long from = Long.parseLong(gap.group(1));
        long to = Long.parseLong(gap.group(2));
        assertThat(from).as("%s after %s", text, last).isGreaterThan(last);
        assertThat(to).as(text).isGreaterThanOrEqualTo(from);
        assertThat(expected.subMap(last, false, from, false).keySet())
                .as("missing before the gap")
                .isEmpty();
        if (gap.group(3).equals("slow")) {
            assertThat(wasSlow).as(text).isTrue();
            slowGaps++;
        } else {
            assertThat(to).as(text).isLessThanOrEqualTo(removedThrough);
            retentionGaps++;
        }
        return to;
    }

    private long checkMessage(String text, long last) {
        for (Map.Entry<Long, String> also : allowed.tailMap(last, false).entrySet()) {
            if (also.getValue().equals(text)) {
                assertThat(expected.subMap(last, false, also.getKey(), false).keySet())
                        .as("missing before %s", text)
                        .isEmpty();
                return also.getKey();
            }
        }
        Map.Entry<Long, String> next = expected.higherEntry(last);
        assertThat(next).as("after %s nothing was to come, but %s", last, text).isNotNull();
        assertThat(text)
                .as("%s after %s, of %s, allowed %s", node.peer, last, expected.keySet(), allowed.keySet())
                .isEqualTo(next.getValue());
        return next.getKey();
    }
}
