package io.monorelay.server.config;

import io.monorelay.fanout.Compression;

/**
 * Compression on WebSockets (RFC 7692).
 *
 * @param enabled whether it is agreed to where a client offers it, and offered to relays that are linked to
 * @param terms how messages are compressed then
 */
public record CompressionSettings(boolean enabled, Compression terms) {
    static CompressionSettings from(Settings settings) {
        return new CompressionSettings(
                settings.get(Catalogue.COMPRESSION_ENABLED),
                new Compression(
                        settings.get(Catalogue.COMPRESSION_LEVEL),
                        settings.getIntBytes(Catalogue.COMPRESSION_MIN_BYTES)));
    }
}
