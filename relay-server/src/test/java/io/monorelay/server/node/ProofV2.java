package io.monorelay.server.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import tools.jackson.databind.JsonNode;

/**
 * What a node answers to a hello, and what it expects of the welcome. Keys and challenges are in base64url.
 *
 * @param relay the relay's key
 * @param answers the relay's challenge
 * @param challenge the node's own
 */
public record ProofV2(ForeignNode node, String relay, String answers, String challenge, String audience, String time) {

    /** The proof as a frame or body. */
    public String text() {
        return text(node);
    }

    /** The same signed by another node than the one that it names. */
    public String text(ForeignNode signer) {
        String signature = ForeignNode.base64(signer.sign(signedBytes("initiator", answers)));
        return "{\"handshake\":{\"key\":\"" + node.keyText() + "\",\"challenge\":\"" + challenge + "\",\"answers\":\""
                + answers + "\",\"audience\":\"" + audience + "\",\"time\":\"" + time
                + "\",\"ref\":null,\"resume\":null,\"signature\":\"" + signature + "\"}}";
    }

    /** The same proof for another challenge of the relay. */
    public ProofV2 answering(String otherChallenge) {
        return new ProofV2(node, relay, otherChallenge, challenge, audience, time);
    }

    /** Whether that welcome answers this proof and is signed by the relay. */
    public boolean isAnsweredBy(JsonNode message) {
        JsonNode welcome = message.path("welcome");
        return welcome.path("answers").asString("").equals(challenge)
                && ForeignNode.verifies(
                        ForeignNode.bytes(relay),
                        signedBytes("responder", challenge),
                        ForeignNode.bytes(welcome.path("signature").asString()));
    }

    private byte[] signedBytes(String role, String challenged) {
        return String.join("\n", "monorelay handshake v2", role, node.keyText(), relay, challenged, audience, time)
                .getBytes(UTF_8);
    }
}
