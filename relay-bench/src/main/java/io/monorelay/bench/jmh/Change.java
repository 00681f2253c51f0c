package io.monorelay.bench.jmh;

/** What may have become of a benchmark between two runs, in the order in which one wants to know. */
enum Change {
    SLOWER("slower", true),
    ALLOCATES_MORE("allocates more", true),
    FASTER("faster", false),
    ALLOCATES_LESS("allocates less", false),
    GONE("only in the first", false),
    NEW("only in the second", false),
    NONE("as before", false);

    private final String text;
    private final boolean worse;

    Change(String text, boolean worse) {
        this.text = text;
        this.worse = worse;
    }

    /** As one reads it. */
    String text() {
        return text;
    }

    /** Whether somebody has to do something about it. */
    boolean isWorse() {
        return worse;
    }
}
