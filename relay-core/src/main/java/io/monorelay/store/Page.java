package io.monorelay.store;

import java.util.List;

/**
 * A part of history, in order of position.
 *
 * @param messages those selected, perhaps none although more follow
 * @param next everything selected up to this position is in this page or before it: where the next page starts
 * @param isEnd whether {@code next} is all that was asked for
 * @param removedThrough messages up to this position may be gone by retention; 0 when none are
 */
public record Page(List<StoredMessage> messages, long next, boolean isEnd, long removedThrough) {
    public Page {
        messages = List.copyOf(messages);
    }
}
