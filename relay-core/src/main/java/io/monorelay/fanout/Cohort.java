package io.monorelay.fanout;

import java.util.ArrayList;

/**
 * Peers of one event loop that are visited in the same turn. Owned by the loop.
 *
 * <p>Those that keep up have their place in the log in common: the cohort's. Only one that lags has a cursor.
 */
final class Cohort {
    private final ArrayList<Subscriber> subscribers = new ArrayList<>();
    private long givenThrough;
    private long givenBytes;

    /** When its next turn is due; on the clock of the fan-out. */
    long dueAt;

    /** How long after the start of its last turn that is, in nanoseconds. */
    long period;

    /** Whether there may be something for it that came after its last turn. */
    boolean hasNews;

    /** Whether somebody has yet to take something from before the cohort's place. */
    boolean someoneWaits;

    Cohort(long dueAt) {
        this.dueAt = dueAt;
    }

    boolean isEmpty() {
        return subscribers.isEmpty();
    }

    int size() {
        return subscribers.size();
    }

    /** The subscriber with that index, from 0 on. */
    Subscriber subscriber(int index) {
        return subscribers.get(index);
    }

    void add(Subscriber subscriber) {
        subscriber.index = subscribers.size();
        subscribers.add(subscriber);
    }

    /** Puts the last subscriber in the place of that one. */
    void remove(Subscriber subscriber) {
        Subscriber last = subscribers.removeLast();
        if (last != subscriber) {
            subscribers.set(subscriber.index, last);
            last.index = subscriber.index;
        }
    }

    /** The position up to which its subscribers were given everything, but for those that have a cursor of their own. */
    long givenThrough() {
        return givenThrough;
    }

    /** How many bytes of messages had been gathered by then, since the beginning. */
    long givenBytes() {
        return givenBytes;
    }

    /** Its subscribers are given everything up to there, or are the first and get what comes after it. */
    void given(long position, long bytes) {
        givenThrough = position;
        givenBytes = bytes;
    }
}
