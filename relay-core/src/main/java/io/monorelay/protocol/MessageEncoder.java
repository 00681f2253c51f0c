package io.monorelay.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Writes messages: the contents that are signed, and the frames around them. Every method returns a new array of UTF-8;
 * any thread may call.
 */
public final class MessageEncoder {
    /** What follows the members of a message towards an original node, whose decoder needs the type last. */
    public static final String TYPED_END = ",\"_type\":\"Broadcast_Message\"}";

    private static final int CONTENTS_BYTES = 340;
    private static final int SIGNATURE_BYTES = 300;

    private MessageEncoder() {}

    /**
     * The contents in their canonical MonoChain form: the bytes that an original node signs.
     *
     * @param receiver null for everybody
     * @param time as {@link WireTime#formatSecond} writes it
     * @throws IllegalArgumentException if a text cannot be sent, see {@link JsonText#string}
     */
    public static byte[] contents(NodeKey sender, @Nullable NodeKey receiver, String data, String time) {
        return contents(Form.MONOCHAIN, sender, receiver, data, time);
    }

    /** The contents in the given form, otherwise as {@link #contents(NodeKey, NodeKey, String, String)}. */
    public static byte[] contents(Form form, NodeKey sender, @Nullable NodeKey receiver, String data, String time) {
        JsonText json = new JsonText(CONTENTS_BYTES + data.length());
        json.raw("{\"sender\":").octets(sender.bytes(), form);
        json.raw(",\"receiver\":").octets(receiver == null ? new byte[0] : receiver.bytes(), form);
        json.raw(",\"data\":").string(data);
        return json.raw(",\"time\":").string(time).raw("}").toBytes();
    }

    /** {@code {"message":contents,"signature":…}}: what is published and what is forwarded by HTTP. */
    public static byte[] broadcast(Form form, byte[] contents, byte[] signature) {
        byte[] members = members(form, contents, signature);
        return untyped(members, 0, members.length);
    }

    /** The same in MonoChain form. */
    public static byte[] broadcast(byte[] contents, byte[] signature) {
        return broadcast(Form.MONOCHAIN, contents, signature);
    }

    /** {@code "message":contents,"signature":…}, without braces. */
    public static byte[] members(Form form, byte[] contents, byte[] signature) {
        JsonText json = new JsonText(contents.length + SIGNATURE_BYTES);
        json.raw("\"message\":").raw(contents, 0, contents.length);
        return json.raw(",\"signature\":").octets(signature, form).toBytes();
    }

    /** The members as a frame or body for nodes that read it with or without a type. */
    public static byte[] untyped(byte[] array, int membersOffset, int membersLength) {
        return new JsonText(membersLength + 2)
                .raw("{")
                .raw(array, membersOffset, membersLength)
                .raw("}")
                .toBytes();
    }

    /** The members as a frame for a v1 peer. */
    public static byte[] typed(byte[] array, int membersOffset, int membersLength) {
        return new JsonText(membersLength + 1 + TYPED_END.length())
                .raw("{")
                .raw(array, membersOffset, membersLength)
                .raw(TYPED_END)
                .toBytes();
    }

    /** The members as a frame for a v2 peer. */
    public static byte[] delivery(long position, byte[] array, int membersOffset, int membersLength) {
        return new JsonText(membersLength + 33)
                .raw("{\"position\":")
                .number(position)
                .raw(",")
                .raw(array, membersOffset, membersLength)
                .raw("}")
                .toBytes();
    }
}
