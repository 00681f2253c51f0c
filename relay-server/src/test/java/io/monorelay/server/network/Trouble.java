package io.monorelay.server.network;

/** Something that a network has to live through. */
interface Trouble {
    void begin() throws Exception;

    void end() throws Exception;
}
