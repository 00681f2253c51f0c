package io.monorelay.store;

import io.monorelay.log.FreshMessage;
import io.monorelay.protocol.NodeKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A store in memory that fails, or waits, when a test says so. Any thread may say so. */
public final class FaultyStore extends ForwardingStore {
    private final List<Integer> appends = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger failures = new AtomicInteger();
    private volatile @Nullable String failure;
    private volatile boolean broken;
    private volatile @Nullable CountDownLatch held;

    public FaultyStore(MessageStore store) {
        super(store);
    }

    /** How many messages each successful append had. */
    public List<Integer> appends() {
        return appends;
    }

    /** How many calls have failed. */
    public int failures() {
        return failures.get();
    }

    /** From now on everything that changes the store fails with that. */
    public void fail(String why) {
        failure = why;
    }

    /** From now on appending fails as only a fault of the program does. */
    public void breakDown() {
        broken = true;
    }

    /** From now on it works again. */
    public void work() {
        failure = null;
        broken = false;
    }

    /** From now on an append waits until {@link #letGo}. */
    public void hold() {
        held = new CountDownLatch(1);
    }

    public void letGo() {
        CountDownLatch latch = held;
        held = null;
        if (latch != null) {
            latch.countDown();
        }
    }

    private void check() throws StoreException {
        String why = failure;
        if (why != null) {
            failures.incrementAndGet();
            throw new StoreException(why);
        }
    }

    private void awaitLetGo() {
        CountDownLatch latch = held;
        try {
            if (latch != null) {
                latch.await();
            }
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void reserve(long through) throws StoreException {
        check();
        super.reserve(through);
    }

    @Override
    public List<Duplicate> append(List<FreshMessage> messages) throws StoreException {
        awaitLetGo();
        check();
        if (broken) {
            failures.incrementAndGet();
            throw new IllegalStateException("broken");
        }
        List<Duplicate> duplicates = super.append(messages);
        appends.add(messages.size());
        return duplicates;
    }

    @Override
    public int trim(Retention retention, int maxMessages) throws StoreException {
        check();
        return super.trim(retention, maxMessages);
    }

    @Override
    public void rememberPositions(Map<NodeKey, Long> positions) throws StoreException {
        check();
        super.rememberPositions(positions);
    }
}
