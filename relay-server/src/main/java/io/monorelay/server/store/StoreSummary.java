package io.monorelay.server.store;

/**
 * What a store has, at one moment.
 *
 * @param location which database, and where; without secrets
 * @param bytes what the messages occupy, as retention counts them
 * @param firstPosition of the oldest message; 0 when there is none
 * @param newestPosition of the newest message; 0 when there is none
 * @param oldestAcceptedAtMillis when the oldest message was stored, in ms since the epoch; 0 when there is none
 * @param reservedThrough no message has ever been given a higher position
 * @param removedThrough messages up to this position may have been removed by retention
 * @param rememberedPositions how many nodes have said up to where they have processed everything
 * @param references how many addresses of other nodes are kept
 */
public record StoreSummary(
        String location,
        long messages,
        long bytes,
        long firstPosition,
        long newestPosition,
        long oldestAcceptedAtMillis,
        long reservedThrough,
        long removedThrough,
        long rememberedPositions,
        long references) {}
