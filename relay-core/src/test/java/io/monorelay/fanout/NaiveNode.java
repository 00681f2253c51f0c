package io.monorelay.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.monorelay.log.FreshMessage;
import io.monorelay.peer.FrameFormat;
import io.monorelay.protocol.NodeKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A node, and the list of all that it is to get: what a relay without any batches or budgets would send it. */
final class NaiveNode {
    private static final Pattern GAP =
            Pattern.compile("\\{\"gap\":\\{\"from\":([0-9]+),\"to\":([0-9]+),\"reason\":\"slow\"}}");

    final ReceivingNode node;
    final FrameFormat format;
    final List<String> replies = new ArrayList<>();
    boolean wasSlow;
    private final long joinedAt;
    private final NavigableMap<Long, String> expected = new TreeMap<>();
    private int gaps;

    NaiveNode(ReceivingNode node, FrameFormat format, long joinedAt) {
        this.node = node;
        this.format = format;
        this.joinedAt = joinedAt;
    }

    /**
     * Adds a message to what the node is to get, if it is for it.
     *
     * @param holder who is known to hold the receiver's key
     */
    void expect(FreshMessage fresh, @Nullable NaiveNode holder) {
        NodeKey receiver = fresh.message().receiver();
        boolean isForIt = receiver == null || holder == this;
        boolean isItsOwn = fresh.origin() == node.peer;
        if (isForIt
                && !isItsOwn
                && fresh.position() > joinedAt
                && format.carries(fresh.message().form())) {
            expected.put(fresh.position(), FanoutWorld.textOf(fresh, format));
        }
    }

    int gaps() {
        return gaps;
    }

    /**
     * Compares what has come with what was to come: nothing else, in order of position, nothing twice, and nothing
     * left out but in a gap that says so. Only of one that has gone may the last part be missing.
     */
    void check() {
        gaps = 0;
        long last = joinedAt;
        Deque<String> repliesToCome = new ArrayDeque<>(replies);
        for (String text : node.texts()) {
            if (text.startsWith("{\"info\":")) {
                assertThat(text).as("reply").isEqualTo(repliesToCome.poll());
            } else if (text.startsWith("{\"gap\":")) {
                last = checkGap(text, last);
            } else {
                last = checkMessage(text, last);
            }
        }
        if (!node.isGone()) {
            assertThat(expected.tailMap(last, false))
                    .as("messages that did not come")
                    .isEmpty();
            assertThat(repliesToCome).as("replies that did not come").isEmpty();
        }
    }

    private long checkGap(String text, long last) {
        Matcher gap = GAP.matcher(text);
        assertThat(gap.matches()).as(text).isTrue();
        assertThat(wasSlow && format.canStateGaps()).as(text).isTrue();
        long from = Long.parseLong(gap.group(1));
        long to = Long.parseLong(gap.group(2));
        assertThat(from).as("%s after %s", text, last).isGreaterThan(last);
        assertThat(to).as(text).isGreaterThanOrEqualTo(from);
        assertThat(expected.subMap(last, false, from, false))
                .as("missing before the gap")
                .isEmpty();
        gaps++;
        return to;
    }

    private long checkMessage(String text, long last) {
        Map.Entry<Long, String> next = expected.higherEntry(last);
        assertThat(next).as("after %s nothing was to come, but %s", last, text).isNotNull();
        assertThat(text).as("at position %s", next.getKey()).isEqualTo(next.getValue());
        return next.getKey();
    }
}
