package io.monorelay.protocol;

/** How keys and signatures are written. A relay never turns a message of one form into the other. */
public enum Form {
    /** As JSON arrays of numbers 0…255, which every node understands. */
    MONOCHAIN,
    /** As strings of unpadded base64url, for networks without original nodes. */
    COMPACT
}
