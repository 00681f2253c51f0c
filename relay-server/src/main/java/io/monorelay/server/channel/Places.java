package io.monorelay.server.channel;

import java.util.ArrayList;

/** A list in no particular order, from which an element goes at once because it knows its place. Not thread-safe. */
final class Places<T extends Live> {
    private final ArrayList<T> elements = new ArrayList<>();

    void add(T element) {
        element.moveTo(elements.size());
        elements.add(element);
    }

    /** Returns false when it is not there. */
    boolean remove(T element) {
        int index = element.place();
        if (index == Live.NOWHERE) {
            return false;
        }
        element.moveTo(Live.NOWHERE);
        T last = elements.removeLast();
        if (index < elements.size()) {
            elements.set(index, last);
            last.moveTo(index);
        }
        return true;
    }

    T get(int place) {
        return elements.get(place);
    }

    int size() {
        return elements.size();
    }

    boolean isEmpty() {
        return elements.isEmpty();
    }
}
