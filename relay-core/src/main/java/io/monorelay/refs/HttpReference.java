package io.monorelay.refs;

import io.monorelay.protocol.NodeKey;
import java.net.URI;
import java.time.Instant;

/**
 * A node that can be called over HTTP, and how it has behaved. A value: what happens to the node makes a new one.
 *
 * @param uri scheme, host, perhaps a port and a path, as {@link AddressPolicy#parse} writes it
 * @param key what the node at that address proved to hold, at the last handshake
 * @param level by which handshake
 * @param lastGood when it last proved its key or took a message
 * @param successes messages that it took
 * @param failures times that it could not be reached or answered wrongly
 * @param failuresInARow of these, those since it was last good
 */
public record HttpReference(
        URI uri, NodeKey key, Level level, Instant lastGood, long successes, long failures, long failuresInARow)
        implements Reference {
    /** The session level of the handshake by which a node proved its key. */
    public enum Level {
        /** An original node, as far as anyone knows. */
        V1,
        /** A node of ours. */
        V2
    }

    public HttpReference {
        if (successes < 0 || failures < 0 || failuresInARow < 0 || failuresInARow > failures) {
            throw new IllegalArgumentException("successes " + successes + ", failures " + failures + ", in a row "
                    + failuresInARow + ": expected none below 0, and no more in a row than all together");
        }
    }

    /** A node that has just proven its key. */
    static HttpReference proven(URI uri, NodeKey key, Level level, Instant now) {
        return new HttpReference(uri, key, level, now, 0, 0, 0);
    }

    /** The same address after its node has proven its key once more, perhaps another one or by another handshake. */
    HttpReference provenAgain(NodeKey provenKey, Level provenLevel, Instant now) {
        return new HttpReference(uri, provenKey, provenLevel, now, successes, failures, 0);
    }

    HttpReference succeeded(Instant now) {
        return new HttpReference(uri, key, level, now, successes + 1, failures, 0);
    }

    HttpReference failed() {
        return new HttpReference(uri, key, level, lastGood, successes, failures + 1, failuresInARow + 1);
    }

    boolean isFailing() {
        return failuresInARow > 0;
    }
}
