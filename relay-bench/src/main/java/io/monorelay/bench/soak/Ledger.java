package io.monorelay.bench.soak;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What all nodes of a soak sent and got, and everything that went wrong. Any thread. */
final class Ledger {
    private final int nodes;
    private final int messagesEach;
    private final CountDownLatch missing;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger received = new AtomicInteger();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final Map<String, Long> sentNanos = new ConcurrentHashMap<>();
    private final Set<String> receipts = ConcurrentHashMap.newKeySet();
    private final Queue<String> troubles = new ConcurrentLinkedQueue<>();

    Ledger(int nodes, int messagesEach) {
        this.nodes = nodes;
        this.messagesEach = messagesEach;
        missing = new CountDownLatch(expectedAcknowledgements() + expectedDeliveries());
    }

    private int expectedAcknowledgements() {
        return nodes * messagesEach;
    }

    /** Every message goes to every node but its sender. */
    private int expectedDeliveries() {
        return nodes * (nodes - 1) * messagesEach;
    }

    void onSending(String data) {
        sentNanos.put(data, System.nanoTime());
    }

    void onAcknowledged() {
        acknowledged.incrementAndGet();
        missing.countDown();
    }

    /** A node got a message whose signature is right. */
    void onReceived(String node, String data) {
        Long sent = sentNanos.get(data);
        if (sent == null) {
            onTrouble(node, "got a message that nobody sent: " + data);
        } else if (!receipts.add(node + " " + data)) {
            onTrouble(node, "got a message twice: " + data);
        } else {
            slowestNanos.accumulateAndGet(System.nanoTime() - sent, Math::max);
            received.incrementAndGet();
            missing.countDown();
        }
    }

    void onTrouble(String node, String what) {
        troubles.add(node + ": " + what);
    }

    /** Waits until everything expected has come; returns at the end of the time in any case. */
    void awaitAll(Duration most) throws InterruptedException {
        missing.await(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean isGood() {
        return missing.getCount() == 0 && troubles.isEmpty();
    }

    /** For people. */
    String summary() {
        StringBuilder text = new StringBuilder();
        text.append("sent          ").append(sentNanos.size());
        text.append(" of ").append(expectedAcknowledgements()).append('\n');
        text.append("acknowledged  ").append(acknowledged);
        text.append(" of ").append(expectedAcknowledgements()).append('\n');
        text.append("delivered     ").append(received);
        text.append(" of ").append(expectedDeliveries()).append(", each verified\n");
        text.append("slowest       ").append(TimeUnit.NANOSECONDS.toMicros(slowestNanos.get()) / 1000.0);
        text.append(" ms from sending to receiving\n");
        troubles.forEach(
                trouble -> text.append("trouble       ").append(trouble).append('\n'));
        return text.append(isGood() ? "good" : "not good").toString();
    }
}
