package io.monorelay.server.cli;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a command writes for people or for programs. */
final class OutputOptions {
    /** Set by the launcher, which can tell whether standard output alone is a terminal. */
    private static final String TERMINAL_PROPERTY = "monorelay.terminal";

    @Option(
            names = "--json",
            description = "write one JSON object a line; so it does anyway unless standard output is a terminal")
    private boolean json;

    boolean isJson() {
        return json || !isTerminal();
    }

    /** Whether standard output is a terminal. */
    static boolean isTerminal() {
        String told = System.getProperty(TERMINAL_PROPERTY);
        return told == null ? isTerminal(System.console()) : Boolean.parseBoolean(told);
    }

    /** From Java 22 on there is a console without a terminal too, and a method that tells. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException before22) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("java.io.Console.isTerminal is public and throws nothing", e);
        }
    }
}
