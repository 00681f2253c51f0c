package io.monorelay.protocol;

/** What a node wants of each message to everybody. What is addressed to the node comes whole either way. */
public enum DeliveryMode {
    /** The message. */
    BODIES("bodies"),
    /** Its position and its id: the node has the message from elsewhere, or else fetches it. */
    IDS("ids");

    private final String text;

    DeliveryMode(String text) {
        this.text = text;
    }

    /** Its name on the wire. */
    public String text() {
        return text;
    }

    static DeliveryMode parse(String field, String text) throws ProtocolException {
        for (DeliveryMode mode : values()) {
            if (mode.text.equals(text)) {
                return mode;
            }
        }
        throw new ProtocolException(Fault.UNKNOWN_SHAPE, "field \"" + field + "\": expected \"bodies\" or \"ids\"");
    }
}
