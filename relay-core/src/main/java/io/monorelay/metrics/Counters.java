package io.monorelay.metrics;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * One counter for each constant of an enum. Any thread may count and read; a reading taken while others count is not
 * a snapshot of one moment.
 */
public final class Counters<E extends Enum<E>> {
    private final E[] constants;
    private final LongAdder[] adders;

    public Counters(Class<E> type) {
        constants = type.getEnumConstants();
        adders = new LongAdder[constants.length];
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new LongAdder();
        }
    }

    /** What is counted, in order. */
    public List<E> constants() {
        return List.of(constants);
    }

    public void increment(E constant) {
        adders[constant.ordinal()].increment();
    }

    public void add(E constant, long amount) {
        adders[constant.ordinal()].add(amount);
    }

    public long count(E constant) {
        return adders[constant.ordinal()].sum();
    }

    /** The counts that are not zero, in the order of the constants. */
    public Map<E, Long> nonZero() {
        Map<E, Long> counts = new EnumMap<>(constants[0].getDeclaringClass());
        for (E constant : constants) {
            long count = count(constant);
            if (count != 0) {
                counts.put(constant, count);
            }
        }
        return counts;
    }
}
