package io.monorelay.server.http;

import io.monorelay.protocol.Fault;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import java.util.List;

/** Reads the parameters of a request; what is not as expected becomes a fault that names the parameter. */
public final class Parameters {
    private Parameters() {}

    /** The value of a parameter that may be there once. */
    public static String single(String name, List<String> values) throws ProtocolException {
        if (values.size() > 1) {
            throw bad(
                    "parameter \"" + RequestTarget.shown(name) + "\": expected once, got " + values.size() + " times");
        }
        return values.get(0);
    }

    /** A whole number within these bounds. */
    public static long number(String name, String value, long least, long most) throws ProtocolException {
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below, as for one out of range.
        }
        throw bad("parameter \"" + name + "\": expected a whole number from " + least + " to " + most + ", got \""
                + RequestTarget.shown(value) + "\"");
    }

    /** A key in base64url or hex. */
    public static NodeKey key(String name, String value) throws ProtocolException {
        try {
            return NodeKey.parse(value);
        } catch (IllegalArgumentException neither) {
            throw bad("parameter \"" + name + "\": expected a key as 43 characters of unpadded base64url or 64 hex"
                    + " digits, got \"" + RequestTarget.shown(value) + "\"");
        }
    }

    /** The fault of a parameter that is not known. */
    public static ProtocolException unknown(String name, String expected) {
        return bad("unknown parameter \"" + RequestTarget.shown(name) + "\", expected " + expected);
    }

    private static ProtocolException bad(String info) {
        return new ProtocolException(Fault.BAD_PARAMETER, info);
    }
}
