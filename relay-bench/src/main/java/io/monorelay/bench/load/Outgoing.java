package io.monorelay.bench.load;

/**
 * A message on its way to the relay.
 *
 * @param text signed, as it is published
 * @param dueNanos when it was to be sent, whether it could be or not, in the nanoseconds of {@link System#nanoTime}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Outgoing(int sequence, byte[] text, long dueNanos) {}
