package io.monorelay.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A message that is well formed, and of which nothing has been proven. Only the decoder makes it. It keeps the text it
 * came in, since the signature covers the bytes; nobody may change that array. Any thread may read it.
 */
public final class DecodedMessage {
    /** What the contents say. */
    record Contents(NodeKey sender, @Nullable NodeKey receiver, long timeEpochSecond, Form form) {}

    /**
     * Where the text is.
     *
     * @param membersOffset where {@code "message":…,"signature":…} starts if it is written exactly as it is to be
     *     relayed, else -1
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Source(byte[] array, int contentsOffset, int contentsLength, int membersOffset, int membersLength) {}

    private final Contents contents;
    private final Source source;
    private final byte[] signature;

    DecodedMessage(Contents contents, Source source, byte[] signature) {
        this.contents = contents;
        this.source = source;
        this.signature = signature;
    }

    public NodeKey sender() {
        return contents.sender();
    }

    /** The node that it is addressed to, or null: to everybody. */
    public @Nullable NodeKey receiver() {
        return contents.receiver();
    }

    /** The time that the sender gave it, in seconds since the epoch. */
    public long timeEpochSecond() {
        return contents.timeEpochSecond();
    }

    /** What it says. Decodes the text again: the data itself is not kept. */
    public String data() {
        return ContentsReader.dataOf(source.array(), source.contentsOffset(), source.contentsLength());
    }

    /** The 64 bytes of the signature; not to be changed. */
    public byte[] signature() {
        return signature;
    }

    public Form form() {
        return contents.form();
    }

    /** The text that it came in; not to be changed. */
    public byte[] array() {
        return source.array();
    }

    /** Where the value of {@code "message"} starts in {@link #array}. */
    public int contentsOffset() {
        return source.contentsOffset();
    }

    /** The length of the value of {@code "message"}, in bytes. */
    public int contentsLength() {
        return source.contentsLength();
    }

    /**
     * Where {@code "message":…,"signature":…} starts in {@link #array}, if those members came one after the other and
     * without whitespace between them and in the signature; else -1.
     */
    public int membersOffset() {
        return source.membersOffset();
    }

    /** The length of these members in bytes, if they are there. */
    public int membersLength() {
        return source.membersLength();
    }

    /** The canonical MonoChain encoding of what was decoded, which an original node signs. Decodes the text again. */
    public byte[] canonicalContents() {
        return MessageEncoder.contents(sender(), receiver(), data(), WireTime.formatSecond(timeEpochSecond()));
    }
}
