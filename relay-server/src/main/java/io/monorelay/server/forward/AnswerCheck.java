package io.monorelay.server.forward;

import io.monorelay.crypto.VerifiedMessage;
import io.monorelay.protocol.Inbound;
import io.monorelay.protocol.InboundDecoder;
import io.monorelay.protocol.NodeKey;
import io.monorelay.protocol.ProtocolException;
import io.monorelay.refs.HttpReference.Level;
import io.monorelay.server.forward.CallResult.Answer;

/**
 * What the answer of a node to a message means. An original node takes a message with status 200, whatever the text; one
 * of ours also names the message in its acknowledgement. Pure; any thread.
 *
 * @param self the key of this node
 */
record AnswerCheck(NodeKey self, InboundDecoder decoder) {
    /** What became of the message. */
    enum Verdict {
        /** The node has it. */
        TAKEN,
        /** The node does not want it, which may be the fault of its sender. */
        REFUSED,
        /** The node says that a message which this one made itself is malformed. */
        OWN_REFUSED,
        /** The node says that all is well, but not with which message. */
        NOT_ACKNOWLEDGED,
        /** The node takes no message at this time. */
        FAILED
    }

    private static final int MALFORMED = 400;

    Verdict judge(VerifiedMessage message, Level level, Answer answer) {
        if (answer.isOk()) {
            return level == Level.V1 || acknowledges(answer, message) ? Verdict.TAKEN : Verdict.NOT_ACKNOWLEDGED;
        }
        if (!isFaultOfMessage(answer.status())) {
            return Verdict.FAILED;
        }
        // Another refusal, such as one for its time, may be due to this node's clock or to what that one allows.
        boolean ownIsMalformed =
                answer.status() == MALFORMED && message.sender().equals(self);
        return ownIsMalformed ? Verdict.OWN_REFUSED : Verdict.REFUSED;
    }

    private boolean acknowledges(Answer answer, VerifiedMessage message) {
        try {
            return decoder.decode(answer.body()) instanceof Inbound.Success success
                    && message.id().equals(success.id());
        } catch (ProtocolException unreadable) {
            return false;
        }
    }

    /** The 4xx range, without those that the node would give to any message. */
    private static boolean isFaultOfMessage(int status) {
        return switch (status) {
            case 401, 404, 405, 407, 408, 410, 421, 426, 429 -> false;
            default -> status >= 400 && status < 500;
        };
    }
}
