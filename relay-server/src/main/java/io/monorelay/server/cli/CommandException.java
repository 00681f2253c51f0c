package io.monorelay.server.cli;

/** Ends a command with one line for people and an exit code. */
final class CommandException extends Exception {
    private final int exitCode;

    private CommandException(int exitCode, String line, Throwable cause) {
        super(line, cause);
        this.exitCode = exitCode;
    }

    static CommandException failed(String line, Throwable cause) {
        return new CommandException(ExitCode.FAILED, line, cause);
    }

    static CommandException usage(String line, Throwable cause) {
        return new CommandException(ExitCode.USAGE, line, cause);
    }

    int exitCode() {
        return exitCode;
    }

    /** The one line to print. */
    String line() {
        return String.valueOf(getMessage());
    }
}
