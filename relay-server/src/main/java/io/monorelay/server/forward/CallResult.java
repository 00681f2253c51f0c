package io.monorelay.server.forward;

/** What became of a call to another node. */
sealed interface CallResult {
    /**
     * The node answered, whatever it said.
     *
     * @param body at most {@link HttpCaller#MAX_RESPONSE_BYTES}; not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Answer(int status, byte[] body) implements CallResult {
        private static final int OK = 200;

        boolean isOk() {
            return status == OK;
        }
    }

    /**
     * Something came that is no answer.
     *
     * @param reason for the log: what was wrong, and what was expected
     */
    record Garbage(String reason) implements CallResult {}

    /**
     * There is no answer.
     *
     * @param reason for the log: what was wrong, and what was expected
     */
    record Failure(String reason) implements CallResult {}
}
