package io.monorelay.server.node;

import io.monorelay.store.MemoryStore;
import io.monorelay.store.MessageStore;
import io.monorelay.store.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A store in memory whose writing waits, or fails, or whose reading fails, when a test says so. */
final class StallingStore {
    private static final Set<String> WRITING = Set.of("append", "trim", "rememberPositions", "reserve");
    private static final Set<String> READING = Set.of("read", "find", "rememberedPosition");

    private final MemoryStore memory = new MemoryStore(64 << 20, InstantSource.system());
    private volatile @Nullable CountDownLatch held;
    private volatile @Nullable String failure;
    private volatile @Nullable String readingFailure;

    /** What the relay sees of it. */
    MessageStore store() {
        return (MessageStore) Proxy.newProxyInstance(
                StallingStore.class.getClassLoader(),
                new Class<?>[] {MessageStore.class},
                (proxy, method, arguments) -> call(method, arguments));
    }

    /** What is in it. */
    MessageStore contents() {
        return memory;
    }

    /** From now on nothing is stored until {@link #work}. */
    void hold() {
        held = new CountDownLatch(1);
    }

    /** From now on nothing can be stored, because of that. */
    void fail(String why) {
        failure = why;
    }

    /** From now on nothing can be read, because of that. */
    void failReading(String why) {
        readingFailure = why;
    }

    /** From now on everything works. */
    void work() {
        failure = null;
        readingFailure = null;
        CountDownLatch latch = held;
        held = null;
        if (latch != null) {
            latch.countDown();
        }
    }

    private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
        if (WRITING.contains(method.getName())) {
            CountDownLatch latch = held;
            if (latch != null && method.getName().equals("append")) {
                latch.await();
            }
            if (failure != null) {
                throw new StoreException(failure);
            }
        }
        if (readingFailure != null && READING.contains(method.getName())) {
            throw new StoreException(readingFailure);
        }
        try {
            return method.invoke(memory, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
