package io.monorelay.server.cli;

/** What a command ends with. */
final class ExitCode {
    /** It did what it was asked to. */
    static final int OK = 0;

    /** It could not, or not all of it. */
    static final int FAILED = 1;

    /** It was not asked properly: the command line or the configuration is wrong. */
    static final int USAGE = 2;

    private ExitCode() {}
}
