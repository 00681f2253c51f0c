package io.monorelay.server.admin;

import io.monorelay.metrics.Durations;
import io.monorelay.server.channel.MemoryBudget;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * What is now in a node, and how long its commits took. Any thread may ask.
 *
 * @param connections how many there are, by what they speak
 * @param readers how many messages each reader of the log has yet to take
 * @param logMessages that some reader has yet to pass
 * @param logBytes of those
 * @param memory that connections hold, and may hold
 * @param ready 1 or 0
 */
public record NodeGauges(
        Map<String, DoubleSupplier> connections,
        Map<String, DoubleSupplier> readers,
        DoubleSupplier logMessages,
        DoubleSupplier logBytes,
        MemoryBudget memory,
        DoubleSupplier ready,
        Durations commits) {}
