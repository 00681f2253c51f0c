package io.monorelay.bench.soak;

import io.monorelay.bench.load.Moment;

/**
 * A relay in one second of a soak.
 *
 * @param moment as the load tool sees it
 * @param heapBytes what is left of the Java heap after a collection; NaN in seconds without one
 * @param directBytes of Java's direct buffers
 * @param answerMillis how long {@code GET /} took; NaN when it was not answered
 * @param errors that the relay counted so far and that no peer can cause: failures of the store, and bugs
 */
record Sample(Moment moment, double heapBytes, double directBytes, double answerMillis, long errors) {}
