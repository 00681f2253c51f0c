package io.monorelay.fanout;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cohorts of one event loop. Owned by the loop. */
final class Cohorts implements Iterable<Cohort> {
    private final List<Cohort> cohorts = new ArrayList<>();
    private final int places;

    /** @param places how many subscribers a cohort has at most */
    Cohorts(int places) {
        this.places = places;
    }

    int count() {
        return cohorts.size();
    }

    @Override
    public Iterator<Cohort> iterator() {
        return cohorts.iterator();
    }

    /** Those that come fill the places of those that have left. */
    Cohort withPlace(long now) {
        for (Cohort cohort : cohorts) {
            if (cohort.size() < places) {
                return cohort;
            }
        }
        Cohort added = new Cohort(now);
        cohorts.add(added);
        return added;
    }

    void haveNews() {
        for (Cohort cohort : cohorts) {
            cohort.hasNews = !cohort.isEmpty();
        }
    }

    /** The one with news that has waited longest for its turn, or null when there is none. */
    @Nullable
    Cohort mostUrgent() {
        Cohort found = null;
        for (Cohort cohort : cohorts) {
            if (cohort.hasNews && (found == null || cohort.dueAt - found.dueAt < 0)) {
                found = cohort;
            }
        }
        return found;
    }

    /** How long it is until the first turn of one would be due; 0 or less when that was already, or there is nobody. */
    long untilFirstTurn(long now) {
        long wait = Long.MAX_VALUE;
        for (Cohort cohort : cohorts) {
            if (!cohort.isEmpty()) {
                wait = Math.min(wait, cohort.dueAt - now);
            }
        }
        return wait == Long.MAX_VALUE ? 0 : wait;
    }

    /** The position up to which all have been given everything; that one when there is nobody. */
    long givenThrough(long position) {
        long given = position;
        for (Cohort cohort : cohorts) {
            if (!cohort.isEmpty()) {
                given = Math.min(given, cohort.givenThrough());
            }
        }
        return given;
    }

    /** How many bytes, of those that were gathered since the beginning, all have been given; that many when there is nobody. */
    long givenBytes(long bytes) {
        long given = bytes;
        for (Cohort cohort : cohorts) {
            if (!cohort.isEmpty()) {
                given = Math.min(given, cohort.givenBytes());
            }
        }
        return given;
    }
}
