package io.monorelay.log;

/**
 * The connection that a message came in by; the fan-out does not send it back there. Compared by identity.
 */
public interface Origin {
    /** A number that no other connection of this process has; 0 for one that has none. */
    default long id() {
        return 0;
    }

    /** Whether both are the very same connection. */
    @SuppressWarnings("ReferenceEquality")
    default boolean is(Origin other) {
        return this == other;
    }

    /** A message that came in by no lasting connection: over HTTP, or from this node itself. */
    Origin NONE = new Origin() {
        @Override
        public String toString() {
            return "none";
        }
    };
}
